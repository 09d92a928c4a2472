import Telemetry

/// What `w` saves of the overview: the report of a headless run, and the samples behind the sparklines.
enum OverviewData {
  static func members(_ model: MonitorModel) -> [ReportValue.Member] {
    let recording = model.shown
    let seconds = Double(recording.snapshot.timeNanoseconds) / 1e9
    return [
      .init("report", Report(recording.snapshot, durationSeconds: seconds).value),
      .init("samples", .list((0..<recording.samples.count).map { sample(recording.samples[$0]) })),
    ]
  }

  /// Totals since the start: rates are differences of two samples.
  private static func sample(_ sample: Sample) -> ReportValue {
    .object([
      .init("timeNanoseconds", .number(sample.timeNanoseconds)),
      .init(
        "totals",
        .object(Metric.allCases.map { .init("\($0)", .number(sample[$0])) })),
    ])
  }
}
