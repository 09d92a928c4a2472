import Telemetry

/// Which entries of a log a filter lets through, kept so that only new entries are looked at.
struct FilteredLog: Sendable {
  private let filter: LogFilter
  private var range: Range<Int>
  private var edition: Recording.LogEdition
  /// Their absolute numbers, oldest first.
  private(set) var numbers: [Int] = []

  init(_ filter: LogFilter, _ recording: Recording) {
    self.filter = filter
    edition = recording.logEdition
    let start = recording.log.dropped
    range = start..<start
    add(recording.log)
  }

  /// Whether it is what `filter` makes of the log as it is.
  func isCurrent(_ filter: LogFilter, _ recording: Recording) -> Bool {
    self.filter == filter && edition == recording.logEdition
      && range == recording.log.dropped..<recording.log.end
  }

  /// The same for the log as it is now; of a log that only grew the new entries are looked at.
  func updated(_ filter: LogFilter, _ recording: Recording) -> FilteredLog {
    let log = recording.log
    guard self.filter == filter, edition == recording.logEdition, log.end >= range.upperBound,
      log.dropped >= range.lowerBound
    else { return FilteredLog(filter, recording) }
    var result = self
    let gone = result.numbers.firstIndex { $0 >= log.dropped } ?? result.numbers.count
    result.numbers.removeFirst(gone)
    let start = max(range.upperBound, log.dropped)
    result.range = log.dropped..<start
    result.add(log)
    return result
  }

  private mutating func add(_ log: BoundedList<LogEntry>) {
    for number in range.upperBound..<log.end where filter.accepts(log[number - log.dropped]) {
      numbers.append(number)
    }
    range = range.lowerBound..<log.end
  }
}

extension MonitorModel {
  /// The absolute numbers of the entries that the filter lets through, oldest first.
  var filteredLog: [Int] {
    let recording = shown
    guard let filter = ui.logView.filter else {
      return Array(recording.log.dropped..<recording.log.end)
    }
    if let kept = ui.logView.filtered, kept.isCurrent(filter, recording) { return kept.numbers }
    return FilteredLog(filter, recording).numbers
  }

  /// Keeps what the filter makes of the log, so that a frame does not have to find out.
  mutating func settleLog() {
    guard ui.view == .log, let filter = ui.logView.filter else {
      ui.logView.filtered = nil
      return
    }
    let recording = shown
    ui.logView.filtered =
      ui.logView.filtered?.updated(filter, recording) ?? FilteredLog(filter, recording)
  }
}
