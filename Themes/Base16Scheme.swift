import Documents
import Yams

/// A colour scheme of the base16 or base24 kind (github.com/tinted-theming/home), which many editors
/// and terminals share: sixteen or twenty-four colours with fixed meanings. It becomes a theme by
/// giving our roles those colours.
enum Base16Scheme {
  /// Whether a file with these keys is a scheme and not a theme of ours.
  static func isScheme(_ keys: [String]) -> Bool {
    keys.contains("system") && !keys.contains("theme")
  }

  /// The theme of a scheme's file; what is wrong is reported to `reader`.
  static func theme(
    _ entries: [(key: Node, name: String, value: Node)], _ root: Node,
    _ reader: inout ThemeValueReader
  ) -> Theme {
    var values: [String: Node] = [:]
    // What else a scheme says, its author for one, is not ours to judge.
    for entry in entries { values[entry.name] = entry.value }
    var count = 16
    if let node = values["system"], let system = reader.text(of: node, what: "the system") {
      if system == "base24" { count = 24 }
      if system != "base16" && system != "base24" {
        reader.report(
          "unknown system \(Printable.quoted(system)); one of base16, base24", at: node)
      }
    }
    var name = ""
    if let node = values["name"] {
      name = plain(reader.text(of: node, what: "the scheme's name") ?? "")
    } else {
      reader.report("the scheme has no name; add 'name: ...'", at: root)
    }
    let colors = palette(values["palette"], count: count, root, &reader)
    var appearance = Theme.Appearance.dark
    if case .scalar(let variant)? = values["variant"] {
      appearance = variant.string == "light" ? .light : .dark
    } else if let back = colors[0], let front = colors[5] {
      appearance = back.luminance > front.luminance ? .light : .dark
    }
    return Theme(name: name, appearance: appearance, rules: rules(colors, appearance))
  }

  /// The colours by number.
  private static func palette(
    _ node: Node?, count: Int, _ root: Node, _ reader: inout ThemeValueReader
  ) -> [Int: RGB] {
    guard let node else {
      reader.report("the scheme has no palette with base00 to base0F", at: root)
      return [:]
    }
    guard let entries = reader.entries(of: node, what: "'palette'") else { return [:] }
    var colors: [Int: RGB] = [:]
    var wrong: Set<Int> = []
    for entry in entries {
      guard entry.name.hasPrefix("base"), let number = Int(entry.name.dropFirst(4), radix: 16),
        (0..<24).contains(number)
      else { continue }
      wrong.insert(number)
      guard let word = reader.text(of: entry.value, what: "a colour") else { continue }
      if let color = reader.hexadecimal(word) {
        colors[number] = color
      } else {
        reader.report(
          "\(Printable.quoted(word)) is no colour; a scheme has 'rrggbb'", at: entry.value)
      }
    }
    for number in 0..<count where colors[number] == nil && !wrong.contains(number) {
      let digits = String(number, radix: 16, uppercase: true)
      reader.report("base\(number < 16 ? "0" : "")\(digits) is missing", at: node)
    }
    return colors
  }

  /// A name that a command line takes: `Solarized (light)` is `solarized-light`.
  private static func plain(_ name: String) -> String {
    var words: [String] = [""]
    for scalar in name.lowercased().unicodeScalars {
      if scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) {
        words[words.count - 1].unicodeScalars.append(scalar)
      } else if words.last != "" {
        words.append("")
      }
    }
    let plain = words.filter { !$0.isEmpty }.joined(separator: "-")
    return plain.isEmpty ? "scheme" : String(plain.prefix(40))
  }

  // MARK: - Roles

  /// Our roles with the numbers of their colours: 0 to 7 go from the background to the brightest
  /// text, 8 to 15 are red, orange, yellow, green, cyan, blue, magenta, brown. Attributes and the
  /// names for sixteen colours are those of the standard theme.
  private static let slots: [(role: Role, foreground: Int, background: Int?)] = [
    (.text, 5, 0), (.dim, 4, nil), (.title, 13, nil), (.border, 3, nil), (.borderFocus, 13, nil),
    (.header, 5, 2), (.tab, 4, nil), (.tabActive, 5, 2), (.bar, 0, 13), (.barKey, 5, 0),
    (.selection, 5, 2), (.match, 0, 10), (.warning, 10, nil), (.error, 8, nil),
    (.disabled, 3, nil), (.field, 5, 1), (.stateIdle, 4, nil), (.stateVMM, 12, nil),
    (.stateRunning, 11, nil), (.stateKicked, 14, nil), (.stateHalted, 4, nil),
    (.stateWaiting, 10, nil), (.stateWaitForSIPI, 13, nil), (.stateStopped, 13, nil),
    (.stateFault, 8, nil), (.rendezvous, 10, nil), (.laneKick, 14, nil), (.laneGuest, 11, nil),
    (.laneVMM, 12, nil), (.laneArrived, 9, nil), (.laneParked, 4, nil), (.laneReleased, 5, nil),
    (.straggler, 8, nil), (.spurious, 14, nil), (.ipi, 12, nil), (.injection, 11, nil),
    (.lost, 8, nil), (.console, 5, nil), (.graph, 12, nil),
  ]

  private static func rules(
    _ colors: [Int: RGB], _ appearance: Theme.Appearance
  ) -> [String: StyleRule] {
    var rules: [String: StyleRule] = [:]
    for slot in slots {
      var rule = Theme.standard.rules[slot.role.rawValue] ?? StyleRule()
      rule.foreground = colors[slot.foreground].map(Color.rgb)
      rule.background = slot.background.flatMap { colors[$0] }.map(Color.rgb)
      if appearance == .light { rule.ansiForeground = darker(rule) }
      rules[slot.role.rawValue] = rule
    }
    // From the lines to the text, which the schemes order by lightness.
    let stops = [3, 4, 5].compactMap { colors[$0] }
    let heat = HeatRamp.interpolate(stops, count: HeatRamp.roles.count)
    for (role, color) in zip(HeatRamp.roles, heat) {
      rules[role.rawValue] = StyleRule(foreground: .rgb(color))
    }
    return rules
  }

  /// The name for sixteen colours that can be read on a light background; on one of its own it stays.
  private static func darker(_ rule: StyleRule) -> Color? {
    guard rule.background == nil, case .ansi(let name)? = rule.ansiForeground else {
      return rule.ansiForeground
    }
    switch name {
    case .white, .brightWhite: return .terminal
    case .brightBlack: return .ansi(.brightBlack)
    default: return .ansi(ANSIColor(rawValue: name.rawValue % 8) ?? name)
    }
  }
}
