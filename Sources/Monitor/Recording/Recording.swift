import Console
import Telemetry

/// Everything that was recorded and can be shown: the last snapshot, the samples behind rates and
/// sparklines, the log and the console.
struct Recording: Sendable {
  /// Samples that are kept, so that a sparkline has up to 120 bars.
  static let sampleCount = 121
  /// Log entries that are kept.
  static let logCount = 2_000

  /// The last snapshot, without its events and console bytes.
  private(set) var snapshot = Snapshot()
  private(set) var samples = BoundedList<Sample>(limit: sampleCount)
  /// The snapshots that freezing can go back to.
  private(set) var moments: Moments
  private(set) var log = BoundedList<LogEntry>(limit: logCount)
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
  /// What else tells two logs apart beside their entries' numbers.
  struct LogEdition: Sendable, Equatable {
    /// How often an entry was replaced.
    var replacements = 0
    /// The moment that was gone back to.
    var moment: Int?
  }
  private(set) var logEdition = LogEdition()
  /// The room in which samples' changes are put together.
  private var changes = ChangeWriter()
  /// What the console was at each moment.
  private var tape = ConsoleTape()
  /// Entries of the log that were changed since the last moment, as they were.
  private var replaced: [(number: Int, event: LogEvent)] = []
  /// The sample about a second ago: rates are over that second, so that they can be read.
  private var base: Sample?

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
  func rewound(to cursor: MomentCursor) -> Recording {
    guard let moment = moments.moment(cursor.number) else { return self }
    let parts = moment.parts
    var result = self
    result.snapshot = parts.snapshot
    result.snapshot.vcpus = cursor.rows
    result.snapshot.detail = parts.looks?.detail
    let range = max(moments.first, cursor.number - Self.sampleCount + 1)...cursor.number
    let before = range.compactMap { moments.moment($0) }
    result.samples = BoundedList(limit: Self.sampleCount)
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

  private func index(ofInjection id: UInt64) -> Int? {
    (0..<log.count).reversed().first { index in
      if case .injection(let report) = log[index].event { report.id == id } else { false }
    }
  }

  /// The report with that id, while it is kept.
  func injection(_ id: UInt64) -> InjectionReport? {
    guard let index = index(ofInjection: id), case .injection(let report) = log[index].event else {
      return nil
    }
    return report
  }

  /// Every kept report whose id is above `id`, oldest first.
  func injections(after id: UInt64) -> [InjectionReport] {
    if lastInjection <= id { return [] }
    return (0..<log.count).compactMap { index in
      guard case .injection(let report) = log[index].event, report.id > id else { return nil }
      return report
    }
  }

  /// The total of `metric`.
  func total(_ metric: Metric) -> UInt64 { samples.last?[metric] ?? 0 }
  /// How much of it the operator injected.
  func operatorShare(_ metric: Metric) -> UInt64 {
    metric.ipiKind.map { snapshot.operatorIPIs[$0] } ?? 0
  }
  /// `metric` per second over the last second or so.
  func rate(_ metric: Metric) -> Double { rate { $0[metric] } }
  /// Exits per second of the vcpu in place `index`.
  func exitRate(_ index: Int) -> Double { rate { $0.exits(index) } }
  /// The last `count` rates of `metric`, sample by sample.
  func history(_ metric: Metric, _ count: Int) -> [Double] { history(count) { $0[metric] } }
  /// The last `count` rates of all of `group` together.
  func history(_ group: Metric.Group, _ count: Int) -> [Double] {
    let summed = group.summed
    return history(count) { sample in
      var sum: UInt64 = 0
      for metric in summed { sum &+= sample[metric] }
      return sum
    }
  }
  /// The last `count` exit rates of the vcpu in place `index`.
  func exitHistory(_ index: Int, _ count: Int) -> [Double] { history(count) { $0.exits(index) } }

  private func rate(_ value: (borrowing Sample) -> UInt64) -> Double {
    guard let base, let last = samples.last else { return 0 }
    return last.rate(since: base, value)
  }

  private func history(_ count: Int, _ value: (borrowing Sample) -> UInt64) -> [Double] {
    samples.read { samples in
      let first = max(1, samples.count - max(0, count))
      var rates: [Double] = []
      guard first < samples.count else { return rates }
      rates.reserveCapacity(samples.count - first)
      for index in first..<samples.count {
        rates.append(samples[index].rate(since: samples[index - 1], value))
      }
      return rates
    }
  }
}
