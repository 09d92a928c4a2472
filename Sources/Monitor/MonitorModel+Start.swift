import Telemetry

/// What the screen shows first.
public struct MonitorStart: Sendable, Equatable {
  /// The view.
  public var view = MonitorView.overview
  /// Whether vcpus are a grid of cells; nil: where they are many.
  public var hasGrid: Bool?
  /// The filter of the log, as it would be typed there; empty: everything is shown.
  public var logFilter = ""

  /// The overview, and everything in the log.
  public init() {}

  /// What is wrong with a filter of the log, in a line; nil: nothing is.
  public static func mistake(inLogFilter text: String) -> String? {
    if text.unicodeScalars.count > LogFilter.limit {
      return "a filter has \(LogFilter.limit) characters at most"
    }
    do throws(LogFilter.Mistake) {
      _ = try LogFilter.parse(text, vcpus: 1024)
      return nil
    } catch { return error.words }
  }
}

extension MonitorView {
  /// The name in the settings.
  public var name: String { title.lowercased() }
}

extension MonitorModel {
  /// Shows what the settings want to be seen first; call it after the first snapshot.
  public mutating func begin(_ start: MonitorStart) -> [MonitorEffect] {
    ui.wantsGrid = start.hasGrid
    do throws(LogFilter.Mistake) {
      let count = max(1, shown.snapshot.vcpus.count)
      ui.logView.filter = try LogFilter.parse(start.logFilter, vcpus: count)
    } catch { ui.notice = "log-filter: \(error.words)" }
    show(start.view)
    return adjustWatch()
  }
}
