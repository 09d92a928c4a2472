@testable import Monitor

extension GlyphSet {
  /// The set of most goldens.
  static let unicode = GlyphSet.blocks

  /// The sets that every view has goldens in; a few have braille, too.
  static let goldens: [GlyphSet] = [.unicode, .ascii]

  /// The set in the name of a golden.
  var goldenName: String { self == .unicode ? "unicode" : rawValue }
}
