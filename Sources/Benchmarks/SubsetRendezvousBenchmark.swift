import BenchFloor
import Rendezvous

/// Rendezvous of some of many vcpus, all of them halted: of one, and of half of them. Against as many threads of as many
/// that are woken raw; the others only have to be left alone.
extension BenchmarkRun {
  func measureSubsets(of size: Int, parts: Int) throws(BenchmarkError) {
    try begin(.rendezvous, "some of \(size)")
    let policies = plan.policies.filter { $0.waiting != .nobody }
    guard let first = policies.first else { return }
    let crowd = try floor(FloorCrowd(threads: size), "\(size) threads")
    let guest = try BenchmarkGuest(
      FLOOR_GUEST_CROWD, isFlat: true, vcpus: size, self, policy: first)
    defer { guest.end() }
    try guest.awaitHalted()
    let counts = [1, size / 2]
    var barriers: [FloorBarrier] = []
    for count in counts {
      barriers.append(try floor(FloorBarrier(threads: count), "\(count) threads"))
    }
    var meetings = counts.map { _ in policies.map(BenchmarkMeetings.init) }
    var passed = counts.map { _ in BenchmarkPairs() }
    let each = plan.isShort ? 2 : size >= 256 ? 4 : 16
    try turns(.rendezvous, parts: parts) { () throws(BenchmarkError) in
      for (place, count) in counts.enumerated() {
        let wakes = try sample(each) { () throws(BenchmarkError) in
          try self.each(crowd.wake(count), of: 1, "a wake-up of \(count) threads")
        }
        let passes = try sample(each) { () throws(BenchmarkError) in
          Double(barriers[place].pass())
        }
        // Not the first ones: a set's last members are the dearest to find.
        let targets = CPUSet((size - count)..<size)
        for (which, policy) in policies.enumerated() {
          try guest.adopt(policy)
          // Whoever the change woke sleeps again.
          Pause.settle(after: wakes.max() ?? 0)
          let ours = try sample(each) { () throws(BenchmarkError) in
            try meetings[place][which].meet(guest, targets)
          }
          meetings[place][which].pairs.add(ours: ours, floor: wakes)
          if which == 0 { passed[place].add(ours: ours, floor: passes) }
        }
      }
    }
    for (place, count) in counts.enumerated() {
      let words = "\(count) of \(size)"
      for meeting in meetings[place] {
        add(meeting.result(words, vcpus: count, against: "as many of as many threads woken"))
      }
      addBarrier(words, vcpus: count, first, passed[place])
    }
  }
}
