import Commands
import Rendezvous
import Synchronization
import Telemetry
import Threads

/// The repeated injections that are under way, at most ``limit``. The operator's thread.
struct InjectionRepeats {
  /// More are refused.
  static let limit = 8
  var runs: [InjectionRun] = []

  /// When the next is due, on the monotonic clock; `.max`: never.
  var nextDue: UInt64 { runs.reduce(.max) { min($0, $1.nextDue) } }
}

extension Operator {
  /// Performs `command` if it is about repeated injections; else false.
  func perform(
    _ command: Command, _ repeats: inout InjectionRepeats, _ lastID: inout UInt64
  ) -> Bool {
    switch command {
    case .injectRepeatedly(let wanted):
      lastID += 1
      let now = MonotonicClock.nanoseconds()
      var run = InjectionRun(
        id: lastID, wanted, resets: platform.resets.load(ordering: .relaxed), now: now)
      if repeats.runs.count < InjectionRepeats.limit {
        repeats.runs.append(run)
      } else {
        run.stop(.tooMany)
        report(&run, now, isFinal: true)
      }
    case .stopRepeating:
      if repeats.runs.isEmpty { platform.log(.message("no repeated injection is under way")) }
      for index in repeats.runs.indices { repeats.runs[index].stop(.byOperator) }
    default: return false
    }
    return true
  }

  /// Reads what became of those that were made.
  func update(_ repeats: inout InjectionRepeats) {
    let now = MonotonicClock.nanoseconds()
    for index in repeats.runs.indices { repeats.runs[index].update(platform, now: now) }
  }

  /// Makes of each run the next one, if it is due: one only, so that commands never wait for a run that is
  /// behind.
  func proceed(_ repeats: inout InjectionRepeats, _ followed: inout [InjectionTracker]) {
    if repeats.runs.isEmpty { return }
    for index in repeats.runs.indices {
      if let reason = end(of: repeats.runs[index]) { repeats.runs[index].stop(reason) }
      let now = MonotonicClock.nanoseconds()
      guard repeats.runs[index].isDue(now) else { continue }
      // What earlier ones were told is read before the same vector is watched again.
      follow(&followed)
      update(&repeats)
      repeats.runs[index].begin(now)
      let run = repeats.runs[index]
      repeats.runs[index].follow(inject(run.wanted.injection, id: run.id))
    }
    update(&repeats)
    let now = MonotonicClock.nanoseconds()
    var remaining: [InjectionRun] = []
    for var run in repeats.runs {
      let isOver = run.isOver(now, image)
      report(&run, now, isFinal: isOver)
      if !isOver { remaining.append(run) }
    }
    repeats.runs = remaining
  }

  private func report(_ run: inout InjectionRun, _ now: UInt64, isFinal: Bool) {
    if let report = run.news(now, isFinal: isFinal, image) { platform.log(.injection(report)) }
  }

  /// Why `run` is to end now, or nil.
  private func end(of run: InjectionRun) -> InjectionRepetition.Stop? {
    if platform.guestEnd != nil { return .guestEnded }
    let isReset =
      platform.isResetting.load(ordering: .sequentiallyConsistent)
      || platform.resets.load(ordering: .relaxed) != run.resets
    return isReset ? .reset : nil
  }
}
