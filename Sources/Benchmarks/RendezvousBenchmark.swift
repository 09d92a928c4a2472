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
    let limit = try vcpuLimit()
    let sizes = plan.sizes(limit: limit)
    // Every third size.
    let some = plan.sizes(from: 4, limit: limit).filter { [4, 64, 1024].contains($0) }
    // Two are what most hosts' CPUs can have in the guest; what comes after that measures the scheduler.
    let spinning = [2, 4, 16].filter { $0 <= min(plan.cpusUpTo, limit) }
    let parts = sizes.count + 2 * some.count + spinning.count
    for size in sizes { try measureRendezvous(of: size, parts: parts) }
    for size in some { try measureSubsets(of: size, parts: parts) }
    for size in some { try measureMixedRendezvous(of: size, parts: parts) }
    for size in spinning { try measureSpinners(size, parts: parts) }
    for policy in plan.policies where policy.waiting == .nobody {
      omit(.rendezvous, policy.preset, "nobody waits under this policy, so nothing ends")
    }
  }

  /// A barrier's row: `words` under the first of the policies.
  func addBarrier(
    _ words: String, vcpus: Int, _ policy: RendezvousPolicy, _ pairs: BenchmarkPairs,
    against floorName: String = "a pthread barrier of as many threads, passed twice"
  ) {
    var result = BenchmarkResult(
      .rendezvous, "\(words), \(policy.preset), barrier", .nanoseconds, vcpus: vcpus, pairs: pairs,
      against: floorName)
    result.isLatency = true
    add(result)
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
    if let pairs = passed.first { addBarrier(words, vcpus: size, first, pairs) }
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
