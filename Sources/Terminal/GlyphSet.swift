/// Which characters may be sent to the terminal.
public enum GlyphSet: String, Sendable, CaseIterable {
  /// 0x20 to 0x7e; everything else is replaced by something like it.
  case ascii
  /// Whatever the locale's UTF-8 can say.
  case unicode

  /// The set for a locale whose `nl_langinfo(CODESET)` is `codeset`.
  static func suited(to codeset: String) -> GlyphSet {
    let name = codeset.lowercased()
    return name == "utf-8" || name == "utf8" ? .unicode : .ascii
  }
}
