import Rendezvous
import Telemetry
import Threads

/// Finds vcpus that make rendezvous exits again and again without coming into the guest between them, from
/// their counters alone. The watchdog's thread.
struct CirclingVCPUs {
  /// A vcpu that circles: the rendezvous exits that it made since it began to.
  struct Circling {
    let vcpu: Int
    var exits: UInt64
  }

  /// Those that have circled at every look since ``since``.
  private(set) var vcpus: [Circling] = []
  /// How many looks that were.
  private(set) var looks = 0
  /// When it began, nanoseconds of the monotonic clock.
  private(set) var since: UInt64 = 0
  /// What each vcpu had counted at the last look.
  private var last: [(rendezvous: UInt64, guest: UInt64)] = []

  /// A look at all of them, `now`.
  mutating func look(_ platform: Platform, _ now: UInt64) {
    let ticks = TimestampPair.now()
    let counts = platform.cells.map { cell in
      let row = cell.counters.snapshot(
        id: cell.id, guestSaw: 0, calibration: platform.start, now: ticks)
      return (rendezvous: row.rendezvousExits.total, guest: row.exits.total)
    }
    defer { last = counts }
    guard last.count == counts.count else { return }
    var circling: [Circling] = []
    for (vcpu, count) in counts.enumerated() {
      let exits = count.rendezvous &- last[vcpu].rendezvous
      guard exits >= Watchdog.circlingExits, count.guest == last[vcpu].guest else { continue }
      circling.append(Circling(vcpu: vcpu, exits: exits))
    }
    // Only who circles all the time is meant: others have rendezvous of their own.
    let before = Dictionary(uniqueKeysWithValues: vcpus.map { ($0.vcpu, $0.exits) })
    let same = circling.compactMap { found -> Circling? in
      before[found.vcpu].map { Circling(vcpu: found.vcpu, exits: $0 &+ found.exits) }
    }
    if same.isEmpty {
      vcpus = circling
      looks = circling.isEmpty ? 0 : 1
      since = now &- Watchdog.period
    } else {
      vcpus = same
      looks += 1
    }
  }
}
