import Console

/// What the console was at each sample: now and then its screen, and the bytes that came since. What has
/// scrolled off is not kept twice, the newest console has it.
struct ConsoleTape: Sendable {
  /// The screen is kept again after so many bytes or pieces.
  private static let byteLimit = 8_192
  private static let pieceLimit = 32

  /// A screen at the end of a sample. By reference: many samples share one.
  fileprivate final class Screen: Sendable {
    let console: TerminalEmulator
    init(_ console: TerminalEmulator) { self.console = console.withoutScrollBack }
  }
  /// The bytes of a sample.
  fileprivate final class Piece: Sendable {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  /// The console at the end of a sample.
  struct Mark: Sendable {
    fileprivate let screen: Screen
    fileprivate var pieces: [Piece]
    /// What this mark takes beyond the one before it, about.
    fileprivate(set) var bytes = 0

    /// The console of then; `newest` is the same one later, which has what has scrolled off.
    func console(newest: TerminalEmulator) -> TerminalEmulator {
      var console = screen.console
      for piece in pieces { console.write(piece.bytes) }
      _ = console.takeAnswers()
      return console.withScrollBack(of: newest)
    }
  }

  private var last: Mark?
  private var byteCount = 0
  private var pending: [UInt8] = []

  /// Takes what the guest wrote.
  mutating func write(_ bytes: [UInt8]) {
    // Of a flood the screen is kept, not the bytes.
    if pending.count <= Self.byteLimit { pending += bytes }
  }

  /// The end of a sample; `console` has taken what was written.
  mutating func mark(_ console: TerminalEmulator) -> Mark {
    var next: Mark
    byteCount += pending.count
    if var last, byteCount <= Self.byteLimit, last.pieces.count < Self.pieceLimit {
      last.bytes = 0
      if !pending.isEmpty {
        last.pieces.append(Piece(pending))
        last.bytes = pending.count + 64 + last.pieces.count * 8
      }
      next = last
    } else {
      next = Mark(screen: Screen(console), pieces: [])
      let screens = console.isAlternate ? 2 : 1
      next.bytes = 1_024 + screens * console.rows * (console.columns * 8 + 40)
      byteCount = 0
    }
    pending = []
    last = next
    return next
  }
}
