import Rendezvous
import Telemetry

/// What is shown of each of two machines side by side.
public enum PairQuantity: Sendable, CaseIterable {
  case rendezvous, spurious, stall, haltSpins, kicks, lockWait, latencyP50, latencyP99, work

  /// Its name with its unit.
  public var title: String {
    switch self {
    case .rendezvous: "rdv/s"
    case .spurious: "spurious/s"
    case .stall: "stall us/s"
    case .haltSpins: "spins/s"
    case .kicks: "kicks/s"
    case .lockWait: "lock us/s"
    case .latencyP50: "p50 us"
    case .latencyP99: "p99 us"
    case .work: "work/s"
    }
  }

  /// What it means.
  public var meaning: String {
    switch self {
    case .rendezvous: "rendezvous completed"
    case .spurious: "exits to a rendezvous that was not for the vcpu"
    case .stall: "time that bystanders slept in rendezvous"
    case .haltSpins: "HLT that did not sleep for a rendezvous of others"
    case .kicks: "members signalled out of the guest, or woken"
    case .lockWait: "time that entries waited for the rendezvous lock"
    case .latencyP50: "half of the rendezvous took no longer"
    case .latencyP99: "nor did 99 of 100"
    case .work: "rounds of the guest's own work"
    }
  }

  /// Its number in one sample; nil where there is none.
  public func value(_ counts: ComparisonCounts) -> Double? {
    switch self {
    case .rendezvous: rate(counts, counts.completed)
    case .spurious: rate(counts, counts.spurious)
    case .stall: rate(counts, counts.stallNanoseconds / 1000)
    case .haltSpins: rate(counts, counts.haltSpins)
    case .kicks: rate(counts, counts.kicks[.signalled] &+ counts.kicks[.woken])
    case .lockWait: rate(counts, counts.checkLockWaitNanoseconds / 1000)
    case .latencyP50: latency(counts, counts.latency.p50)
    case .latencyP99: latency(counts, counts.latency.p99)
    case .work: rate(counts, counts.work)
    }
  }

  private func rate(_ counts: ComparisonCounts, _ count: UInt64) -> Double? {
    counts.nanoseconds == 0 ? nil : Double(count) * 1e9 / Double(counts.nanoseconds)
  }

  private func latency(_ counts: ComparisonCounts, _ nanoseconds: UInt64) -> Double? {
    counts.latency.count == 0 ? nil : Double(nanoseconds) / 1000
  }

  /// Its number over the last second of `side`.
  public func value(_ side: PairState.Side) -> Double? {
    let recent = side.recent
    switch self {
    // A percentile of several samples is none of their sum.
    case .latencyP50, .latencyP99: return recent.median(value)
    default: return recent.slices.isEmpty ? nil : value(recent.total)
    }
  }

  /// B's number against A's: `+17 %`, `-34 %`, `x 3.1`; where one of them is 0, which has any.
  public static func difference(_ a: Double?, _ b: Double?) -> String {
    let (a, b) = (a ?? 0, b ?? 0)
    guard a > 0 || b > 0 else { return "none" }
    guard b > 0 else { return "only A" }
    guard a > 0 else { return "only B" }
    let ratio = b / a
    if ratio >= 2 { return "x \(NumberWords.short(ratio))" }
    let percent = Int(((ratio - 1) * 100).rounded())
    return percent == 0 ? "same" : "\(percent > 0 ? "+" : "")\(percent) %"
  }
}
