import Console
import Telemetry

/// Everything that was recorded and can be shown: the last snapshot, the samples behind rates and
/// sparklines, the log and the console.
///
/// A value; what it holds is kilobytes of references, and is copied only where one of two copies changes.
struct Recording: Sendable {
  /// Samples that are kept, so that a sparkline has up to 120 bars.
  static let sampleCount = 121
  /// Log entries that are kept.
  static let logCount = 2_000

  /// What else tells two logs apart beside their entries' numbers.
  struct LogEdition: Sendable, Equatable {
    /// How often an entry was replaced.
    var replacements = 0
    /// The moment that was gone back to.
    var moment: Int?
  }

  /// Always one: an array is the library's box that is copied when changed, and may go to other threads.
  private var box: [RecordedParts]

  /// Nothing yet; `byteLimit` is what going back may take.
  init(byteLimit: Int? = nil) { box = [RecordedParts(byteLimit: byteLimit)] }

  // Read in place: a getter would hand out copies.
  var snapshot: Snapshot { _read { yield box[0].snapshot } }
  var samples: BoundedList<Sample> { _read { yield box[0].samples } }
  var moments: Moments { _read { yield box[0].moments } }
  var log: BoundedList<LogEntry> { _read { yield box[0].log } }
  var console: TerminalEmulator { _read { yield box[0].console } }
  var rendezvous: RendezvousHistory { _read { yield box[0].rendezvous } }
  var recent: VCPURecent { _read { yield box[0].recent } }
  var pins: PinHistory { _read { yield box[0].pins } }
  var policies: PolicyLedger { _read { yield box[0].policies } }
  var traffic: IPITrafficHistory { _read { yield box[0].traffic } }
  var repeats: RunningRepeats { _read { yield box[0].repeats } }
  var lastInjection: UInt64 { box[0].lastInjection }
  var logEdition: LogEdition { box[0].logEdition }

  /// What the guest asked its terminal since the last call: bytes for its input.
  mutating func takeAnswers() -> [UInt8] { box[0].takeAnswers() }
  /// Takes what came since the last snapshot, and nothing that a sample is made of.
  mutating func absorbNews(_ next: Snapshot) { box[0].absorbNews(next) }
  /// Takes a snapshot.
  mutating func absorb(_ next: Snapshot) { box[0].absorb(next) }

  /// As it was at the moment where `cursor` stands; everything that is shown, but lanes of rendezvous that
  /// came late are there. The log and the rendezvous are those that are still kept.
  func rewound(to cursor: MomentCursor) -> Recording {
    var result = self
    result.box = [box[0].rewound(to: cursor)]
    return result
  }

  /// The report with that id, while it is kept.
  func injection(_ id: UInt64) -> InjectionReport? {
    guard let index = box[0].index(ofInjection: id), case .injection(let report) = log[index].event
    else {
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
    guard let base = box[0].base, let last = samples.last else { return 0 }
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
