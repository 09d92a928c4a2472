import Console
import Telemetry

/// What `w` saves of the console: the text of the scroll-back and of the screen, a line each, without what
/// the guest wanted it to look like.
enum ConsoleData {
  static func members(_ model: MonitorModel) -> [ReportValue.Member] {
    let console = model.shown.console
    let lines = console.lines.lowerBound..<max(console.lines.lowerBound, console.usedEnd)
    return [
      .init("columns", .count(console.columns)), .init("rows", .count(console.rows)),
      .init("firstLine", .count(lines.lowerBound)), .init("screenTop", .count(console.screenTop)),
      .init("cursorLine", .count(console.cursor.line)),
      .init("cursorColumn", .count(console.cursor.column)),
      .init("alternateScreen", .flag(console.isAlternate)),
      .init("lines", .list(lines.map { .text(console.line($0).text) })),
    ]
  }
}
