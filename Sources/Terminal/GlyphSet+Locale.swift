import Monitor

extension GlyphSet {
  /// The set for a locale whose `nl_langinfo(CODESET)` is `codeset`.
  static func suited(to codeset: String) -> GlyphSet {
    let name = codeset.lowercased()
    return name == "utf-8" || name == "utf8" ? .unicode : .ascii
  }
}
