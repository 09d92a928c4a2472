/// A theme as a file gives it.
public struct ParsedTheme: Sendable {
  /// The theme.
  public let theme: Theme
  /// What is not wrong but probably not meant.
  public let warnings: [ThemeProblem]
  /// Where it was read, then what that inherits, and so on: paths, or `built-in NAME`.
  public let files: [String]
  /// The colours that have names.
  let palette: [String: Color]
  /// Which of them the rules use, by the rules' names.
  let colorNames: [String: ColorNames]

  init(
    theme: Theme, warnings: [ThemeProblem], files: [String], palette: [String: Color] = [:],
    colorNames: [String: ColorNames] = [:]
  ) {
    self.theme = theme
    self.warnings = warnings
    self.files = files
    self.palette = palette
    self.colorNames = colorNames
  }
}

/// The names in the palette of a rule's colours. A theme that inherits the rule may give such a name
/// another colour, and the rule follows.
struct ColorNames: Sendable, Hashable {
  var foreground: String?
  var background: String?
}
