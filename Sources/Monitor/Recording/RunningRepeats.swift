import Telemetry

/// The repeated injections that are under way, by their latest reports.
struct RunningRepeats: Sendable, Equatable {
  /// In the order in which they began.
  private(set) var reports: [InjectionReport] = []
  /// As many as the machine makes at a time; more would be ones whose end nobody heard of.
  private static let limit = 8

  mutating func note(_ report: InjectionReport) {
    guard report.repetition != nil else { return }
    let place = reports.firstIndex { $0.id == report.id }
    if report.isFinal {
      if let place { reports.remove(at: place) }
    } else if let place {
      reports[place] = report
    } else {
      reports.append(report)
      if reports.count > Self.limit { reports.removeFirst() }
    }
  }
}
