extension IOAPIC {
  /// The value of the register at `offset` bytes into the window: IOREGSEL 0x00 or IOWIN 0x10. The EOI
  /// register 0x40 is write-only and, like every other offset, reads 0.
  public func read(offset: UInt32) -> UInt32 {
    switch offset {
    case 0x00: UInt32(selectedRegister)
    case 0x10: value(of: selectedRegister)
    default: 0
    }
  }

  /// Writes IOREGSEL 0x00, IOWIN 0x10 or EOI 0x40; any other offset is ignored.
  public mutating func write(offset: UInt32, value: UInt32) -> IOAPICEffect {
    switch offset {
    case 0x00: selectedRegister = UInt8(truncatingIfNeeded: value)
    case 0x10: return writeSelected(value)
    case 0x40:
      let pins = endOfInterrupt(UInt8(truncatingIfNeeded: value))
      return pins == 0 ? .none : .deliver(pins: pins)
    default: break
    }
    return .none
  }

  /// What IOWIN reads with `register` selected: 0 id, 1 version, 2 arbitration id (which is the id),
  /// 0x10 to 0x3F the entries' halves, low before high; any other 0.
  public func value(of register: UInt8) -> UInt32 {
    switch register {
    case 0, 2: return UInt32(id) << 24
    case 1: return Self.versionRegister
    case 0x10...0x3F:
      let raw = entries[Int(register - 0x10) >> 1].rawValue
      return UInt32(truncatingIfNeeded: register & 1 == 0 ? raw : raw >> 32)
    default: return 0
    }
  }

  private mutating func writeSelected(_ value: UInt32) -> IOAPICEffect {
    switch selectedRegister {
    case 0:
      id = UInt8(truncatingIfNeeded: value >> 24 & 0xF)
      return .none
    case 0x10...0x3F:
      let pin = Int(selectedRegister - 0x10) >> 1
      let raw = entries[pin].rawValue
      let new =
        selectedRegister & 1 == 0
        ? raw & ~0xFFFF_FFFF | UInt64(value) : raw & 0xFFFF_FFFF | UInt64(value) << 32
      return setEntry(pin, RedirectionEntry(rawValue: new))
    default: return .none
    }
  }

  /// Writes both halves of the entry of `pin` at once, as the operator does: one effect, where a guest
  /// needs two writes. Read-only and reserved bits of `value` do not count. Nothing for no such pin.
  ///
  /// Remote IRR stays, unless the entry becomes edge-triggered: Linux and FreeBSD end an interrupt so
  /// where the APIC has no EOI register, and kvm-unit-tests look at it.
  public mutating func setEntry(_ pin: Int, _ value: RedirectionEntry) -> IOAPICEffect {
    guard let old = entry(pin) else { return .none }
    var new = RedirectionEntry(rawValue: value.rawValue & RedirectionEntry.writableBits)
    new.remoteIRR = old.remoteIRR && new.isLevelSensitive
    entries[pin] = new
    return .redirectionChanged(pin: pin, old: old, new: new)
  }
}
