import Rendezvous
import Telemetry

/// The last rendezvous with the policy each met under, and the lanes that were kept of them. Lanes may come
/// before or after their record, in another snapshot, or never; both lists are bounded, the oldest go first.
struct RendezvousHistory: Sendable {
  /// Rendezvous that are kept.
  static let recordCount = 1_000
  /// Lanes that are kept, of all rendezvous together.
  static let laneCount = 32_768

  /// A finished rendezvous.
  struct Entry: Sendable {
    let record: RendezvousRecord
    /// When it ended, nanoseconds since the machine started.
    let timeNanoseconds: UInt64
    /// The preset in force.
    let policy: String
  }

  /// Oldest first; the absolute numbers of this list are what is selected by.
  private(set) var entries = BoundedList<Entry>(limit: recordCount)
  /// Lanes that never got here, since the machine started.
  private(set) var lostLanes: UInt64 = 0
  /// Lanes that are kept.
  private(set) var keptLanes = 0

  private var lanes: [UInt64: [RendezvousLane]] = [:]
  /// The rendezvous that lanes came of, in the order of their first one; those before `head` are dropped.
  private var order: [UInt64] = []
  private var head = 0
  /// The policy at the end of the last snapshot.
  private var policy: String?

  /// Takes what came since the last snapshot: amortised constant time for each record and lane.
  mutating func absorb(_ next: Snapshot) {
    var inForce = policy ?? next.policy.preset
    for entry in next.events {
      switch entry.event {
      case .policyChanged(let name): inForce = name
      case .rendezvous(let record):
        append(Entry(record: record, timeNanoseconds: entry.timeNanoseconds, policy: inForce))
      default: break
      }
    }
    policy = next.policy.preset
    lostLanes = next.droppedLanes
    for lane in next.lanes { keep(lane) }
  }

  /// As it was when the next rendezvous was to get number `end`. Lanes that came late are there.
  func rewound(to end: Int, lostLanes: UInt64) -> RendezvousHistory {
    var result = self
    result.entries.removeLast(to: end)
    result.lostLanes = lostLanes
    return result
  }

  /// The absolute numbers of those that are kept.
  var numbers: Range<Int> { entries.dropped..<entries.end }

  /// The rendezvous with an absolute number, while it is kept.
  func entry(_ number: Int) -> Entry? {
    numbers.contains(number) ? entries[number - entries.dropped] : nil
  }

  /// The lanes of rendezvous `id` that are kept, in no order.
  func lanes(of id: UInt64) -> [RendezvousLane] { lanes[id] ?? [] }

  /// The absolute number of rendezvous `id`, while it is kept. Searches from the newest on: for keys, not
  /// for each frame.
  func number(of id: UInt64) -> Int? { numbers.reversed().first { entry($0)?.record.id == id } }

  private mutating func append(_ entry: Entry) {
    // Lanes of what can no longer be selected are of no use.
    if entries.count == entries.limit { drop(entries[0].record.id) }
    entries.append(entry)
  }

  private mutating func keep(_ lane: RendezvousLane) {
    let id = lane.rendezvous
    if entries.dropped > 0 && id < entries[0].record.id { return }
    if lanes[id] == nil { order.append(id) }
    lanes[id, default: []].append(lane)
    keptLanes += 1
    while keptLanes > Self.laneCount || order.count - head > Self.laneCount { dropOldest() }
  }

  private mutating func dropOldest() {
    drop(order[head])
    head += 1
    if head > 1_024 && head > order.count / 2 {
      order.removeFirst(head)
      head = 0
    }
  }

  private mutating func drop(_ id: UInt64) {
    if let gone = lanes.removeValue(forKey: id) { keptLanes -= gone.count }
  }
}
