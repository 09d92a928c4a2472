import Rendezvous
import Telemetry
import Threads

/// Makes of vcpus' notes on failed assertions what the log shows: the first, then ten a second at most. How
/// many there were, the vcpus' counters tell. The reader of snapshots only.
struct AssertionLog: Sendable {
  /// Time between two that are told, nanoseconds.
  private static let period: UInt64 = 100_000_000
  /// When the next may be told, nanoseconds of the monotonic clock.
  private var next: UInt64 = 0
  /// The policy in force after the events so far.
  private var policy: String

  init(policy: String) { self.policy = policy }

  /// The events that `cells` have for the log since the last call. `events`: the others of the same time, in
  /// order, changes of policy among them; `start`: when the machine started, on the monotonic clock.
  mutating func take(_ cells: [VCPUCell], _ events: [LogEntry], start: UInt64) -> [LogEntry] {
    var notes: [AssertionNote] = []
    for cell in cells { cell.assertions.drain(into: &notes) }
    notes.sort { $0.nanoseconds < $1.nanoseconds }
    var changes = events.compactMap { entry -> (time: UInt64, policy: String)? in
      if case .policyChanged(let name) = entry.event { (entry.timeNanoseconds, name) } else { nil }
    }[...]
    var told: [LogEntry] = []
    for note in notes where note.nanoseconds >= next || note.stoppedGuest {
      next = note.nanoseconds &+ Self.period
      let time = note.nanoseconds &- start
      while let change = changes.first, change.time <= time {
        policy = change.policy
        changes.removeFirst()
      }
      told.append(LogEntry(timeNanoseconds: time, event: .assertionFailed(failure(note, time))))
    }
    if let last = changes.last { policy = last.policy }
    return told
  }

  private func failure(_ note: AssertionNote, _ time: UInt64) -> AssertionFailure {
    AssertionFailure(
      vcpu: note.vcpu, timeNanoseconds: time, policy: policy, rip: note.rip, last: note.last,
      sawBit: note.sawBit, stoppedGuest: note.stoppedGuest)
  }
}
