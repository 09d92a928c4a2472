import Interrupts

/// The I/O APIC.
extension TrafficBoard {
  mutating func readIOAPIC(_ parameter: UInt8) {
    touched.insert(.ioapic)
    let offset = UInt32(parameter) << 4
    let value = ioapic.read(offset: offset)
    switch offset {
    case 0: require(value == UInt32(ioapic.selectedRegister), "IOREGSEL")
    case 0x10: require(value == ioapic.value(of: ioapic.selectedRegister), "IOWIN")
    default: require(value == 0, "the I/O APIC answers at \(offset)")
    }
  }

  mutating func writeIOAPIC(_ parameter: UInt8) {
    touched.insert(.ioapic)
    apply(ioapic.write(offset: UInt32(parameter) << 4, value: program.doubleWord()))
  }

  private mutating func apply(_ effect: IOAPICEffect) {
    switch effect {
    case .none: break
    case .redirectionChanged(let pin, _, let new):
      require(ioapic.entry(pin) == new, "the entry of pin \(pin) is not what was written")
      if ioapic.evaluate(pin) { deliverPin(pin) }
    case .deliver(let pins):
      require(pins & ~ioapic.pinsToDeliver() == 0, "pins that are not due are to be delivered")
      deliverPins(pins)
    }
  }

  /// Where routing changed, some APIC may accept now what it did not.
  mutating func retryPins() { deliverPins(ioapic.pinsToDeliver()) }

  mutating func deliverPins(_ pins: UInt32) {
    touched.insert(.ioapic)
    for pin in 0..<IOAPIC.pinCount where pins >> UInt32(pin) & 1 == 1 { deliverPin(pin) }
  }

  private mutating func deliverPin(_ pin: Int) {
    guard let message = ioapic.entry(pin)?.message else { return }
    let named = targets(of: message.destination, mode: message.destinationMode)
    if deliver(message, to: named) { ioapic.markDelivered(pin) }
    require(
      !(ioapic.entry(pin)?.remoteIRR ?? false) || !ioapic.evaluate(pin),
      "pin \(pin) is due while its EOI is awaited")
  }

  /// What an operator does, and lines. Parameter 0: an entry (a byte of pin, eight bytes); 1 and 2: the
  /// line of a pin up or down; 3: a pulse; 4 and up: EOI of a vector. Pins are a byte.
  mutating func pin(_ parameter: UInt8) {
    touched.insert(.ioapic)
    let pin = Int(program.byte())
    switch parameter {
    case 0:
      let effect = ioapic.setEntry(pin, RedirectionEntry(rawValue: program.number(8)))
      require(pin < IOAPIC.pinCount || effect == .none, "the I/O APIC has no pin \(pin)")
      apply(effect)
    case 1, 2: raise(pin, parameter == 1)
    case 3:
      let wasUp = ioapic.isAsserted(pin)
      if ioapic.pulse(pin) == .deliver { deliverPin(pin) }
      require(ioapic.isAsserted(pin) == wasUp, "a pulse changed the line of pin \(pin)")
    default: deliverPins(ioapic.endOfInterrupt(UInt8(truncatingIfNeeded: pin)))
    }
  }

  mutating func raise(_ pin: Int, _ isAsserted: Bool) {
    let result = ioapic.setPin(pin, asserted: isAsserted)
    guard result != .noSuchPin else {
      require(pin >= IOAPIC.pinCount, "the I/O APIC lost pin \(pin)")
      return
    }
    require(ioapic.isAsserted(pin) == isAsserted, "the line of pin \(pin)")
    if result == .deliver { deliverPin(pin) }
  }
}
