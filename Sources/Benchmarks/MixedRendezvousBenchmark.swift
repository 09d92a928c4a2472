import BenchFloor
import Rendezvous

/// Rendezvous of all vcpus, of which one is in the guest, against a raw kick beside as many wake-ups. No more than one:
/// where they are more than the host's CPUs, spinners measure the scheduler.
extension BenchmarkRun {
  func measureMixedRendezvous(of size: Int, parts: Int) throws(BenchmarkError) {
    let words = "\(size - 1) halted + 1"
    try begin(.rendezvous, "\(words) in the guest")
    let policies = plan.policies.filter { $0.waiting != .nobody }
    guard let first = policies.first else { return }
    let crowd = try floor(FloorCrowd(threads: size - 1), "\(size - 1) threads")
    let guest = try BenchmarkGuest(
      FLOOR_GUEST_MIXED, isFlat: true, vcpus: size, self, policy: first)
    defer { guest.end() }
    try guest.awaitMixed()
    var meetings = policies.map(BenchmarkMeetings.init)
    var passed = BenchmarkPairs()
    let each = plan.isShort ? 2 : size >= 256 ? 4 : 16
    try turns(.rendezvous, parts: parts) { () throws(BenchmarkError) in
      // One spinner at a time.
      try guest.setStopped(true)
      let its = try rawMeetings(crowd, each)
      let passes = try rawBarrier(of: size, each)
      try guest.setStopped(false)
      try guest.awaitMixed()
      for (place, policy) in policies.enumerated() {
        try guest.adopt(policy)
        // Whoever the change woke sleeps again.
        Pause.settle(after: its.max() ?? 0)
        let ours = try sample(each) { () throws(BenchmarkError) in
          try meetings[place].meet(guest)
        }
        meetings[place].pairs.add(ours: ours, floor: its)
        if place == 0 { passed.add(ours: ours, floor: passes) }
      }
    }
    for meeting in meetings {
      add(
        meeting.result(
          words, vcpus: size, against: "a kick of one in the guest, beside as many wake-ups"))
    }
    addBarrier(
      "\(size - 1) + 1", vcpus: size, first, passed,
      against: "a pthread barrier of as many threads, one of which polls for it")
  }

  /// As many threads at a barrier, of which one polls.
  private func rawBarrier(of size: Int, _ count: Int) throws(BenchmarkError) -> [Double] {
    let barrier = try floor(FloorBarrier(threads: size, polling: 1), "\(size) threads")
    _ = barrier.pass()
    return try sample(count) { () throws(BenchmarkError) in Double(barrier.pass()) }
  }

  /// The floor's, with a spinner that ends with them.
  private func rawMeetings(_ crowd: FloorCrowd, _ count: Int) throws(BenchmarkError) -> [Double] {
    let machine = try floor(FloorMachine(device: plan.device, FLOOR_GUEST_SPIN), "a bare machine")
    let kick = try floor(FloorKick(machine), "a thread")
    // The first ones meet a guest that has only begun.
    for _ in 0..<3 { _ = try each(kick.once(), of: 1, "a kick") }
    return try sample(count) { () throws(BenchmarkError) in
      try each(crowd.wake(andKick: kick), of: 1, "a kick beside wake-ups")
    }
  }
}
