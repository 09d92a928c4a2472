/// A page in the language of man(7).
struct Troff {
  /// The lines so far.
  private(set) var lines: [String]

  /// A page of section 1.
  init(title: String, source: String) {
    lines = [".TH \(title) 1 \"\" \"\(Troff.escaped(source))\"", ".nh", ".ad l"]
  }

  /// The page.
  var text: String { lines.map { $0 + "\n" }.joined() }

  mutating func section(_ title: String) { lines.append(".SH \(title)") }
  mutating func part(_ title: String) { lines.append(".SS \(Troff.escaped(title))") }

  mutating func paragraph(_ text: String) {
    lines.append(".PP")
    lines.append(Troff.line(text))
  }

  /// A word with what it means beside or below it.
  mutating func item(_ word: String, _ meaning: String) {
    lines.append(".TP")
    lines.append("\\fB" + Troff.escaped(word) + "\\fR")
    lines.append(Troff.line(meaning.isEmpty ? word : meaning))
  }

  /// What is typed, a line as it is.
  mutating func example(_ text: String) {
    lines += [".PP", ".nf", "    " + Troff.escaped(text), ".fi"]
  }

  /// A line that is no request, whatever it begins with.
  private static func line(_ text: String) -> String {
    let line = escaped(text)
    return line.hasPrefix(".") || line.hasPrefix("'") || line.hasPrefix(" ") ? "\\&" + line : line
  }

  /// Text with the characters that mean something to troff, or that it would make typographic, by name
  /// (groff_char(7)).
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\(rs"
      case "-": result += "\\-"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "`": result += "\\(ga"
      case "'": result += "\\(aq"
      case "\"": result += "\\(dq"
      case "\n": result += " "
      case " "..."}": result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      }
    }
    return result
  }
}
