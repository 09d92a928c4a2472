import Devices
import Interrupts

/// What is true of the devices after any operation.
extension TrafficBoard {
  mutating func checkOperation() {
    for cpu in apics.indices where touched.contains(.apic(cpu)) { checkAPIC(cpu) }
    if touched.contains(.ioapic) { checkIOAPIC() }
    if touched.contains(.pic) { checkPIC() }
    if touched.contains(.uart) { checkUART() }
    if touched.contains(.clock) { checkClock() }
    if touched.contains(.interval) { checkInterval() }
    if touched.contains(.keyboard) { checkKeyboard() }
    if touched.contains(.power) { checkPower() }
    require(pci.address & 0x7F00_0003 == 0, "CONFIG_ADDRESS has reserved bits")
  }

  private mutating func checkPower() {
    require(!power.sciLine || power.isACPIEnabled, "an SCI in legacy mode")
    require(power.enable & ~0x0721 == 0, "PM1 enable has reserved bits")
    require(power.control & ~0x1C03 == 0, "PM1 control has reserved bits")
  }

  private mutating func checkKeyboard() {
    require(keyboard.commandByte & 0xA0 == 0x20, "the keyboard controller's command byte")
    require((1...3).contains(keyboard.scanCodeSet), "a scan code set that there is not")
    require(keyboard.lights < 8, "a fourth light")
  }

  private mutating func checkInterval() {
    if let edge = pit.nextRisingEdge(after: now), now < .max - Self.lastPeriod {
      require(edge > now, "an edge of the interval timer that is not in the future")
    }
  }

  private mutating func checkAPIC(_ cpu: Int) {
    var apic = apics[cpu]
    if let broken = apic.checkInvariants() { require(false, "APIC \(cpu): \(broken)") }
    let routing = apic.routing
    require(LocalAPICRouting(packed: routing.packed) == routing, "routing does not fit its word")
    let initial = apic.value(of: .initialCount, now: now)
    let current = apic.value(of: .currentCount, now: now)
    require(current <= initial, "APIC \(cpu) counts \(current) of \(initial)")
    let serviced = apic.inService.highest ?? 0
    require(
      apic.processorPriority >> 4 == max(apic.taskPriority, serviced) >> 4, "PPR of APIC \(cpu)")
    apic.advance(to: now)
    if let deadline = apic.nextDeadline() {
      require(deadline > now || now == .max, "APIC \(cpu) is late")
      let pending = apic.interruptRequest
      apic.advance(to: deadline - 1)
      require(apic.interruptRequest == pending, "APIC \(cpu) is early")
    }
  }

  private mutating func checkIOAPIC() {
    require(ioapic.assertedPins >> UInt32(IOAPIC.pinCount) == 0, "a line without a pin")
    var due: UInt32 = 0
    for pin in 0..<IOAPIC.pinCount {
      guard let entry = ioapic.entry(pin) else { return require(false, "no pin \(pin)") }
      let remoteIRR: UInt64 = 1 << 14
      require(
        entry.rawValue & ~(RedirectionEntry.writableBits | remoteIRR) == 0,
        "pin \(pin) has reserved bits")
      require(
        !entry.remoteIRR || entry.isLevelSensitive, "pin \(pin) awaits an EOI without a level")
      let isDue =
        entry.isLevelSensitive && !entry.isMasked && !entry.remoteIRR && ioapic.isAsserted(pin)
      if isDue { due |= 1 << UInt32(pin) }
    }
    require(ioapic.pinsToDeliver() == due, "the due pins are others")
    require(ioapic.id < 16, "the I/O APIC's id")
  }

  private mutating func checkPIC() {
    require(pic.output == pic.master.output, "INTR is not the master's INT")
    require(
      (pic.master.lines & 4 != 0) == pic.slave.output, "the cascade is not the slave's INT")
    require(
      pic.master.levelTriggered & 7 == 0 && pic.slave.levelTriggered & 0x21 == 0,
      "ELCR has fixed bits")
    for chip in [pic.master, pic.slave] {
      require(chip.requests & ~chip.lines == 0, "a chip keeps a request whose line dropped")
    }
    // The first read may be a poll's acknowledge; then each register stands.
    var copy = pic
    for port: UInt16 in [0x20, 0x21, 0xA0, 0xA1] {
      _ = copy.read(port: port)
      let before = copy
      let value = copy.read(port: port)
      require(copy == before, "a read of 8259 port \(port) changed it: \(value)")
      if port & 1 == 1 {
        require(
          value == (port == 0x21 ? copy.master.mask : copy.slave.mask), "IMR is not as shown")
      }
    }
  }

