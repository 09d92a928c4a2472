import Monitor

/// The default configuration as a file with comments, made from the settings and the key table, so that it
/// cannot be out of date.
public enum DefaultFile {
  /// The file; it ends with a newline.
  public static var text: String {
    let settings = Settings()
    var lines = [
      "# What tryst does unless told otherwise: every key, and its default. A file needs only what is",
      "# to differ. The command line goes before it, and for the theme TRYST_THEME, too.", "",
    ]
    for name in SettingName.allCases where name != .keys {
      lines += wrapped(name.summary)
      lines.append("\(name.rawValue): \(quoted(name.text(in: settings) ?? ""))")
    }
    lines += ["", "# \(SettingName.keys.summary)"]
    lines += [
      "# A name of Space, Tab, S-Tab, Enter, Esc, Bksp, Del, Ins, Up, Down, Left, Right, Home, End, PgUp,",
      "# PgDn, F1 to F12, ^A to ^Z, C-Up, M-F3, or a character in quotes. A view's own keys go before.",
      "keys:",
    ]
    return (lines + keys(settings.keys)).map { $0 + "\n" }.joined()
  }

  /// A comment of as many lines as it needs, broken at blanks.
  private static func wrapped(_ text: String) -> [String] {
    var lines = ["#"]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + 1 + word.count > 100 { lines.append("#  ") }
      lines[lines.count - 1] += " " + word
    }
    return lines
  }

  /// The key table as the value of `keys`: for each action its keys, and the views where they differ.
  static func keys(_ table: KeyTable) -> [String] {
    var lines: [String] = []
    for action in Action.allCases {
      let places = InputContext.allCases.filter { !table.keys(of: action, in: $0).isEmpty }
      guard let common = mostCommon(places.map { table.keys(of: action, in: $0) }) else { continue }
      if let binding = table.bindings.first(where: { $0.action == action }) {
        lines.append("  # \(comment(binding, places))")
      }
      let own = places.filter {
        table.keys(of: action, in: $0) != table.effect(of: common, in: $0)
      }
      if own.isEmpty {
        lines.append("  \(action.name): \(list(common))")
        continue
      }
      lines.append("  \(action.name):")
      lines.append("    \(KeyReader.everywhere): \(list(common))")
      for place in own {
        lines.append("    \(place.name): \(list(table.keys(of: action, in: place)))")
      }
    }
    return lines
  }

  private static func comment(_ binding: KeyBinding, _ places: [InputContext]) -> String {
    if places.count > 3 { return binding.help }
    return places.map(\.name).joined(separator: ", ") + ": " + binding.help
  }

  private static func mostCommon(_ lists: [[Key]]) -> [Key]? {
    let counts = Dictionary(lists.map { ($0, 1) }, uniquingKeysWith: +)
    let most = counts.values.max()
    return lists.first { counts[$0] == most }
  }

  private static func list(_ keys: [Key]) -> String {
    "[" + keys.map { quoted($0.name) }.joined(separator: ", ") + "]"
  }

  /// A scalar of YAML: as it is where it is a plain word, else in quotes.
  static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
        || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
    if isPlain && !text.isEmpty && !text.hasPrefix("-") && text != "null" { return text }
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(escaped)\""
  }
}
