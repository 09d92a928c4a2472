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
    // Of every third size: one vcpu in the guest, the rest halted.
    let mixed = plan.sizes(from: 4, limit: try vcpuLimit()).filter { [4, 64, 1024].contains($0) }
    let parts = sizes.count + mixed.count
    for size in sizes { try measureRendezvous(of: size, parts: parts) }
    for size in mixed { try measureMixedRendezvous(of: size, parts: parts) }
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
    var meetings = policies.map(BenchmarkMeetings.init)
    var passed = policies.map { _ in BenchmarkPairs() }
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
          try meetings[place].meet(guest)
        }
        meetings[place].pairs.add(ours: ours, floor: wakes)
        passed[place].add(ours: ours, floor: passes)
      }
    }
    for meeting in meetings {
      add(
        meeting.result(
          words, vcpus: size, against: "as many threads woken by futex, all answering"))
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
