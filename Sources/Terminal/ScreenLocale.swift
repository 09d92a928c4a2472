import Glibc
import Monitor

/// The locale's part in what can be shown: ncurses encodes characters as LC_CTYPE says.
enum ScreenLocale {
  /// Adopts the user's LC_CTYPE and says what it can show, on a terminal of type `term` where that is given.
  static func adopt(term: String? = nil) -> GlyphSet {
    if unsafe setlocale(LC_CTYPE, "") == nil, wantsUTF8 {
      // The locale is not installed (LANG=en_US.UTF-8 in a container), but what it is made of is clear.
      _ = unsafe setlocale(LC_CTYPE, "C.UTF-8")
    }
    return GlyphSet.suited(to: codeset, term: term)
  }

  /// Makes a set possible that was asked for. All but ASCII need a UTF-8 locale; without any, ASCII it is.
  static func allow(_ glyphs: GlyphSet) -> GlyphSet {
    let found = adopt()
    guard glyphs != .ascii, found == .ascii else { return glyphs }
    _ = unsafe setlocale(LC_CTYPE, "C.UTF-8")
    return isUTF8 ? glyphs : .ascii
  }

  /// Whether the locale that was adopted is one of UTF-8.
  static var isUTF8: Bool { GlyphSet.suited(to: codeset) != .ascii }

  private static var codeset: String {
    // A string of the C library's, never nil for CODESET; copied at once.
    unsafe String(cString: nl_langinfo(Int32(CODESET)))
  }

  private static var wantsUTF8: Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(TerminalEnvironment.variable)
    guard let name = names.first(where: { !$0.isEmpty })?.lowercased() else { return false }
    return name.hasSuffix("utf-8") || name.hasSuffix("utf8")
  }
}
