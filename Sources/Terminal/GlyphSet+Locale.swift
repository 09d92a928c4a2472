import Monitor

extension GlyphSet {
  /// The best set for a terminal of type `term` in a locale whose `nl_langinfo(CODESET)` is `codeset`.
  ///
  /// The Linux console's own font has box lines, `▄ █` and shades, but neither the other eighths nor
  /// braille, and shows a square for them (cp437.uni of the kernel); a VT knows no UTF-8.
  static func suited(to codeset: String, term: String? = nil) -> GlyphSet {
    let name = codeset.lowercased()
    guard name == "utf-8" || name == "utf8" else { return .ascii }
    let term = term ?? ""
    let isConsole = term == "linux" || term.hasPrefix("linux-") || term.hasPrefix("vt")
    return isConsole ? .ascii : .braille
  }
}
