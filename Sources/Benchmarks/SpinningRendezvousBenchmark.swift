import BenchFloor
import Rendezvous

/// Rendezvous of vcpus that are all in the guest, against as many threads in KVM_RUN that are kicked raw. Where they are
/// more than the host's CPUs, both sides measure its scheduler.
extension BenchmarkRun {
  func measureSpinners(_ size: Int, parts: Int) throws(BenchmarkError) {
    let words = "\(size) spinning"
    try begin(.rendezvous, words)
    let policies = plan.policies.filter { $0.waiting != .nobody }
    guard let first = policies.first else { return }
    let guest = try BenchmarkGuest(
      FLOOR_GUEST_SPINNERS, isFlat: true, vcpus: size, self, policy: first)
    defer { guest.end() }
    try guest.awaitSpinning()
    var meetings = policies.map(BenchmarkMeetings.init)
    var passed = BenchmarkPairs()
    let each = plan.isShort ? 2 : size > 2 ? 4 : 16
    try turns(.rendezvous, parts: parts, least: 2) { () throws(BenchmarkError) in
      // One crowd of spinners at a time.
      try guest.setStopped(true)
      let kicks = try rawSpinners(size, each)
      let passes = try rawBarrier(polling: size, each)
      try guest.setStopped(false)
      try guest.awaitSpinning()
      for (place, policy) in policies.enumerated() {
        try guest.adopt(policy)
        let ours = try sample(each) { () throws(BenchmarkError) in
          try meetings[place].meet(guest)
        }
        meetings[place].pairs.add(ours: ours, floor: kicks)
        if place == 0 { passed.add(ours: ours, floor: passes) }
      }
    }
    for meeting in meetings {
      add(meeting.result(words, vcpus: size, against: "as many threads in the guest, all kicked"))
    }
    addBarrier(
      words, vcpus: size, first, passed,
      against: "a pthread barrier of as many threads that poll for it")
  }

  private func rawSpinners(_ size: Int, _ count: Int) throws(BenchmarkError) -> [Double] {
    let machine = try floor(
      FloorMachine(device: plan.device, vcpus: size, FLOOR_GUEST_SPIN), "a bare machine")
    let spinners = try floor(FloorSpinners(machine), "\(size) threads")
    // The first ones meet a guest that has only begun.
    for _ in 0..<2 { _ = try each(spinners.kick(), of: 1, "a kick of \(size)") }
    return try sample(count) { () throws(BenchmarkError) in
      try each(spinners.kick(), of: 1, "a kick of \(size)")
    }
  }

  /// The same threads without a guest.
  private func rawBarrier(polling size: Int, _ count: Int) throws(BenchmarkError) -> [Double] {
    let barrier = try floor(FloorBarrier(threads: size, polling: size), "\(size) threads")
    _ = barrier.pass()
    return try sample(count) { () throws(BenchmarkError) in Double(barrier.pass()) }
  }
}
