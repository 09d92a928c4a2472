/// What the outside must do after a write to the I/O APIC.
public enum IOAPICEffect: Sendable, Equatable {
  /// Nothing.
  case none
  /// The entry of `pin` was written (possibly with what it held). The caller does the rendezvous where
  /// ``RedirectionEntry/differsBeyondMaskAndPolarity(from:)`` and then asks ``IOAPIC/evaluate(_:)``.
  case redirectionChanged(pin: Int, old: RedirectionEntry, new: RedirectionEntry)
  /// Send the messages of these pins, bit `n` being pin `n`.
  case deliver(pins: UInt32)
}

/// What a change of a pin brought about.
public enum PinResult: UInt8, Sendable, CaseIterable {
  /// The line was already so.
  case unchanged
  /// Send the pin's message, then ``IOAPIC/markDelivered(_:)``.
  case deliver
  /// The line was deasserted: nothing is to be sent.
  case deasserted
  /// The pin is masked: an edge is lost, a level waits for the mask to go.
  case masked
  /// The last level interrupt of the pin awaits its EOI.
  case remoteIRRSet
  /// There is no such pin.
  case noSuchPin
}

/// An I/O APIC of 24 pins (82093AA data sheet; version 0x20, which has an EOI register).
///
/// A plain value: no lock, no allocation, and no value of a guest makes it trap. It sends nothing: its
/// effects and results say which pins' messages are due, so that the caller can put a rendezvous
/// between the change of an entry and the interrupt, as bhyve does.
public struct IOAPIC: Sendable {
  /// The number of pins.
  public static let pinCount = 24
  /// The version register: version 0x20, highest entry 23.
  public static let versionRegister: UInt32 = 0x0017_0020

  /// The I/O APIC id, 0 to 15. Written by the guest; it names nothing but this register.
  public internal(set) var id: UInt8
  /// IOREGSEL.
  public internal(set) var selectedRegister: UInt8 = 0
  /// The lines: bit `n` is set while pin `n` is asserted, whatever the polarity.
  public internal(set) var assertedPins: UInt32 = 0
  var entries = InlineArray<24, RedirectionEntry>(repeating: .powerUp)

  /// An I/O APIC in its power-up state; of `id` the low four bits count.
  public init(id: UInt8) { self.id = id & 0xF }

  /// The entry of `pin`, or nil where there is no such pin.
  public func entry(_ pin: Int) -> RedirectionEntry? {
    Self.hasPin(pin) ? entries[pin] : nil
  }

  /// Whether the line of `pin` is asserted.
  public func isAsserted(_ pin: Int) -> Bool {
    Self.hasPin(pin) && assertedPins >> UInt32(truncatingIfNeeded: pin) & 1 == 1
  }

  private static func hasPin(_ pin: Int) -> Bool { pin >= 0 && pin < pinCount }

  /// Asserts or deasserts the line of `pin`.
  ///
  /// An edge pin delivers when its line becomes asserted; an edge while it is masked is lost, as the
  /// data sheet says of the mask. A level pin delivers while its line is asserted, it is not masked and
  /// remote IRR is clear.
  public mutating func setPin(_ pin: Int, asserted: Bool) -> PinResult {
    guard Self.hasPin(pin) else { return .noSuchPin }
    guard isAsserted(pin) != asserted else { return .unchanged }
    assertedPins ^= 1 << UInt32(truncatingIfNeeded: pin)
    guard asserted else { return .deasserted }
    let entry = entries[pin]
    if entry.isMasked { return .masked }
    return entry.isLevelSensitive && entry.remoteIRR ? .remoteIRRSet : .deliver
  }

  /// Asserts and deasserts the line of `pin`; the result is that of the assertion. A line that a device
  /// holds asserted stays so, and the result is ``PinResult/unchanged``: the pulse is not seen on it.
  public mutating func pulse(_ pin: Int) -> PinResult {
    let result = setPin(pin, asserted: true)
    if result != .unchanged { _ = setPin(pin, asserted: false) }
    return result
  }

  /// The message of `pin` was sent: a level pin now awaits its EOI. For level pins to be called where
  /// a local APIC accepted it; without, the pin stays due, as hardware tries on: ask
  /// ``pinsToDeliver()`` again where some APIC may accept now that did not (its routing changed).
  public mutating func markDelivered(_ pin: Int) {
    guard Self.hasPin(pin), entries[pin].isLevelSensitive else { return }
    entries[pin].remoteIRR = true
  }

  /// Whether the message of `pin` is due as things stand: a level pin whose line is asserted, not
  /// masked, remote IRR clear. Never for an edge pin: its edge is gone.
  public func evaluate(_ pin: Int) -> Bool {
    guard let entry = entry(pin) else { return false }
    return entry.isLevelSensitive && !entry.isMasked && !entry.remoteIRR && isAsserted(pin)
  }

  /// The pins of which ``evaluate(_:)`` is true.
  public func pinsToDeliver() -> UInt32 {
    var pins: UInt32 = 0
    for pin in 0..<Self.pinCount where evaluate(pin) { pins |= 1 << UInt32(pin) }
    return pins
  }

  /// An EOI of `vector`, broadcast by a local APIC or written to the EOI register: remote IRR of each
  /// level pin with that vector is cleared. Returns those of them that are due again at once.
  public mutating func endOfInterrupt(_ vector: UInt8) -> UInt32 {
    var pins: UInt32 = 0
    for pin in 0..<Self.pinCount where entries[pin].remoteIRR && entries[pin].vector == vector {
      entries[pin].remoteIRR = false
      if evaluate(pin) { pins |= 1 << UInt32(pin) }
    }
    return pins
  }

  /// The vectors that level pins would send to the APIC of `routing`, as bhyve recomputes TMR: masked
  /// entries count too, the delivery mode must be fixed or lowest priority, and the vector legal.
  public func triggerModes(for routing: LocalAPICRouting) -> VectorSet {
    var modes = VectorSet()
    for pin in 0..<Self.pinCount {
      let entry = entries[pin]
      guard entry.isLevelSensitive, entry.vector >= 16 else { continue }
      if DestinationMatch.matches(
        destination: entry.wideDestination, mode: entry.destinationMode, routing: routing)
      {
        modes.insert(entry.vector)
      }
    }
    return modes
  }
}
