/// A theme shown to a person who chooses one: every role by name, as it looks.
public struct ThemeSample: Sendable {
  /// How colours get to where the sample is read.
  public enum Depth: Sendable, CaseIterable {
    /// No colours and no attributes: not a terminal, or one that is not to be coloured.
    case plain
    /// The first eight, SGR 30 to 37.
    case ansi8
    /// Sixteen, SGR 90 to 97 with them.
    case ansi16
    /// xterm's 256.
    case indexed256
    /// Red, green and blue.
    case direct
  }

  private let theme: Theme
  private let depth: Depth

  /// A sample of `theme`.
  public init(_ theme: Theme, depth: Depth) {
    self.theme = theme
    self.depth = depth
  }

  /// The sample, a line each.
  public var lines: [String] {
    let heat = zip(1..., HeatRamp.roles).map { step, role in painted(" ##\(step)## ", role) }
    return ["\(theme.name) (\(theme.appearance.rawValue))", heat.joined()]
      + Role.allCases.map { role in
        let name = role.rawValue
        let space = String(repeating: " ", count: max(1, 20 - name.count))
        return painted(" \(name)\(space)", role) + "  " + words(theme.style(of: role))
      }
  }

  /// What a file would say.
  private func words(_ style: Style) -> String {
    var words = "\(name(style.foreground)) on \(name(style.background))"
    let attributes = names(style.attributes)
    if !attributes.isEmpty { words += ", \(attributes)" }
    if style.ansiForeground != nil || style.ansiBackground != nil {
      words += "; 16 colours: \(name(style.ansiForeground ?? style.foreground))"
      if let background = style.ansiBackground { words += " on \(name(background))" }
    }
    let monochrome = names(style.monochrome)
    words += "; none: \(monochrome.isEmpty ? "plain" : monochrome)"
    if let glyph = style.glyph { words += "; \(glyph)" }
    return words
  }

  private func names(_ attributes: Attributes) -> String {
    Attributes.names.filter { attributes.contains($0.attribute) }.map(\.name)
      .joined(separator: " ")
  }

  private func name(_ color: Color) -> String {
    switch color {
    case .terminal: return "default"
    case .ansi(let name): return name.name
    case .rgb(let rgb):
      let digits = String(rgb.value, radix: 16)
      return "#\(String(repeating: "0", count: 6 - digits.count))\(digits)"
    }
  }

  // MARK: - Colours

  private func painted(_ text: String, _ role: Role) -> String {
    guard depth != .plain else { return text }
    let style = theme.style(of: role)
    var codes = ["0"]
    let attributes: [(Attributes, String)] = [
      (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"),
    ]
    codes += attributes.filter { style.attributes.contains($0.0) }.map(\.1)
    codes += code(style.foreground, style.ansiForeground, base: 30)
    codes += code(style.background, style.ansiBackground, base: 40)
    return "\u{1b}[\(codes.joined(separator: ";"))m\(text)\u{1b}[0m"
  }

  /// The SGR parameters of a colour: `base` is 30 for the foreground, 40 for the background.
  private func code(_ color: Color, _ fallback: Color?, base: Int) -> [String] {
    let isReduced = depth == .ansi8 || depth == .ansi16
    switch isReduced ? fallback ?? color : color {
    case .terminal: return ["\(base + 9)"]
    case .ansi(let name): return [code(name, base: base)]
    case .rgb(let rgb) where depth == .direct:
      return ["\(base + 8)", "2", "\(rgb.red)", "\(rgb.green)", "\(rgb.blue)"]
    case .rgb(let rgb) where depth == .indexed256:
      return ["\(base + 8)", "5", "\(XtermPalette.nearest(to: rgb))"]
    case .rgb(let rgb): return [code(.nearest(to: rgb), base: base)]
    }
  }

  private func code(_ name: ANSIColor, base: Int) -> String {
    let number = Int(name.rawValue)
    return number < 8 || depth == .ansi8 ? "\(base + number % 8)" : "\(base + 52 + number)"
  }
}
