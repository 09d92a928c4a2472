/// What the guest wrote to its serial port, as lines that are safe to show.
///
/// The bytes are hostile. UTF-8 is decoded with replacement; of the control characters only newline,
/// carriage return, tab and backspace do what they do on a terminal, the others are shown as `^[`;
/// characters without a width (combining, bidirectional overrides) are left out. A line takes 512
/// scalars, what follows goes on in the next one, and 2,000 lines are kept.
struct ConsoleText: Sendable {
  /// Scalars in a line.
  static let lineLimit = 512
  /// Lines that are kept.
  static let lineCount = 2_000

  /// Finished lines.
  private(set) var lines = BoundedList<String>(limit: lineCount)
  private var current: [Unicode.Scalar] = []
  private var cursor = 0
  /// The first bytes of a UTF-8 sequence whose rest has not come yet: at most 3.
  private var partial: [UInt8] = []

  /// The line that is being written.
  var unfinished: String { Self.string(current) }
  /// The number of lines that a view shows: a cursor on an empty new line is none.
  var count: Int { lines.count + (current.isEmpty ? 0 : 1) }
  /// The absolute number of the line after the last.
  var end: Int { lines.dropped + count }
  /// Line `index` (0 ..< count).
  func line(_ index: Int) -> String { index < lines.count ? lines[index] : unfinished }

  /// Takes more bytes.
  mutating func write(_ bytes: [UInt8]) {
    if bytes.isEmpty { return }
    let input = partial + bytes
    let tail = Self.incompleteTail(of: input)
    partial = Array(input.suffix(tail))
    for scalar in String(decoding: input.dropLast(tail), as: UTF8.self).unicodeScalars {
      write(scalar)
    }
  }

  /// How many of the last bytes begin a sequence that is not complete.
  private static func incompleteTail(of bytes: [UInt8]) -> Int {
    for back in 1...3 where back <= bytes.count {
      let byte = bytes[bytes.count - back]
      if byte & 0xc0 == 0x80 { continue }
      let needed = byte >= 0xf0 && byte < 0xf5 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1
      return byte < 0xf5 && needed > back ? back : 0
    }
    return 0
  }

  private mutating func write(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x0a: newLine()
    case 0x0d: cursor = 0
    case 0x08: cursor = max(0, cursor - 1)
    case 0x09:
      // As on a terminal, a tab moves over what is there.
      repeat {
        if cursor < current.count { cursor += 1 } else { put(" ") }
      } while cursor % 8 != 0
    case 0..<0x20:
      put("^")
      put(Unicode.Scalar(UInt8(scalar.value + 0x40)))
    case 0x7f:
      put("^")
      put("?")
    case 0x80..<0xa0: put("\u{fffd}")
    default: if CellWidth.of(scalar) > 0 { put(scalar) }
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    if cursor >= Self.lineLimit { newLine() }
    if cursor < current.count {
      current[cursor] = scalar
    } else {
      current.append(scalar)
    }
    cursor += 1
  }

  private mutating func newLine() {
    lines.append(Self.string(current))
    current.removeAll(keepingCapacity: true)
    cursor = 0
  }

  private static func string(_ scalars: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
