import BenchFloor
import KVM
import Machine
import Rendezvous

/// Rendezvous of all vcpus, all of them halted, against as many threads that are woken raw.
extension BenchmarkRun {
  /// Vcpus that KVM gives a machine here.
  func vcpuLimit() throws(BenchmarkError) -> Int {
    do throws(KVMError) {
      return min(
        try KVMSystem(path: plan.device).maximumVCPUs, MachineConfiguration.maximumKernelVCPUs)
    } catch { throw .machine(.kvm(error)) }
  }

  func measureRendezvous() throws(BenchmarkError) {
    let sizes = plan.sizes(limit: try vcpuLimit())
    for size in sizes { try measureRendezvous(of: size, parts: sizes.count) }
    for policy in plan.policies where policy.waiting == .nobody {
      omit(.rendezvous, policy.preset, "nobody waits under this policy, so nothing ends")
    }
  }

  private func measureRendezvous(of size: Int, parts: Int) throws(BenchmarkError) {
    let words = size == 1 ? "1 halted" : "\(size) halted"
    try begin(.rendezvous, words)
    let policies = plan.policies.filter { $0.waiting != .nobody }
    guard let first = policies.first else { return }
    let crowd = try floor(FloorCrowd(threads: size), "\(size) threads")
    let barrier = try floor(FloorBarrier(threads: size), "\(size) threads")
    let guest = try BenchmarkGuest(
      FLOOR_GUEST_CROWD, isFlat: true, vcpus: size, self, policy: first)
    defer { guest.end() }
    try guest.awaitHalted()
    var woken = policies.map { _ in BenchmarkPairs() }
    var passed = policies.map { _ in BenchmarkPairs() }
    var kicks = policies.map { _ in (signalled: 0, woken: 0, onBehalf: 0) }
    let each = plan.isShort ? 2 : size >= 256 ? 4 : 16
    try turns(.rendezvous, parts: parts) { () throws(BenchmarkError) in
      let wakes = try sample(each) { () throws(BenchmarkError) in
        try self.each(crowd.wake(), of: 1, "a wake-up of \(size) threads")
      }
      let passes = try sample(each) { () throws(BenchmarkError) in Double(barrier.pass()) }
      for (place, policy) in policies.enumerated() {
        try guest.adopt(policy)
        // Whoever the change woke sleeps again.
        Pause.settle(after: wakes.max() ?? 0)
        let ours = try sample(each) { () throws(BenchmarkError) in
          let (nanoseconds, record) = try guest.meet()
          kicks[place].signalled += record.kicksSignalled
          kicks[place].woken += record.kicksWoken
          kicks[place].onBehalf += record.servedOnBehalf
          return nanoseconds
        }
        woken[place].add(ours: ours, floor: wakes)
        passed[place].add(ours: ours, floor: passes)
      }
    }
    for (place, policy) in policies.enumerated() {
      var result = BenchmarkResult(
        .rendezvous, "\(words), \(policy.preset)", .nanoseconds, vcpus: size, pairs: woken[place],
        against: "as many threads woken by futex, all answering")
      result.isLatency = true
      result.counts = [
        .init("rendezvous", UInt64(woken[place].ours.values.count)),
        .init("signalled", UInt64(kicks[place].signalled)),
        .init("woken", UInt64(kicks[place].woken)),
        .init("servedOnBehalf", UInt64(kicks[place].onBehalf)),
      ]
      add(result)
    }
    if let pairs = passed.first {
      var result = BenchmarkResult(
        .rendezvous, "\(words), \(first.preset), barrier", .nanoseconds, vcpus: size, pairs: pairs,
        against: "a pthread barrier of as many threads, passed twice")
      result.isLatency = true
      add(result)
    }
  }

  /// `count` times, with pauses in which those who were woken go to sleep again.
  func sample(
    _ count: Int, _ body: () throws(BenchmarkError) -> Double
  ) throws(BenchmarkError) -> [Double] {
    var values: [Double] = []
    for _ in 0..<count {
      let value = try body()
      values.append(value)
      Pause.settle(after: value)
    }
    return values
  }
}
