import BenchFloor
import Machine
import Telemetry
import Threads

/// From nothing to vcpus that run, against a program in C that creates as many, with a thread for each, and runs each to
/// its HLT. And the memory that it takes.
extension BenchmarkRun {
  func measureStart() throws(BenchmarkError) {
    let sizes = plan.sizes(from: 4, limit: try vcpuLimit())
    for size in [1] + sizes { try measureStart(of: size, parts: sizes.count + 1) }
  }

  private func measureStart(of size: Int, parts: Int) throws(BenchmarkError) {
    let words = size == 1 ? "1 vcpu" : "\(size) vcpus"
    try begin(.start, words)
    var first = BenchmarkPairs()
    var running = BenchmarkPairs()
    var memory = BenchmarkPairs()
    try turns(.start, parts: parts, least: 2, most: 20) { () throws(BenchmarkError) in
      floor_trim()
      guard let its = Floor.start(device: plan.device, vcpus: size) else {
        throw .floor("\(words) in C")
      }
      floor_trim()
      let before = floor_resident_bytes()
      let begin = MonotonicClock.nanoseconds()
      let guest = try BenchmarkGuest(FLOOR_GUEST_CROWD, isFlat: true, vcpus: size, self)
      defer { guest.end() }
      try guest.wait(for: "first instruction") { $0.vcpus[0].exits[.io] > 0 }
      let firstAt = MonotonicClock.nanoseconds()
      try guest.awaitHalted()
      let allAt = MonotonicClock.nanoseconds()
      let after = floor_resident_bytes()
      first.add(ours: [Double(firstAt &- begin)], floor: [Double(its.created)])
      running.add(ours: [Double(allAt &- begin)], floor: [Double(its.all_ran)])
      memory.add(
        ours: [Double(after > before ? after - before : 0)], floor: [Double(its.resident)])
    }
    let program = "a program in C"
    add(
      BenchmarkResult(
        .start, "\(words): first exit", .nanoseconds, vcpus: size, pairs: first,
        against: "\(program): created"))
    add(
      BenchmarkResult(
        .start, "\(words): all have run", .nanoseconds, vcpus: size, pairs: running,
        against: "\(program): created, and run to HLT"))
    add(
      BenchmarkResult(
        .start, "\(words): memory", .bytes, vcpus: size, pairs: memory,
        against: "\(program): its growth in memory"))
  }
}
