/// What SGR sets of what the screen uses; the numbers are those of the sequences.
struct RenditionLook: Hashable, BitwiseCopyable {
  /// The parameters of the foreground (`38;5;81`, `31`); empty: the terminal's own. The background alike.
  var foreground = RenditionParameters()
  var background = RenditionParameters()
  /// A bit for each of 1 to 9.
  var attributes: UInt16 = 0
}
