/// A VT100 with much of what xterm added to it: takes the bytes that a guest sends to its serial terminal
/// and keeps the screen that they make, and what has scrolled off it.
///
/// A plain value without a clock or a device; one thread uses it at a time. The bytes are hostile: no
/// input traps, memory is bounded by the size and the limit of the scroll-back (8 bytes a cell), and a cell
/// holds only what ``PrintableScalar/shown(_:)`` lets through. What the guest asks for (cursor position,
/// kind of terminal) is answered by ``takeAnswers()``.
///
/// Differences from xterm, on purpose: erasing the scroll-back (ED 3) is ignored, as it is the operator's;
/// until the guest has sent its first carriage return, a line feed returns the cursor too, as kernels that
/// print bare line feeds know no better; combining characters are left out; there is no 132-column mode.
public struct TerminalEmulator: Sendable {
  private var parser = ControlParser()
  var state: TerminalState

  /// A blank screen. A serial line tells nobody its size, and 80×24 is what guests then assume. Sizes are
  /// brought to 1 to 1,000; `scrollBackLimit` is in lines, at least 1.
  public init(columns: Int = 80, rows: Int = 24, scrollBackLimit: Int = 10_000) {
    state = TerminalState(
      columns: Self.size(columns), rows: Self.size(rows), scrollBackLimit: scrollBackLimit)
  }

  /// Takes more of what the guest sends. Sequences and characters may be cut anywhere.
  public mutating func write(_ bytes: [UInt8]) { parser.parse(bytes, into: &state) }

  /// Changes the size of the screen. Lines are clipped, not wrapped anew; rows that no longer fit go to
  /// the scroll-back from the top.
  public mutating func resize(columns: Int, rows: Int) {
    state.resize(columns: Self.size(columns), rows: Self.size(rows))
  }

  private static func size(_ value: Int) -> Int { max(1, min(1000, value)) }

  /// What the guest asked for since the last call: bytes for its input. At most 256; questions beyond
  /// that go unanswered.
  public mutating func takeAnswers() -> [UInt8] {
    defer { state.answers.removeAll() }
    return state.answers
  }

  // MARK: Size and lines

  /// Columns of the screen.
  public var columns: Int { state.columns }
  /// Rows of the screen.
  public var rows: Int { state.rows }
  /// The absolute number of the screen's first line: lines are numbered from the first one ever.
  public var screenTop: Int { state.scrollBack.dropped + state.scrollBack.count }
  /// The numbers of all lines there are: the scroll-back and the screen, blank rows at its end too.
  public var lines: Range<Int> { state.scrollBack.dropped..<(screenTop + rows) }
  /// The number of the line after the last one that is not blank.
  public var usedEnd: Int {
    let used = state.screen.lines.lastIndex { $0.usedColumns > 0 }
    return screenTop + (used.map { $0 + 1 } ?? 0)
  }

  /// The line with that number; blank where there is none.
  public func line(_ number: Int) -> TerminalLine {
    let top = screenTop
    if number >= top && number < top + rows { return state.screen.lines[number - top] }
    return state.scrollBack.line(number) ?? TerminalLine(columns: 0)
  }

  // MARK: Modes

  /// The cursor: the number of its line, and its column.
  public var cursor: (line: Int, column: Int) {
    (screenTop + state.cursor.row, state.cursor.column)
  }
  /// Whether the guest shows its cursor (DECTCEM).
  public var isCursorVisible: Bool { state.modes.isCursorVisible }
  /// Whether cursor keys are to be sent as SS3 (DECCKM).
  public var hasApplicationCursorKeys: Bool { state.modes.hasApplicationCursorKeys }
  /// Whether the guest wants pastes in brackets (xterm's mode 2004).
  public var hasBracketedPaste: Bool { state.modes.hasBracketedPaste }
  /// Whether the whole screen is to be shown in reverse (DECSCNM).
  public var isReverse: Bool { state.modes.isReverse }
  /// Whether the alternate screen is shown, which nothing scrolls off of.
  public var isAlternate: Bool { state.isAlternate }
  /// How often the bell rang.
  public var bells: Int { state.bells }
}
