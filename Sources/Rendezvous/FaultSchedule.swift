/// Delays at fault points, drawn from a seed: the same seed gives the same delay at the same arrival.
public struct FaultSchedule: Sendable, Equatable {
  /// What the delays are drawn from.
  public var seed: UInt64
  /// The longest delay, nanoseconds.
  public var maximumNanoseconds: UInt64

  /// Delays of up to `maximumNanoseconds`, drawn from `seed`.
  public init(seed: UInt64, maximumNanoseconds: UInt64 = 20_000) {
    self.seed = seed
    self.maximumNanoseconds = maximumNanoseconds
  }

  /// The delay of arrival number `arrival` (from 0) at `point`, nanoseconds. Three of four are 0: where
  /// everybody is slow, nobody overtakes.
  public func delay(at point: FaultPoint, arrival: UInt64) -> UInt64 {
    guard maximumNanoseconds > 0 else { return 0 }
    let draw = Self.mix(seed ^ Self.mix(arrival &* 8 &+ UInt64(point.rawValue)))
    return draw & 3 == 0 ? (draw >> 2) % (maximumNanoseconds + 1) : 0
  }

  /// The finalizer of SplitMix64: spreads neighbouring numbers over all 64 bits.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
