import Console
import Telemetry

/// What a ``Recording`` holds, and how it grows.
struct RecordedParts: Sendable {
  /// The last snapshot, without its events and console bytes.
  private(set) var snapshot = Snapshot()
  private(set) var samples = BoundedList<Sample>(limit: Recording.sampleCount)
  /// The snapshots that freezing can go back to.
  private(set) var moments: Moments
  private(set) var log = BoundedList<LogEntry>(limit: Recording.logCount)
  private(set) var console = TerminalEmulator()
  private(set) var rendezvous = RendezvousHistory()
  /// Of each vcpu what the vCPU view compares with.
  private(set) var recent = VCPURecent()
  /// What the I/O APIC's pins did.
  private(set) var pins = PinHistory()
  /// What each policy cost.
  private(set) var policies = PolicyLedger()
  /// Who sent IPIs to whom.
  private(set) var traffic = IPITrafficHistory()
  /// The repeated injections that are under way.
  private(set) var repeats = RunningRepeats()
  /// The highest id of an injection report so far.
  private(set) var lastInjection: UInt64 = 0
  private(set) var logEdition = Recording.LogEdition()
  /// The room in which samples' changes are put together.
  private var changes = ChangeWriter()
  /// What the console was at each moment.
  private var tape = ConsoleTape()
  /// Entries of the log that were changed since the last moment, as they were.
  private var replaced: [(number: Int, event: LogEvent)] = []
  /// The sample about a second ago: rates are over that second, so that they can be read.
  private(set) var base: Sample?

  /// Nothing yet; `byteLimit` is what going back may take.
  init(byteLimit: Int? = nil) { moments = byteLimit.map { Moments(byteLimit: $0) } ?? Moments() }

  /// What the guest asked its terminal since the last call: bytes for its input.
  mutating func takeAnswers() -> [UInt8] { console.takeAnswers() }

  /// Takes what came since the last snapshot, and nothing that a sample is made of.
  mutating func absorbNews(_ next: Snapshot) {
    for entry in next.events { note(entry) }
    rendezvous.absorb(next)
    console.write(next.console)
    tape.write(next.console)
    traffic.absorb(next)
  }

  /// Takes a snapshot.
  mutating func absorb(_ next: Snapshot) {
    absorbNews(next)
    recent.absorb(next, number: moments.end)
    pins.absorb(next)
    let rows = RowTotals(next.vcpus)
    let totals = policies.absorb(next, rows)
    let sample = Sample(next, rows)
    var kept = next
    kept.events = []
    kept.console = []
    kept.lanes = []
    kept.traffic = []
    record(kept, sample, totals)
    snapshot = kept
    if let last = samples.last, sample.timeNanoseconds <= last.timeNanoseconds { return }
    add(sample)
  }

  /// Keeps what going back to this moment needs; `next` is without its news.
  private mutating func record(_ next: Snapshot, _ sample: Sample, _ totals: PolicyLedger.Totals) {
    var slim = next
    slim.vcpus = []
    slim.detail = nil
    var parts = Moment.Parts(
      snapshot: slim, sample: sample,
      rows: VCPURowChanges(from: snapshot.vcpus, to: next.vcpus, &changes),
      console: tape.mark(console))
    parts.traffic = traffic.takeSteps()
    let looks = moments.last?.parts.looks
    let sharesLooks = looks?.detail == recent.detail && looks?.earlier == recent.earlier
    parts.looks =
      sharesLooks ? looks : Moment.Looks(detail: recent.detail, earlier: recent.earlier)
    parts.ratesSince = recent.base?.number ?? moments.end
    parts.rewrittenAt = pins.rewrittenAt
    parts.accounts = policies.accounts
    parts.totals = totals
    parts.log = Moment.Log(end: log.end, lastInjection: lastInjection, replaced: replaced)
    replaced = []
    parts.rendezvousEnd = rendezvous.entries.end
    moments.append(Moment(parts, sharesLooks: sharesLooks))
  }

  private mutating func add(_ sample: Sample) {
    samples.append(sample)
    var index = max(0, samples.count - 2)
    while index > 0, sample.timeNanoseconds &- samples[index].timeNanoseconds < 1_000_000_000 {
      index -= 1
    }
    base = samples.count > 1 ? samples[index] : nil
  }

  /// As it was at the moment where `cursor` stands; everything that is shown, but lanes of rendezvous that
  /// came late are there. The log and the rendezvous are those that are still kept.
  func rewound(to cursor: MomentCursor) -> RecordedParts {
    guard let moment = moments.moment(cursor.number) else { return self }
    let parts = moment.parts
    var result = self
    result.snapshot = parts.snapshot
    result.snapshot.vcpus = cursor.rows
    result.snapshot.detail = parts.looks?.detail
    let range = max(moments.first, cursor.number - Recording.sampleCount + 1)...cursor.number
    let before = range.compactMap { moments.moment($0) }
    result.samples = BoundedList(limit: Recording.sampleCount)
    result.base = nil
    for sample in before.map(\.parts.sample) {
      if let last = result.samples.last, sample.timeNanoseconds <= last.timeNanoseconds { continue }
      result.add(sample)
    }
    result.pins = PinHistory(rewound: before)
    result.policies = PolicyLedger(rewound: before)
    result.recent = VCPURecent(rewound: parts.looks, base: cursor.base)
    result.traffic = cursor.traffic
    result.rendezvous = rendezvous.rewound(
      to: parts.rendezvousEnd, lostLanes: parts.snapshot.droppedLanes)
    result.console = parts.console.console(newest: console)
    result.rewindLog(to: parts.log, after: cursor.number)
    return result
  }

  /// The log up to `then`, reports as they were.
  private mutating func rewindLog(to then: Moment.Log, after number: Int) {
    var later = replaced
    if number + 1 < moments.end {
      later =
        (number + 1..<moments.end).flatMap { moments.moment($0)?.parts.log.replaced ?? [] }
        + later
    }
    for (number, event) in later.reversed() where (log.dropped..<log.end).contains(number) {
      log[number - log.dropped].event = event
    }
    log.removeLast(to: then.end)
    lastInjection = then.lastInjection
    logEdition.moment = number
  }

  /// Appends an entry; an injection report replaces the earlier one of its id, in its place.
  private mutating func note(_ entry: LogEntry) {
    if case .injection(let report) = entry.event {
      repeats.note(report)
      if report.id <= lastInjection, let index = index(ofInjection: report.id) {
        logEdition.replacements += 1
        replaced.append((log.dropped + index, log[index].event))
        log[index].event = entry.event
        return
      }
      lastInjection = max(lastInjection, report.id)
    }
    log.append(entry)
  }

  func index(ofInjection id: UInt64) -> Int? {
    (0..<log.count).reversed().first { index in
      if case .injection(let report) = log[index].event { report.id == id } else { false }
    }
  }
}
