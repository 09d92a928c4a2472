/// What may pass from a guest to the operator's own terminal, where that is asked to be the guest's screen:
/// printable text, and those sequences that move the cursor, erase, scroll or colour, or change a mode that
/// ``undo`` changes back. Everything that a terminal would answer, remember or run (reports, titles,
/// clipboard, device control strings, unknown modes) is dropped. What passes is written anew from what was
/// understood, so that no byte of a sequence gets through by itself.
///
/// A plain value; one thread uses it at a time; any bytes, cut anywhere.
public struct TerminalFilter: Sendable {
  private var parser = ControlParser()
  private var state: FilterState

  /// A filter for a terminal that takes UTF-8 (`isUTF8`; else what is not ASCII becomes `?`), and that
  /// knows escape sequences at all (`obeysSequences`; else none passes).
  public init(isUTF8: Bool, obeysSequences: Bool = true) {
    state = FilterState(isUTF8: isUTF8, obeysSequences: obeysSequences)
  }

  /// What is to be written to the terminal for `bytes`.
  public mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
    parser.parse(bytes, into: &state)
    defer { state.output.removeAll(keepingCapacity: true) }
    return state.output
  }

  /// What brings the terminal back from all that has passed so far, a new line included where the last one
  /// is not finished. Empty where nothing has.
  public var undo: [UInt8] { state.undo }
}

/// What a ``TerminalFilter`` remembers.
struct FilterState: Sendable, ControlHandler {
  let isUTF8: Bool
  let obeysSequences: Bool
  var output: [UInt8] = []

  private var sets = InlineArray<4, GraphicSet>(repeating: .ascii)
  private var set = 0
  /// The last byte that moved was a carriage return.
  private var hasReturned = false
  private var knowsReturns = false
  private var isAtLineStart = true
  /// What has to be undone.
  private var hasColours = false
  private var hasRegion = false
  private var modes: Set<Int> = []
  private var hasInsertMode = false
  private var hasKeypadMode = false

  init(isUTF8: Bool, obeysSequences: Bool) {
    self.isUTF8 = isUTF8
    self.obeysSequences = obeysSequences
  }

  // MARK: Text

  mutating func print(_ bytes: [UInt8], _ range: Range<Int>) {
    (hasReturned, isAtLineStart) = (false, false)
    if sets[set] == .ascii {
      output += bytes[range]
    } else {
      for index in range { put(sets[set].scalar(UInt32(bytes[index]))) }
    }
  }

  mutating func print(_ scalar: UInt32) {
    (hasReturned, isAtLineStart) = (false, false)
    if let shown = PrintableScalar.shown(scalar) { put(shown) }
  }

  private mutating func put(_ scalar: UInt32) {
    if scalar < 0x7f {
      output.append(UInt8(truncatingIfNeeded: scalar))
    } else if isUTF8, let value = Unicode.Scalar(scalar) {
      output += Array(String(Character(value)).utf8)
    } else {
      let plain = Self.plain[scalar] ?? UInt8(ascii: "?")
      for _ in 0..<max(1, PrintableScalar.columns(of: scalar)) { output.append(plain) }
    }
  }

  /// Lines where there is only ASCII.
  private static let plain: [UInt32: UInt8] = [
    0x2500: 0x2d, 0x2502: 0x7c, 0x250c: 0x2b, 0x2510: 0x2b, 0x2514: 0x2b, 0x2518: 0x2b,
    0x251c: 0x2b,
    0x2524: 0x2b, 0x252c: 0x2b, 0x2534: 0x2b, 0x253c: 0x2b, 0x2592: 0x23,
  ]

  mutating func execute(_ control: UInt8) {
    switch control {
    case 0x08, 0x09: output.append(control)
    case 0x0a, 0x0b, 0x0c: lineFeed()
    case 0x0d:
      output.append(control)
      (hasReturned, knowsReturns, isAtLineStart) = (true, true, true)
      return
    case 0x0e: set = 1
    case 0x0f: set = 0
    default: break
    }
    hasReturned = false
  }

  /// The terminal's driver may make CR LF of a line feed (ONLCR). That suits a guest that has sent no
  /// carriage return yet, as in ``TerminalEmulator``; what one means that does is IND.
  private mutating func lineFeed() {
    if hasReturned || !obeysSequences {
      output.append(0x0a)
    } else if !knowsReturns {
      output += [0x0d, 0x0a]
      isAtLineStart = true
    } else {
      pass("D")
    }
  }

  // MARK: Sequences

  private mutating func pass(_ text: String) {
    if !obeysSequences { return }
    output.append(0x1b)
    output += Array(text.utf8)
    hasReturned = false
    isAtLineStart = false
  }

