import Telemetry

/// What the vCPU view needs of the last two seconds: each vcpu's row of then, for rates by reason, and the
/// close look before this one, for what changed. Two rows a vcpu and two looks: nothing grows.
struct VCPURecent: Sendable {
  /// The rows of one moment.
  struct Rows: Sendable {
    /// Of that moment.
    let number: Int
    let timeNanoseconds: UInt64
    let vcpus: [VCPUSnapshot]
  }
  /// How far apart the rows are that rates are made of: that far to twice as far.
  private static let period: UInt64 = 1_000_000_000

  /// The last close look; a snapshot without one, when its writer was in the way, keeps it.
  private(set) var detail: VCPUDetail?
  /// The one before, of the same vcpu.
  private(set) var earlier: VCPUDetail?
  private(set) var base: Rows?
  private var next: Rows?

  init() {}

  /// As it was: with the looks and rows of then.
  init(rewound looks: Moment.Looks?, base: Rows?) {
    (detail, earlier, self.base) = (looks?.detail, looks?.earlier, base)
  }

  /// Takes a snapshot that samples and becomes the moment with that number.
  mutating func absorb(_ snapshot: Snapshot, number: Int = 0) {
    if let look = snapshot.detail { note(look) }
    let now = Rows(
      number: number, timeNanoseconds: snapshot.timeNanoseconds, vcpus: snapshot.vcpus)
    guard let next, let base, next.timeNanoseconds <= now.timeNanoseconds,
      base.vcpus.count == now.vcpus.count
    else {
      base = now
      self.next = now
      return
    }
    if now.timeNanoseconds - next.timeNanoseconds >= Self.period {
      self.base = next
      self.next = now
    }
  }

  private mutating func note(_ look: VCPUDetail) {
    if detail?.vcpu != look.vcpu {
      earlier = nil
    } else if detail?.timeNanoseconds != look.timeNanoseconds {
      // A vcpu that sleeps writes nothing: what its last move changed stays marked.
      earlier = detail
    }
    detail = look
  }

  /// What the vcpu in place `index` did in the last second or two before `snapshot`; nil where there is
  /// nothing to compare with.
  func change(of index: Int, until snapshot: Snapshot) -> VCPUChange? {
    guard let base, base.vcpus.indices.contains(index), snapshot.vcpus.indices.contains(index),
      base.vcpus[index].id == snapshot.vcpus[index].id,
      snapshot.timeNanoseconds > base.timeNanoseconds
    else { return nil }
    return VCPUChange(
      elapsedNanoseconds: snapshot.timeNanoseconds - base.timeNanoseconds,
      before: base.vcpus[index], after: snapshot.vcpus[index])
  }
}

/// A vcpu at two moments.
struct VCPUChange: Sendable {
  let elapsedNanoseconds: UInt64
  let before: VCPUSnapshot
  let after: VCPUSnapshot

  /// How much `value` rose; 0 where it fell.
  func rise(_ value: (VCPUSnapshot) -> UInt64) -> UInt64 {
    let (from, to) = (value(before), value(after))
    return to > from ? to - from : 0
  }

  /// How much `value` rose per second.
  func rate(_ value: (VCPUSnapshot) -> UInt64) -> Double {
    elapsedNanoseconds == 0 ? 0 : Double(rise(value)) / Double(elapsedNanoseconds) * 1e9
  }

  /// How much of the time `value`, nanoseconds, rose: percent, at most 100.
  func share(_ value: (VCPUSnapshot) -> UInt64) -> UInt64 {
    min(100, Quantity.percent(rise(value), of: elapsedNanoseconds))
  }
}
