/// The 8254 interval timer of a PC with its system control port B (Intel 8254 data sheet, order number
/// 231164; port 0x61 as in the 82371 and ICH data sheets, "NMI Status and Control").
///
/// A plain value: no clock, no thread, no allocation. `now` is nanoseconds of one monotonic clock; a
/// value earlier than the last one counts as the last. A CLK pulse is exactly 1/1193182 s, and every
/// access costs the same however long the last one is ago, whatever a guest writes.
///
/// GATE of channels 0 and 1 is tied high, so that modes 1 and 5 never start there.
public struct PIT8254: Sendable {
  /// CLK, Hz.
  public static let frequency: UInt64 = 1_193_182
  /// The interrupt line of channel 0.
  public static let line = 0

  private let clock: Oscillator
  private var counters: InlineArray<3, PIT8254Counter>
  /// Bits 3:0 of port 0x61.
  private var control: UInt8 = 0
  /// Rising edges of channel 0 that were handed out.
  private var takenEdges: UInt64 = 0

  /// CLK pulses per refresh request (15 us): the bit of port 0x61 turns at each.
  private static let refreshPeriod: UInt64 = 18

  /// A timer whose CLK starts at `now`, ns. No channel counts before it is programmed; OUT, undefined
  /// until then, is high.
  public init(now: UInt64) {
    clock = Oscillator(origin: now, frequency: Self.frequency)
    counters = [.init(gate: true), .init(gate: true), .init(gate: false)]
  }

  /// `body` on the counter of `channel`, 0 to 2, brought to `now`.
  private mutating func withCounter<Result>(
    _ channel: Int, at now: UInt64, _ body: (inout PIT8254Counter) -> Result
  ) -> Result {
    counters[channel].settle(to: clock.ticks(at: now))
    return body(&counters[channel])
  }

  /// A byte read from `port` at `now`, ns: 0x40 to 0x42 or 0x61. Others, and 0x43, give 0xFF.
  ///
  /// Port 0x61: bits 3:0 as written, bit 4 turns with each refresh, bit 5 is OUT of channel 2; no parity
  /// or channel check error.
  public mutating func read(port: UInt16, now: UInt64) -> UInt8 {
    switch port {
    case 0x40...0x42: return withCounter(Int(port & 3), at: now) { $0.read() }
    case 0x61:
      let isHigh = withCounter(2, at: now) { $0.element.output }
      let refresh = UInt8(truncatingIfNeeded: clock.ticks(at: now) / Self.refreshPeriod & 1)
      return control | refresh << 4 | (isHigh ? 0x20 : 0)
    default: return 0xFF
    }
  }

  /// A byte written to `port` at `now`, ns: 0x40 to 0x43 or 0x61; others do nothing. Of port 0x61 bit 0
  /// is GATE of channel 2, bit 1 the speaker's; bits 2 and 3 are kept.
  public mutating func write(port: UInt16, value: UInt8, now: UInt64) {
    switch port {
    case 0x40...0x42: withCounter(Int(port & 3), at: now) { $0.write(value) }
    case 0x43: if value >> 6 == 3 { readBack(value, now: now) } else { program(value, now: now) }
    case 0x61:
      control = value & 0xF
      withCounter(2, at: now) { $0.setGate(value & 1 == 1) }
    default: break
    }
  }

  private mutating func program(_ value: UInt8, now: UInt64) {
    withCounter(Int(value >> 6), at: now) { counter in
      if value & 0x30 == 0 { counter.latchCount() } else { counter.program(value) }
    }
  }

  /// The read-back command: bits 3:1 choose channels, clear bits 5 and 4 latch count and status.
  private mutating func readBack(_ value: UInt8, now: UInt64) {
    for channel in 0..<3 where value >> UInt8(channel + 1) & 1 == 1 {
      withCounter(channel, at: now) { counter in
        if value & 0x20 == 0 { counter.latchCount() }
        if value & 0x10 == 0 { counter.latchStatus() }
      }
    }
  }

  /// OUT of `channel`, 0 to 2, at `now`, ns; false of others.
  public func output(channel: Int, now: UInt64) -> Bool {
    guard (0...2).contains(channel) else { return false }
    var copy = self
    return copy.withCounter(channel, at: now) { $0.element.output }
  }

  /// How often OUT of channel 0 rose since the last call (at first: since power-up) until `now`, ns. A
  /// write that raised it counts.
  public mutating func takeRisingEdges(to now: UInt64) -> UInt64 {
    let total = withCounter(0, at: now) { $0.element.risingEdges }
    defer { takenEdges = total }
    return total &- takenEdges
  }

  /// When OUT of channel 0 rises for the first time after `now`, ns, if nothing is written until then;
  /// nil: never. It is the first nanosecond at which ``takeRisingEdges(to:)`` counts that edge.
  public func nextRisingEdge(after now: UInt64) -> UInt64? {
    var copy = self
    return copy.withCounter(0, at: now) { $0.element.nextRise }.map(clock.time(of:))
  }
}
