import Devices
import Interrupts

/// The interrupt lines of the devices, and the 8259 pair that they go to.
extension TrafficBoard {
  /// Sets a line at both controllers; line 0 is pin 2 of the I/O APIC.
  mutating func setLine(_ line: Int, _ isAsserted: Bool) {
    touched.formUnion([.pic, .ioapic])
    let before = pic
    pic.setLine(line, asserted: isAsserted)
    require(line < 16 && line != 2 || pic == before, "the 8259 pair has no line \(line)")
    raise(line == 0 ? 2 : line, isAsserted)
  }

  /// The 8259 pair's other side: see ``TrafficOperation/line``.
  mutating func line(_ parameter: UInt8) {
    if parameter < 8 {
      let value = program.byte()
      return setLine(Int(value & 0x1F), value & 0x20 != 0)
    }
    touched.insert(.pic)
    let before = pic
    let vector = pic.acknowledge()
    let gained = pic.master.inService & ~before.master.inService
    let slaveGained = pic.slave.inService & ~before.slave.inService
    require(gained & (gained &- 1) == 0, "two levels of the master went into service")
    require(gained & ~before.master.requests == 0, "a level went into service unasked")
    require(gained & before.master.mask == 0, "a masked level went into service")
    require(slaveGained & (slaveGained &- 1) == 0, "two levels of the slave went into service")
    require(slaveGained & before.slave.mask == 0, "a masked level of the slave went into service")
    require(slaveGained & ~before.slave.requests == 0, "a level of the slave unasked")
    require(
      before.master.inService & ~pic.master.inService == 0
        && before.slave.inService & ~pic.slave.inService == 0, "an acknowledge ended \(vector)")
  }

  private mutating func sample(_ line: Int, _ isAsserted: Bool) {
    let bit: UInt32 = 1 << UInt32(line)
    guard (sampled & bit != 0) != isAsserted else { return }
    sampled ^= bit
    setLine(line, isAsserted)
  }

  /// The devices' interrupt lines go to the controllers, and the 8259 pair's output to LINT0.
  mutating func sampleLines() {
    guard !touched.isDisjoint(with: .devices) else { return samplePIC() }
    let passed = max(now, intervalTime) - intervalTime
    let edges = pit.takeRisingEdges(to: now)
    // Two pulses are the shortest period, and a control word or GATE can raise OUT. 838 ns a pulse.
    require(
      edges <= passed / 1676 + 2 * intervalWrites + 2,
      "\(edges) edges of the interval timer in \(passed) ns")
    intervalTime += passed
    intervalWrites = 0
    if edges > 0 {
      setLine(0, false)
      setLine(0, true)
    }
    if uart.takeInterruptPulse() {
      require(uart.interruptLine, "a pulse of a line that is low")
      sample(UART16550.com1Line, false)
    }
    sample(UART16550.com1Line, uart.interruptLine)
    sample(KeyboardController.line, keyboard.interruptLine)
    sample(8, clock.interruptLine)
    sample(PowerManagement.line, power.sciLine)
    samplePIC()
  }

  private mutating func samplePIC() {
    guard pic.output != wasAsked else { return }
    if pic.output {
      touched.insert(.apic(0))
      if apics[0].assertLVT(.lint0, now: now) == .initialize { apics[0].resetForINIT() }
    }
    wasAsked = pic.output
  }
}