  private mutating func checkUART() {
    let line = uart.interruptLine
    require(
      !line || uart.modemControl & 8 != 0 && uart.interruptEnable != 0,
      "the UART interrupts unasked")
    require(uart.interruptEnable < 16 && uart.modemControl < 32, "IER or MCR has reserved bits")
    var copy = uart
    let identification = copy.read(register: 2, now: now)
    require(!line || identification & 1 == 0, "IIR shows no interrupt while the line is up")
    require(
      identification & 0xC0 == (copy.isFIFOEnabled ? 0xC0 : 0) && identification & 0x30 == 0,
      "IIR \(identification)")
    _ = copy.read(register: 5, now: now)
    let status = copy.read(register: 5, now: now)
    require(status & 0x7E & ~0x1E == 0x60 && status & 0x1E == 0, "LSR \(status) read again")
    _ = copy.read(register: 6, now: now)
    let modem = copy.read(register: 6, now: now)
    require(modem & 0xF == 0, "MSR \(modem) read again")
  }

  private mutating func checkClock() {
    guard clock.interruptLine else { return }
    require(clock.nextDeadline(after: now) == nil, "the clock waits for what it has")
    var copy = clock
    copy.write(port: 0x70, value: 0x0C, now: now)
    let flags = copy.read(port: 0x71, now: now)
    require(flags & 0x80 != 0 && flags & 0x0F == 0, "register C \(flags) while the line is up")
    let again = copy.read(port: 0x71, now: now)
    require(again == 0 && !copy.interruptLine, "register C \(again) read again")
    copy.write(port: 0x70, value: 0x0D, now: now)
    let battery = copy.read(port: 0x71, now: now)
    require(battery == 0x80, "register D \(battery)")
  }

  /// What is only looked at once, because it is dear or because it ends something.
  mutating func checkEnd() {
    for cpu in apics.indices { checkAPIC(cpu) }
    var count = 0
    while count <= 16 && uart.read(register: 5, now: now) & 1 != 0 {
      // The divisor latch hides RBR.
      _ = uart.write(register: 3, value: 3, now: now)
      _ = uart.read(register: 0, now: now)
      count += 1
    }
    require(count <= (uart.isFIFOEnabled ? 16 : 1), "the UART held \(count) bytes")
    count = 0
    // All that the keyboard holds: its keys, an answer, and what is in the output buffer.
    while count < 64, let deadline = keyboard.nextDeadline(after: now) {
      keyboard.advance(to: deadline)
      now = max(now, deadline)
      _ = keyboard.readByte(port: KeyboardController.dataPort, now: now)
      count += 1
    }
    require(count < 64, "the keyboard does not end")
    checkCalendar()
  }

  /// Whatever the clock's bytes were, an update brings them into their ranges.
  private mutating func checkCalendar() {
    // Time went backwards by seconds at most: there is room for an update.
    guard now < .max - Self.lastPeriod else { return }
    put(0x0A, 0x26)
    put(0x0B, 0x06)
    clock.advance(to: .max)
    for (address, range): (UInt8, ClosedRange<UInt8>) in [
      (0, 0...59), (2, 0...59), (4, 0...23), (6, 1...7), (7, 1...31), (8, 1...12), (9, 0...99),
    ] {
      clock.write(port: 0x70, value: address, now: .max)
      let value = clock.read(port: 0x71, now: .max)
      require(range.contains(value), "the clock's byte \(address) is \(value)")
    }
  }

  private mutating func put(_ address: UInt8, _ value: UInt8) {
    clock.write(port: 0x70, value: address, now: now)
    clock.write(port: 0x71, value: value, now: now)
  }
}
