import Interrupts
import Testing

/// SDM vol. 3, "Interrupt Command Register (ICR)".
@Suite("Interrupt command") struct InterruptCommandTests {
  /// The SDM's table of valid combinations, one letter for each delivery mode 0 to 7: s sent, x not with
  /// this shorthand, r reserved. Rows by shorthand 0 to 3.
  static let table: [[Character]] = ["sssrsssr", "sxxrxxxr", "sxxrxxxr", "sssrsssr"].map {
    Array($0)
  }

  static func expected(low: UInt32) -> InterruptCommand.Validity {
    let mode = Int(low >> 8 & 7)
    let level = low >> 14 & 1 == 1
    let isLevelTriggered = low >> 15 & 1 == 1
    let letter = table[Int(low >> 18 & 3)][mode]
    if letter == "r" { return .reservedDeliveryMode }
    if mode == 5 && !level && isLevelTriggered { return .levelDeassert }
    if letter == "x" { return .invalidShorthand }
    if (mode == 0 || mode == 1) && low & 0xFF < 16 { return .illegalVector }
    return isLevelTriggered ? .sentAsEdge : .valid
  }

  @Test("Every vector, delivery mode, destination mode, level, trigger mode and shorthand")
  func everyCombination() {
    var wrong = Mismatches()
    let apic = LocalAPIC.enabled()
    for combination in UInt32(0)..<(1 << 16) {
      // 12 bits of vector, delivery and destination mode; level and trigger; shorthand.
      let low = combination & 0xFFF | (combination >> 12 & 3) << 14 | (combination >> 14) << 18
      let command = InterruptCommand(low: low, high: 0xA700_0000)
      let expected = Self.expected(low: low)
      wrong.check(command.validity == expected, "\(String(low, radix: 16)): \(command.validity)")
      wrong.check(command.low == low && command.high == 0xA700_0000, "round trip of \(low)")
      wrong.check(
        command.vector == UInt8(low & 0xFF) && UInt32(command.deliveryMode.rawValue) == low >> 8 & 7
          && (command.destinationMode == .logical) == (low >> 11 & 1 == 1)
          && command.isAssert == (low >> 14 & 1 == 1)
          && (command.triggerMode == .level) == (low >> 15 & 1 == 1)
          && UInt32(command.shorthand.rawValue) == low >> 18 && command.destination == 0xA7,
        "fields of \(String(low, radix: 16))")

      // The same through the registers, with every reserved bit set.
      var copy = apic
      let high = copy.put(Offset.commandHigh, 0xA7FF_FFFF)
      let effect = copy.put(Offset.commandLow, low | 0xFFF3_3000)
      let isSent = expected == .valid || expected == .sentAsEdge
      var sent = command
      sent.triggerMode = .edge
      wrong.check(
        high == .none && effect == (isSent ? .sendIPI(sent) : .none),
        "effect of \(String(low, radix: 16)): \(effect)")
      let errors = copy.errors()
      wrong.check(
        errors == (expected == .illegalVector ? (low >> 18 == 1 ? 0x60 : 1 << 5) : 0),
        "ESR after \(low)")
      wrong.check(
        copy.get(Offset.commandLow) == low && copy.get(Offset.commandHigh) == 0xA700_0000,
        "ICR reads other than \(String(low, radix: 16))")
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("What guests send")
  func seen() {
    // kvm-unit-tests and SeaBIOS: INIT to all but self; SIPI; Linux: INIT level de-assert.
    #expect(InterruptCommand(low: 0xC4500, high: 0).validity == .valid)
    #expect(InterruptCommand(low: 0xC0600, high: 0).validity == .valid)
    #expect(InterruptCommand(low: 0xC4610, high: 0).validity == .valid)
    #expect(InterruptCommand(low: 0x0C500, high: 0).validity == .sentAsEdge)
    #expect(InterruptCommand(low: 0x08500, high: 0).validity == .levelDeassert)
    // A fixed self IPI without the level bit.
    #expect(InterruptCommand(low: 0x400F1, high: 0).validity == .valid)
  }

  @Test("A software-disabled APIC still sends")
  func disabledSends() {
    var apic = LocalAPIC(id: 0, isBootstrap: true)
    let effect = apic.put(Offset.commandLow, 0xC4500)
    #expect(effect == .sendIPI(InterruptCommand(low: 0xC4500, high: 0)))
  }

  @Test("An IPI's message is edge-triggered, whatever the ICR said")
  func message() {
    let message = InterruptCommand(low: 0xC931, high: 0x5500_0000).message
    #expect(
      message
        == InterruptMessage(
          destination: 0x55, destinationMode: .logical, deliveryMode: .lowestPriority,
          vector: 0x31, trigger: .edge))
  }
}