  mutating func escape(_ sequence: ControlSequence) {
    let final = sequence.final
    if (0x28...0x2b).contains(sequence.intermediate) {
      sets[Int(sequence.intermediate) - 0x28] = GraphicSet(designation: final)
      return
    }
    guard sequence.intermediate == 0 else { return }
    switch final {
    case UInt8(ascii: "7"), UInt8(ascii: "8"), UInt8(ascii: "D"), UInt8(ascii: "E"),
      UInt8(ascii: "M"):
      pass(String(UnicodeScalar(final)))
    case UInt8(ascii: "="), UInt8(ascii: ">"):
      hasKeypadMode = final == UInt8(ascii: "=")
      pass(String(UnicodeScalar(final)))
    case UInt8(ascii: "c"): reset(isHard: true)
    default: break
    }
  }

  mutating func control(_ sequence: ControlSequence) {
    switch (sequence.marker, sequence.intermediate) {
    case (0, 0): plainControl(sequence)
    case (UInt8(ascii: "?"), 0):
      guard sequence.final == UInt8(ascii: "h") || sequence.final == UInt8(ascii: "l") else {
        return
      }
      for index in 0..<sequence.readable { setMode(sequence[index], sequence.final) }
    case (0, UInt8(ascii: "!")): if sequence.final == UInt8(ascii: "p") { reset(isHard: false) }
    default: break
    }
  }

  /// Finals that move, erase, edit or scroll.
  private static let harmless = Set("ABCDEFGHIKLMPSXZ@`abdefu".utf8)

  private mutating func plainControl(_ sequence: ControlSequence) {
    let final = sequence.final
    switch final {
    case UInt8(ascii: "m"):
      hasColours = true
      pass(sequence)
    case UInt8(ascii: "J"): if sequence[0] < 3 { pass(sequence) }
    case UInt8(ascii: "T"): if sequence.count <= 1 { pass(sequence) }
    case UInt8(ascii: "s"): if sequence.count == 0 { pass(sequence) }
    case UInt8(ascii: "r"):
      hasRegion = true
      pass(sequence)
    case UInt8(ascii: "h"), UInt8(ascii: "l"):
      guard sequence[0] == 4 && sequence.count == 1 else { return }
      hasInsertMode = final == UInt8(ascii: "h")
      pass(sequence)
    default: if Self.harmless.contains(final) { pass(sequence) }
    }
  }

  private mutating func pass(_ sequence: ControlSequence) {
    var text = "["
    for index in 0..<sequence.readable {
      if index > 0 { text += sequence.isSubparameter(index) ? ":" : ";" }
      text += String(sequence[index])
    }
    pass(text + String(UnicodeScalar(sequence.final)))
  }

  // MARK: Modes

  /// Private modes that pass, and what each is in a terminal that nobody has touched.
  private static let defaults: [Int: Bool] = [
    1: false, 5: false, 6: false, 7: true, 25: true, 47: false, 1047: false, 1049: false,
    2004: false,
  ]

  private mutating func setMode(_ mode: Int, _ final: UInt8) {
    let value = final == UInt8(ascii: "h")
    if mode == 1048 { return pass("[?1048" + (value ? "h" : "l")) }
    guard let usual = Self.defaults[mode] else { return }
    if value == usual { modes.remove(mode) } else { modes.insert(mode) }
    pass("[?\(mode)" + (value ? "h" : "l"))
  }

  /// RIS and DECSTR, with what can be undone.
  private mutating func reset(isHard: Bool) {
    sets = InlineArray(repeating: .ascii)
    set = 0
    if obeysSequences { output += modesBack }
    (hasColours, hasRegion, hasInsertMode, hasKeypadMode) = (false, false, false, false)
    modes = []
    if isHard {
      pass("[H")
      pass("[2J")
    }
  }

  private var modesBack: [UInt8] {
    var text = ""
    // The alternate screen first: the others are then undone on the main one.
    for mode in modes.sorted(by: >) {
      text += "\u{1b}[?\(mode)" + (Self.defaults[mode] == true ? "h" : "l")
    }
    // Setting the region moves the cursor.
    if hasRegion { text += "\u{1b}7\u{1b}[r\u{1b}8" }
    if hasInsertMode { text += "\u{1b}[4l" }
    if hasKeypadMode { text += "\u{1b}>" }
    if hasColours { text += "\u{1b}[m" }
    return Array(text.utf8)
  }

  var undo: [UInt8] {
    (obeysSequences ? modesBack : []) + (isAtLineStart ? [] : [0x0d, 0x0a])
  }
}
