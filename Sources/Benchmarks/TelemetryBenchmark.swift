import BenchFloor
import Machine
import Telemetry
import Threads

/// What observers cost: a snapshot's time, and a vcpu's loop while snapshots are taken.
extension BenchmarkRun {
  /// Snapshots a second while the loop is watched.
  private static let rate = 100

  func measureTelemetry() throws(BenchmarkError) {
    let sizes = plan.sizes(limit: try vcpuLimit())
    for size in sizes { try measureSnapshots(of: size, parts: sizes.count + 1) }
    try measureWatchedLoop(parts: sizes.count + 1)
  }

  private func measureSnapshots(of size: Int, parts: Int) throws(BenchmarkError) {
    let words = size == 1 ? "1 vcpu" : "\(size) vcpus"
    try begin(.telemetry, words)
    let guest = try BenchmarkGuest(FLOOR_GUEST_CROWD, isFlat: true, vcpus: size, self)
    defer { guest.end() }
    try guest.awaitHalted()
    var samples = BenchmarkSamples()
    try turns(.telemetry, parts: parts, least: 20, most: 5_000) { () throws(BenchmarkError) in
      let begin = MonotonicClock.nanoseconds()
      let snapshot = guest.machine.snapshot()
      let end = MonotonicClock.nanoseconds()
      guard snapshot.vcpus.count == size else { throw .guest("a snapshot without its vcpus") }
      samples.add([Double(end &- begin)])
    }
    var result = BenchmarkResult(
      .telemetry, "snapshot of \(words)", .nanoseconds, vcpus: size, ours: samples)
    result.isLatency = true
    result.counts = [.init("snapshots", UInt64(samples.values.count))]
    add(result)
  }

  /// The same loop, watched and not, by turns.
  private func measureWatchedLoop(parts: Int) throws(BenchmarkError) {
    try begin(.telemetry, "PIO exits")
    let guest = try BenchmarkGuest(FLOOR_GUEST_PORT, self)
    defer { guest.end() }
    let slice: UInt64 = plan.isShort ? 50_000_000 : 200_000_000
    var pairs = BenchmarkPairs()
    var snapshots: UInt64 = 0
    try turns(.telemetry, parts: parts) { () throws(BenchmarkError) in
      let alone = try exitTime(guest) { Pause.nanoseconds(slice) }
      let watched = try exitTime(guest) {
        let end = MonotonicClock.nanoseconds() &+ slice
        while MonotonicClock.nanoseconds() < end {
          Pause.nanoseconds(1_000_000_000 / UInt64(Self.rate))
          _ = guest.machine.snapshot()
          snapshots &+= 1
        }
      }
      pairs.add(ours: [watched], floor: [alone])
    }
    var result = BenchmarkResult(
      .telemetry, "PIO exit, \(Self.rate) snapshots/s", .nanoseconds, pairs: pairs,
      against: "the same loop, not looked at")
    result.counts = [.init("snapshots", snapshots)]
    add(result)
  }

  private func exitTime(_ guest: BenchmarkGuest, _ meanwhile: () -> Void) throws(BenchmarkError)
    -> Double
  {
    let first = guest.machine.snapshot()
    meanwhile()
    let last = try guest.wait(for: "exits") { $0.exits[.io] &- first.exits[.io] >= 10 }
    return Double(last.timeNanoseconds &- first.timeNanoseconds)
      / Double(last.exits[.io] &- first.exits[.io])
  }
}
