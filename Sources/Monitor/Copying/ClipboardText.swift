/// Text on its way to a clipboard, from where it may be pasted into a shell.
enum ClipboardText {
  /// UTF-8 bytes that are copied at most.
  static let limit = 100_000

  /// `text` without control characters but newlines between lines, and without what changes the direction
  /// of others; blanks and empty lines at the ends are left out. A newline at the end would run a command
  /// where it is pasted.
  static func filtered(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var size = 0
    for scalar in text.unicodeScalars {
      let shown: Unicode.Scalar = scalar == "\t" ? " " : scalar
      guard shown == "\n" || CellWidth.of(shown) > 0 else { continue }
      size += UTF8.width(shown)
      if size > limit { break }
      result.append(shown)
    }
    let lines = String(result).split(separator: "\n", omittingEmptySubsequences: false).map {
      trimmed($0)
    }
    let used = lines.lastIndex { !$0.isEmpty } ?? -1
    return lines[...used].drop { $0.isEmpty }.joined(separator: "\n")
  }

  private static func trimmed(_ line: Substring) -> Substring {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
