import Telemetry

/// A local APIC's registers in words (SDM vol. 3, "Advanced Programmable Interrupt Controller").
enum LocalAPICWords {
  /// What IA32_APIC_BASE makes of it (SDM, "x2APIC States").
  static func mode(_ base: UInt64) -> String {
    switch base >> 10 & 3 {
    case 0: "disabled"
    case 2: "xAPIC"
    case 3: "x2APIC"
    // EXTD without EN.
    default: "invalid"
    }
  }
  static func isExtended(_ base: UInt64) -> Bool { base >> 10 & 3 == 3 }

  /// The delivery mode of an ICR, LVT or redirection entry; `isCommand` where it is the ICR's.
  static func deliveryMode(_ bits: UInt64, isCommand: Bool) -> String {
    switch bits & 7 {
    case 0: "FIXED"
    case 1: isCommand ? "lowest" : "reserved"
    case 2: "SMI"
    case 4: "NMI"
    case 5: "INIT"
    case 6: isCommand ? "SIPI" : "reserved"
    case 7: isCommand ? "reserved" : "ExtINT"
    default: "reserved"
    }
  }

  /// The ICR (SDM, "Interrupt Command Register (ICR)").
  static func command(_ value: UInt64, isExtended: Bool) -> String {
    if value == 0 { return "0, as after a reset" }
    let mode = value >> 8 & 7
    var text = deliveryMode(mode, isCommand: true)
    if mode == 5 && value >> 14 & 3 == 2 { text += " de-assert" }
    // INIT, NMI and SMI have no vector; a SIPI's is the page to start at.
    if [0, 1, 6].contains(mode) { text += " 0x" + RegisterWords.hex(value & 0xff, 2) }
    text += " → "
    switch value >> 18 & 3 {
    case 1: return text + "self"
    case 2: return text + "all"
    case 3: return text + "others"
    default: break
    }
    let destination = isExtended ? value >> 32 : value >> 56
    if destination == (isExtended ? 0xffff_ffff : 0xff) { return text + "all" }
    return value >> 11 & 1 == 1
      ? text + "logical 0x" + RegisterWords.hex(destination, 2) : text + "APIC id \(destination)"
  }

  /// ESR (SDM, "Error Handling").
  static func errors(_ value: UInt32) -> String {
    let names: [RegisterWords.Bit] = [
      (0, "send checksum"), (1, "receive checksum"), (2, "send accept"), (3, "receive accept"),
      (4, "redirectable IPI"), (5, "send illegal vector"), (6, "receive illegal vector"),
      (7, "illegal register address"),
    ]
    let set = names.filter { UInt64(value) >> $0.bit & 1 == 1 }.map(\.name)
    return set.isEmpty ? "no error" : set.joined(separator: ", ")
  }

  /// SVR (SDM, "Spurious Interrupt").
  static func spurious(_ value: UInt32) -> String {
    "vector 0x\(RegisterWords.hex(UInt64(value & 0xff), 2))"
      + (value >> 8 & 1 == 1 ? ", enabled" : ", software-disabled")
      + (value >> 12 & 1 == 1 ? ", no EOI broadcast" : "")
  }

  /// LDR and DFR (SDM, "Logical Destination Mode and Logical x2APIC ID").
  static func logical(_ apic: LocalAPICDetail) -> String {
    let ldr = UInt64(apic.logicalDestination)
    if isExtended(apic.base) {
      return "cluster \(ldr >> 16) mask 0x\(RegisterWords.hex(ldr & 0xffff, 4))"
    }
    let id = RegisterWords.hex(ldr >> 24, 2)
    switch apic.destinationFormat >> 28 {
    case 0xf: return "0x\(id), flat"
    case 0: return "0x\(id), cluster \(ldr >> 28) mask 0x\(RegisterWords.hex(ldr >> 24 & 15))"
    default: return "0x\(id), reserved model"
    }
  }

  /// The mode of the timer's entry (SDM, "APIC Timer").
  static func timerMode(_ entry: UInt32) -> String {
    ["one-shot", "periodic", "TSC-deadline", "reserved"][Int(entry >> 17 & 3)]
  }

  /// An entry of the local vector table but for its name and mask (SDM, "Local Vector Table").
  static func entry(_ index: Int, _ apic: LocalAPICDetail) -> String {
    guard apic.localVectors.indices.contains(index) else { return "" }
    let value = apic.localVectors[index]
    let vector = "0x" + RegisterWords.hex(UInt64(value & 0xff), 2)
    let name =
      LocalAPICDetail.localVectorNames.indices.contains(index)
      ? LocalAPICDetail.localVectorNames[index] : ""
    if name == "timer" { return "\(vector) \(timerMode(value))" }
    if name == "error" { return vector }
    let mode = deliveryMode(UInt64(value >> 8), isCommand: false)
    // Only a fixed interrupt has a vector of its own.
    var text = mode == "FIXED" ? "\(vector) FIXED" : mode
    if name.hasPrefix("LINT") {
      text += value >> 15 & 1 == 1 ? " level" : " edge"
      text += value >> 13 & 1 == 1 ? " low" : ""
      text += value >> 14 & 1 == 1 ? " remote IRR" : ""
    }
    return text
  }
  static func isMasked(_ entry: UInt32) -> Bool { entry >> 16 & 1 == 1 }

  /// The timer's count, where its mode has one.
  static func timerCount(_ apic: LocalAPICDetail) -> String {
    guard apic.localVectors.count > 1 else { return "" }
    if apic.localVectors[1] >> 17 & 3 >= 2 { return "no count in this mode" }
    if apic.initialCount == 0 { return "stands: its initial count is 0" }
    return "count \(apic.currentCount) of \(apic.initialCount)"
  }

  /// Where `vector` comes from, as far as this vcpu's LVT and the I/O APIC tell.
  static func source(
    of vector: Int, _ apic: LocalAPICDetail, _ controllers: InterruptControllers
  ) -> String? {
    // Vectors below 16 are never delivered.
    guard vector >= 16 else { return nil }
    for (index, entry) in apic.localVectors.enumerated().prefix(7)
    where !isMasked(entry) && Int(entry & 0xff) == vector {
      // Others than the timer's and the error entry's may deliver something without a vector.
      if [1, 6].contains(index) || entry >> 8 & 7 == 0 {
        return LocalAPICDetail.localVectorNames[index]
      }
    }
    let pin = controllers.pins.firstIndex { pin in
      pin.entry >> 16 & 1 == 0 && Int(pin.entry & 0xff) == vector && pin.entry >> 8 & 7 < 2
    }
    return pin.map { "pin \($0)" }
  }
}
