import CCurses

/// Looks by number: what ncurses takes for foregrounds is the number of a look, and ``RenditionMerger`` puts its
/// colours and attributes in the place of the number.
///
/// For each change of colours ncurses expands two capabilities, which for xterm are programs with conditions, and
/// with attributes three: of a grid that changes as a whole that was half of the screen's time. A look as one
/// number is one short expansion. Only for terminals whose colours and attributes are SGR sequences.
struct PaintNumbers {
  /// The looks; the first is the terminal's own, which ncurses sets by itself.
  private(set) var looks = [RenditionLook()]
  /// More looks were asked for than there can be: ``renewed()`` begins anew.
  private(set) var isFull = false
  /// How many numbers a colour can be.
  let radix: Int
  private let foreground: String
  private let background: String
  /// Attributes that the terminal has, and of these such as it has beside colours.
  private let attributes: UInt32
  private let attributesBesideColors: UInt32
  private var numbers = [RenditionLook(): 0]

  /// What ncurses writes for a number below ``radix``, ahead of its digits and behind them; no terminal has such
  /// a sequence.
  static let lowFinal = UInt8(ascii: "z")
  /// The same for how often ``radix`` is to be added.
  static let highFinal = UInt8(ascii: "y")
  /// A guest has millions of looks; more than a screen's cells at once are none that one sees.
  private static let limit = 8_192

  /// What ncurses calls an attribute, what terminfo does, its bit among the attributes that terminfo's `ncv`
  /// keeps from colours (term.h), and its SGR parameter.
  private static let codes: [(bit: UInt32, name: String, barred: Int32, parameter: UInt16)] = [
    (curses_bold(), "bold", 32, 1), (curses_dim(), "dim", 16, 2),
    (curses_italic(), "sitm", 0x8000, 3), (curses_underline(), "smul", 2, 4),
    (curses_reverse(), "rev", 4, 7),
  ]

  /// Makes ncurses write numbers on the terminal that it has just opened. Nil, and nothing has changed, where its
  /// colours or attributes are no SGR sequences of the usual kind.
  init?() {
    let colors = unsafe curses_number("colors")
    // The numbers of all roles must be there.
    guard colors >= 16 else { return nil }
    var (own, free) = (UInt32(0), UInt32(0))
    let barred = max(0, unsafe curses_number("ncv"))
    for code in Self.codes {
      let sequence = Capability.bytes(code.name)
      if sequence.isEmpty { continue }
      guard sequence == Array("\u{1b}[\(code.parameter)m".utf8) else { return nil }
      own |= code.bit
      if barred & code.barred == 0 { free |= code.bit }
    }
    let texts = ["setaf", "setab"].map { String(decoding: Capability.bytes($0), as: UTF8.self) }
    for text in texts {
      for number in [1, 9, Int32(colors) - 1]
      where Self.parameters(text, number) == nil { return nil }
    }
    let finals = [Self.lowFinal, Self.highFinal].map { String(UnicodeScalar($0)) }
    // Both are of this terminal, and only ncurses' own copy changes.
    guard
      unsafe curses_replace_both(
        "setaf", "\u{1b}[%p1%d\(finals[0])", "setab", "\u{1b}[%p1%d\(finals[1])") == 1
    else { return nil }
    radix = Int(colors)
    (foreground, background) = (texts[0], texts[1])
    (attributes, attributesBesideColors) = (own, free)
  }

  /// The number of what these colours and attributes of ncurses' are; 0 once there is none left.
  mutating func number(_ foreground: Int32, _ background: Int32, attributes: UInt32) -> Int {
    var look = RenditionLook()
    // What the terminal cannot do looks plain.
    look.foreground = Self.parameters(self.foreground, foreground) ?? RenditionParameters()
    look.background = Self.parameters(self.background, background) ?? RenditionParameters()
    let hasColors = !(look.foreground.isEmpty && look.background.isEmpty)
    let possible = attributes & (hasColors ? attributesBesideColors : self.attributes)
    for code in Self.codes where possible & code.bit != 0 { look.attributes |= 1 << code.parameter }
    if let number = numbers[look] { return number }
    guard looks.count < min(Self.limit, radix + radix * radix) else {
      isFull = true
      return 0
    }
    numbers[look] = looks.count
    looks.append(look)
    return looks.count - 1
  }

  /// The same without looks: whatever is on the screen must be painted anew.
  func renewed() -> PaintNumbers {
    var next = self
    (next.looks, next.numbers, next.isFull) = ([RenditionLook()], [RenditionLook(): 0], false)
    return next
  }

  /// ncurses' pair that stands for a number.
  func pair(_ number: Int) -> Int32 {
    if number == 0 { return 0 }
    let high = number < radix ? ColorMap.terminal : Int32(number / radix - 1)
    return max(0, alloc_pair(Int32(number % radix), high))
  }

  /// The SGR parameters that a capability sets a colour by; none for the terminal's own, nil where it is no such
  /// sequence.
  private static func parameters(_ capability: String, _ color: Int32) -> RenditionParameters? {
    if color == ColorMap.terminal { return RenditionParameters() }
    // A NUL-terminated string of ncurses', copied before the next call.
    guard let text = unsafe curses_expand(capability, color) else { return nil }
    let bytes = Array(unsafe String(cString: text).utf8)
    guard bytes.count >= 4, bytes.count - 3 <= RenditionParameters.limit,
      bytes.starts(with: [0x1b, UInt8(ascii: "[")]), bytes.last == UInt8(ascii: "m"),
      bytes[2..<(bytes.count - 1)].allSatisfy({ (0x30...0x3b).contains($0) })
    else { return nil }
    return RenditionParameters(bytes.span, 2..<(bytes.count - 1))
  }
}
