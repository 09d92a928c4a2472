import Commands
import Rendezvous
import Synchronization
import Telemetry

/// A repeated injection that is under way. The operator's thread.
///
/// Each is due at an absolute time, so that the rate holds whatever each takes; none is left out. Where the
/// host falls far behind, the schedule starts anew: a pause is not made up for by a burst.
struct InjectionRun {
  let id: UInt64
  let wanted: RepeatedInjection
  /// The machine's resets when it began: it does not go on after one.
  let resets: UInt64
  private var repetition: InjectionRepetition
  private var due: UInt64
  private var first: UInt64 = 0
  private var last: UInt64 = 0
  /// Those whose answers are still expected, the oldest first.
  private var open: [InjectionTracker] = []
  private let latency = LatencyHistogram()
  /// The guest's own count of the vector before, by vcpu.
  private var countsBefore: [Int: UInt64] = [:]
  private var vector: UInt8 = 0
  /// What was reported last, and when.
  private var reported: InjectionRepetition?
  private var reportedAt: UInt64 = 0
  /// When to look for answers that nobody announces: the guest's own counts.
  private var nextLook: UInt64 = .max
  /// When to ask vcpus whether a blocked NMI got through, which costs each an exit.
  private var nextNudge: UInt64

  /// Behind by more than this and a period, nanoseconds, the schedule starts anew.
  static let catchUpNanoseconds: UInt64 = 100_000_000
  /// Between two reports, nanoseconds.
  static let reportNanoseconds: UInt64 = 100_000_000
  private static let lookNanoseconds: UInt64 = 500_000
  private static let nudgeNanoseconds: UInt64 = 50_000_000
  /// A vector is in at most two of them at each target: one in IRR, one on its way there. More than this are
  /// open only where many targets are slow; the oldest then counts as it stands.
  private static let openLimit = 16

  init(id: UInt64, _ wanted: RepeatedInjection, resets: UInt64, now: UInt64) {
    self.id = id
    self.wanted = wanted
    self.resets = resets
    due = now
    nextNudge = now &+ Self.nudgeNanoseconds
    repetition = InjectionRepetition(
      wanted: wanted.count, periodNanoseconds: wanted.periodNanoseconds)
  }

  private var isMaking: Bool { repetition.stop == nil && repetition.made < wanted.count }

  /// Whether the next one is to be made.
  func isDue(_ now: UInt64) -> Bool { isMaking && due <= now }

  /// When something is to be done without anybody saying so.
  var nextDue: UInt64 {
    let report = repetition == reported ? .max : reportedAt &+ Self.reportNanoseconds
    return min(report, isMaking ? due : nextLook, open.isEmpty ? .max : nextNudge)
  }

  mutating func stop(_ reason: InjectionRepetition.Stop) {
    if isMaking { repetition.stop = reason }
  }

  // MARK: One more

  /// The next one is made now.
  mutating func begin(_ now: UInt64) {
    let behind = now &- due
    if behind > wanted.periodNanoseconds { repetition.late += 1 }
    repetition.latestNanoseconds = max(repetition.latestNanoseconds, behind)
    due &+= wanted.periodNanoseconds
    if now > due && now &- due > Self.catchUpNanoseconds { due = now }
    if repetition.made == 0 { first = now }
    last = now
    repetition.made += 1
    repetition.spanNanoseconds = last &- first
  }

  /// It was made, and is followed by `tracker`.
  mutating func follow(_ tracker: InjectionTracker) {
    vector = tracker.vector
    // The watch's last word was about the one before.
    if let before = open.indices.last {
      for former in tracker.formerAcceptances {
        open[before].learn(former.acceptance, at: former.vcpu)
      }
    }
    for (vcpu, count) in tracker.countsBefore where countsBefore[vcpu] == nil {
      countsBefore[vcpu] = count
    }
    open.append(tracker)
    if open.count > Self.openLimit { count(open.removeFirst()) }
  }

  // MARK: Answers

  mutating func update(_ platform: Platform, now: UInt64) {
    let isStopped = platform.isStopped.load(ordering: .relaxed)
    let isTimeToNudge = now >= nextNudge
    if isTimeToNudge { nextNudge = now &+ Self.nudgeNanoseconds }
    var remaining: [InjectionTracker] = []
    for var tracker in open {
      tracker.update(platform.cells, isStopped: isStopped)
      if tracker.isOpen {
        if isTimeToNudge { tracker.nudge(platform.cells) }
        remaining.append(tracker)
      } else {
        count(tracker)
      }
    }
    open = remaining
    nextLook = now &+ Self.lookNanoseconds
  }

  /// Whether nothing is to be made any more and nothing to be waited for.
  func isOver(_ now: UInt64, _ image: DemoImage?) -> Bool {
    if isMaking { return false }
    switch repetition.stop {
    case .guestEnded, .reset, .tooMany: return true
    case .byOperator, nil: break
    }
    if now &- last > Operator.sightNanoseconds { return true }
    guard open.isEmpty else { return false }
    guard let image, !countsBefore.isEmpty else { return true }
    return seen(image) >= repetition.delivered
  }

  private func seen(_ image: DemoImage) -> UInt64 {
    countsBefore.reduce(0) { sum, entry in
      sum &+ (image.interruptsSeen(by: entry.key, vector: vector) &- entry.value)
    }
  }

  private mutating func count(_ tracker: InjectionTracker) {
    let report = tracker.report(isFinal: true)
    if let outcome = report.outcome { count(outcome) }
    for target in report.targets { count(target.outcome) }
  }

  private mutating func count(_ outcome: InjectionOutcome) {
    switch outcome {
    case .delivered(let time):
      repetition.delivered += 1
      latency.record(time)
    case .done(let time):
      repetition.done += 1
      latency.record(time)
    case .coalesced: repetition.coalesced += 1
    case .pending(let reason):
      repetition.pending += 1
      repetition.pendingReason = reason
    case .ignored(let reason):
      repetition.ignored += 1
      repetition.ignoredReason = reason
    }
  }

  // MARK: Reports

  /// What is to be reported now, or nil: the end, and what changed, not more often than a reader can see.
  mutating func news(_ now: UInt64, isFinal: Bool, _ image: DemoImage?) -> InjectionReport? {
    let isTime = reported == nil || now &- reportedAt >= Self.reportNanoseconds
    guard isFinal || isTime && repetition != reported else { return nil }
    if isFinal {
      for tracker in open { count(tracker) }
      open = []
    }
    reported = repetition
    reportedAt = now
    var result = InjectionReport(
      id: id, injection: wanted.injection, isFinal: isFinal, outcome: nil, targets: [],
      rendezvous: [])
    var told = repetition
    let distribution = latency.distribution()
    told.latency.count = distribution.count
    told.latency.p50 = distribution.percentile(50)
    told.latency.p90 = distribution.percentile(90)
    told.latency.p99 = distribution.percentile(99)
    told.latency.max = distribution.maximum
    if let image, !countsBefore.isEmpty { told.guestSaw = seen(image) }
    result.repetition = told
    return result
  }
}
