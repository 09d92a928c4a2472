/// How everything on the screen looks: a value that may be swapped between two frames.
public struct Theme: Sendable, Equatable {
  /// What background a theme was made for.
  public enum Appearance: String, Sendable, CaseIterable {
    case dark
    case light
    /// It keeps the terminal's own background, or does not care.
    case any
  }

  /// The name it gives itself.
  public let name: String
  /// What background it was made for.
  public let appearance: Appearance
  /// The contrast that its text is to have with what is behind it, 1 to 21.
  public let wantedContrast: Double
  /// What its file says (and what it inherited), by role name or the beginning of one.
  let rules: [String: StyleRule]
  private let styles: [Role: Style]

  /// A theme from its rules. Every role gets a style, whatever is missing.
  init(
    name: String, appearance: Appearance, wantedContrast: Double = Theme.readableContrast,
    rules: [String: StyleRule]
  ) {
    self.name = name
    self.appearance = appearance
    self.wantedContrast = wantedContrast
    self.rules = rules
    let base = Theme.style(of: .text, rules, base: Style())
    var styles: [Role: Style] = [:]
    for role in Role.allCases { styles[role] = Theme.style(of: role, rules, base: base) }
    self.styles = styles
  }

  /// What WCAG 2.2 wants of text (level AA).
  static let readableContrast = 4.5

  /// How the cells of `role` look.
  public func style(of role: Role) -> Style { styles[role] ?? Style() }

  /// The names under which a file may speak of a role: its own, then shorter ones, a dot at a time.
  static func names(of role: Role) -> [String] {
    var names = [role.rawValue]
    while let name = names.last, let dot = name.lastIndex(of: ".") {
      names.append(String(name[..<dot]))
    }
    return names
  }

  /// Every name that a file may use under `roles`.
  public static let roleNames: [String] = {
    var names: [String] = []
    for role in Role.allCases {
      for name in Theme.names(of: role) where !names.contains(name) { names.append(name) }
    }
    return names
  }()

  /// Each part from the longest name that gives it, in the end from `base`, which is `ui.text`. The
  /// 16-colour name goes with the colour that it stands for, never with another rule's colour.
  private static func style(of role: Role, _ rules: [String: StyleRule], base: Style) -> Style {
    let chain = names(of: role).compactMap { rules[$0] }
    var style = base
    if let rule = chain.first(where: { $0.foreground != nil || $0.ansiForeground != nil }) {
      style.foreground = chain.lazy.compactMap(\.foreground).first ?? base.foreground
      style.ansiForeground = rule.ansiForeground
    }
    if let rule = chain.first(where: { $0.background != nil || $0.ansiBackground != nil }) {
      style.background = chain.lazy.compactMap(\.background).first ?? base.background
      style.ansiBackground = rule.ansiBackground
    }
    style.attributes = chain.lazy.compactMap(\.attributes).first ?? base.attributes
    style.glyph = chain.lazy.compactMap(\.glyph).first
    // Without colours a background of its own can only be shown by reversing.
    let derived =
      style.background == base.background ? style.attributes : style.attributes.union(.reverse)
    style.monochrome = chain.lazy.compactMap(\.monochrome).first ?? derived
    return style
  }
}
