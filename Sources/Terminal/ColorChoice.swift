/// What the user wants of colours (`--color`).
public enum ColorChoice: String, Sendable, CaseIterable {
  /// As many as the terminal has; none when NO_COLOR is set (no-color.org).
  case automatic = "auto"
  /// Attributes only.
  case never
  /// The eight of ECMA-48.
  case ansi8 = "8"
  /// Those and their bright twins.
  case ansi16 = "16"
  /// xterm's palette.
  case indexed256 = "256"
  /// 24 bits; needs a terminfo entry with the RGB capability.
  case direct = "true"
}

/// How many colours are really used.
public enum ColorDepth: Int, Sendable, Comparable, CaseIterable {
  /// None: attributes only.
  case monochrome
  case ansi8
  case ansi16
  case indexed256
  case direct

  /// Fewer colours come first.
  public static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }

  /// What a terminal can show that has `colors` by its terminfo entry. Entries with the RGB capability
  /// have 2^24; ncurses takes no colour number above what the entry says.
  static func offered(colors: Int) -> ColorDepth {
    if colors >= 1 << 24 { return .direct }
    if colors >= 256 { return .indexed256 }
    if colors >= 16 { return .ansi16 }
    return colors >= 8 ? .ansi8 : .monochrome
  }

  /// The depth to use: the choice, but never more than what terminfo offers. The choice beats
  /// NO_COLOR; NO_COLOR beats the terminal.
  static func resolve(_ choice: ColorChoice, noColor: String?, offered: ColorDepth) -> ColorDepth {
    switch choice {
    case .automatic: noColor?.isEmpty == false ? .monochrome : offered
    case .never: .monochrome
    case .ansi8: min(.ansi8, offered)
    case .ansi16: min(.ansi16, offered)
    case .indexed256: min(.indexed256, offered)
    case .direct: offered
    }
  }
}
