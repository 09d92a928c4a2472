import CCurses
import Glibc
public import Monitor

/// What the user may choose of the screen.
public struct ScreenOptions: Sendable {
  /// Colours (`--color`).
  public var color: ColorChoice
  /// Characters (`--glyphs`); nil: what the locale allows.
  public var glyphs: GlyphSet?
  /// Whether to ask for mouse reports (`--no-mouse`).
  public var mouse: Bool

  /// Options; by default everything the terminal has.
  public init(color: ColorChoice = .automatic, glyphs: GlyphSet? = nil, mouse: Bool = true) {
    self.color = color
    self.glyphs = glyphs
    self.mouse = mouse
  }
}

/// What the environment says of the terminal.
public struct TerminalEnvironment: Sendable {
  /// TERM.
  public var term: String?
  /// NO_COLOR; counts when it is not empty.
  public var noColor: String?

  /// An environment of one's own.
  public init(term: String?, noColor: String? = nil) {
    self.term = term
    self.noColor = noColor
  }

  /// Whether terminfo has an entry of that name.
  public static func isKnown(_ term: String) -> Bool {
    // Asks by name only: no screen is touched.
    unsafe curses_colors_of(term) != -1
  }

  /// This process's.
  public static var process: TerminalEnvironment {
    TerminalEnvironment(term: variable("TERM"), noColor: variable("NO_COLOR"))
  }

  static func variable(_ name: String) -> String? {
    // Copied at once; the process sets no variables once threads run.
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }
}
