/// Sends colours and attributes (SGR, ECMA-48 8.3.117) only where they change.
///
/// ncurses sets both colours of a pair whenever it changes, and all of them after each reset, also right
/// before it sets others. What it writes passes through here: what the terminal has set already, and what is
/// replaced before anything is printed, is left out. All else stays as it is and in its order. Where colours
/// are numbers of looks (``PaintNumbers``), those are put in their place.
struct RenditionMerger {
  /// What the terminal has; nil: unknown.
  private var terminal: RenditionLook?
  /// What it shall have before the next character; nil: unknown, and it has what it shall have.
  private var wanted: RenditionLook?
  /// Whether what is wanted may differ from what the terminal has: most bytes follow one that settled it.
  private var isUnsettled = false
  /// The character set G0 has been asked to be ASCII, which `ESC ( B` only repeats.
  private var isASCII = false
  /// G0 is in use, which SI only repeats.
  private var isShiftedIn = false

  private static let escape: UInt8 = 0x1b
  private static let shiftOut: UInt8 = 0x0e
  private static let shiftIn: UInt8 = 0x0f

  /// The terminal may have been set by others: everything is unknown.
  mutating func forget() {
    (terminal, wanted, isUnsettled, isASCII, isShiftedIn) = (nil, nil, false, false, false)
  }

  /// `bytes` of ncurses, which hold whole sequences, without what is superfluous.
  mutating func merge(_ bytes: [UInt8], _ numbers: PaintNumbers? = nil) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    merge(bytes, numbers, into: &result)
    return result
  }

  /// The same, in place of what `result` held, whose room is kept.
  mutating func merge(_ bytes: [UInt8], _ numbers: PaintNumbers?, into result: inout [UInt8]) {
    result.removeAll(keepingCapacity: true)
    if let numbers {
      merge(bytes.span, numbers.looks.span, radix: numbers.radix, &result)
    } else {
      merge(bytes.span, Span(), radix: 0, &result)
    }
  }

  private mutating func merge(
    _ bytes: Span<UInt8>, _ looks: Span<RenditionLook>, radix: Int, _ result: inout [UInt8]
  ) {
    var index = 0
    /// The number that came last, of those below `radix`.
    var low = 0
    while index < bytes.count {
      if bytes[index] == Self.shiftIn {
        if !isShiftedIn { result.append(Self.shiftIn) }
        isShiftedIn = true
        index += 1
        continue
      }
      guard bytes[index] == Self.escape, index + 2 < bytes.count else {
        if bytes[index] == Self.shiftOut { isShiftedIn = false }
        settle(&result)
        // All up to the next one that may mean something.
        result.append(bytes[index])
        index += 1
        while index < bytes.count, !Self.isNotable(bytes[index]) {
          result.append(bytes[index])
          index += 1
        }
        continue
      }
      if bytes[index + 1] == UInt8(ascii: "("), bytes[index + 2] == UInt8(ascii: "B") {
        if !isASCII { Self.append(bytes, index..<(index + 3), to: &result) }
        isASCII = true
        index += 3
        continue
      }
      var end = index + 2
      while end < bytes.count, (0x30...0x3b).contains(bytes[end]) { end += 1 }
      if radix > 0, bytes[index + 1] == UInt8(ascii: "["), end > index + 2, end < bytes.count,
        bytes[end] == PaintNumbers.lowFinal || bytes[end] == PaintNumbers.highFinal
      {
        let number = Self.number(bytes, (index + 2)..<end)
        if bytes[end] == PaintNumbers.lowFinal { low = number }
        let place = bytes[end] == PaintNumbers.lowFinal ? low : low + (number + 1) * radix
        if place < looks.count { (wanted, isUnsettled) = (looks[place], true) }
        index = end + 1
        continue
      }
      if bytes[index + 1] == UInt8(ascii: "["), end < bytes.count, bytes[end] == UInt8(ascii: "m") {
        var look = wanted
        if Self.change(&look, bytes, (index + 2)..<end), look != nil {
          wanted = look
          isUnsettled = true
        } else {
          // Something that is not known here goes out as it is.
          settle(&result)
          Self.append(bytes, index..<(end + 1), to: &result)
          (terminal, wanted) = (nil, nil)
        }
        index = end + 1
        continue
      }
      settle(&result)
      if bytes[index + 1] == UInt8(ascii: "(") { isASCII = false }
      result.append(bytes[index])
      index += 1
    }
    settle(&result)
  }

  /// The digits of what ``PaintNumbers`` made ncurses write: at most those of a colour's number.
  private static func number(_ bytes: Span<UInt8>, _ digits: Range<Int>) -> Int {
    var number = 0
    for index in digits { number = number &* 10 &+ Int(bytes[index] & 0xf) }
    return number & 0xff_ffff
  }

  private static func append(_ bytes: Span<UInt8>, _ range: Range<Int>, to result: inout [UInt8]) {
    for index in range { result.append(bytes[index]) }
  }

  private static func isNotable(_ byte: UInt8) -> Bool {
    byte == escape || byte == shiftOut || byte == shiftIn
  }

  /// Sets what is wanted and not there. A grid has one for each cell: nothing here makes an array.
  private mutating func settle(_ result: inout [UInt8]) {
    guard isUnsettled else { return }
    isUnsettled = false
    guard let wanted, wanted != terminal else { return }
    result.append(Self.escape)
    var separator = UInt8(ascii: "[")
    func begin(_ result: inout [UInt8]) {
      result.append(separator)
      separator = UInt8(ascii: ";")
    }
    func add(_ color: RenditionParameters, own: UInt8, _ result: inout [UInt8]) {
      begin(&result)
      if color.isEmpty {
        result.append(own)
        result.append(UInt8(ascii: "9"))
      } else {
        color.append(to: &result)
      }
    }
    var base = terminal ?? RenditionLook()
    // One attribute cannot be taken away on every terminal: all go, and the rest is set again.
    if terminal == nil || base.attributes & ~wanted.attributes != 0 {
      begin(&result)
      result.append(UInt8(ascii: "0"))
      base = RenditionLook()
    }
    let more = wanted.attributes & ~base.attributes
    if more != 0 {
      for code in 1...9 where more & (1 << UInt16(code)) != 0 {
        begin(&result)
        result.append(UInt8(ascii: "0") + UInt8(code))
      }
    }
    if wanted.foreground != base.foreground {
      add(wanted.foreground, own: UInt8(ascii: "3"), &result)
    }
    if wanted.background != base.background {
      add(wanted.background, own: UInt8(ascii: "4"), &result)
    }
    // ESC alone would begin another sequence with what follows.
    if separator == UInt8(ascii: "[") { result.append(separator) }
    result.append(UInt8(ascii: "m"))
    terminal = wanted
  }

  /// Makes of what was set what is set after a sequence with these parameters; `look` is nil where what it
  /// builds on is not known. False: it holds something that is not known here.
  private static func change(
    _ look: inout RenditionLook?, _ bytes: Span<UInt8>, _ parameters: Range<Int>
  ) -> Bool {
    var start = parameters.lowerBound
    while start <= parameters.upperBound {
      var end = end(of: start, in: bytes, parameters.upperBound)
      guard let code = code(bytes, start..<end) else { return false }
      switch code {
      case 0: look = RenditionLook()
      case 1, 2, 3, 4, 5, 7, 8, 9: look?.attributes |= 1 << UInt16(code)
      case 30...37, 90...97: look?.foreground = RenditionParameters(bytes, start..<end)
      case 40...47, 100...107: look?.background = RenditionParameters(bytes, start..<end)
      case 39: look?.foreground = RenditionParameters()
      case 49: look?.background = RenditionParameters()
      case 38, 48:
        // xterm-direct writes its colours as one field, with colons; others as 5 and an index, or 2 and three.
        if !hasColon(bytes, start..<end) {
          guard end < parameters.upperBound else { return false }
          let kind = Self.end(of: end + 1, in: bytes, parameters.upperBound)
          let fields = Self.code(bytes, (end + 1)..<kind) == 5 ? 1 : 3
          end = kind
          for _ in 0..<fields {
            guard end < parameters.upperBound else { return false }
            end = Self.end(of: end + 1, in: bytes, parameters.upperBound)
          }
        }
        guard end - start <= RenditionParameters.limit else { return false }
        let color = RenditionParameters(bytes, start..<end)
        if code == 38 { look?.foreground = color } else { look?.background = color }
      default: return false
      }
      start = end + 1
    }
    return true
  }

  private static func hasColon(_ bytes: Span<UInt8>, _ field: Range<Int>) -> Bool {
    for index in field where bytes[index] == UInt8(ascii: ":") { return true }
    return false
  }

  /// Where the field that begins at `start` ends, `limit` at the latest.
  private static func end(of start: Int, in bytes: Span<UInt8>, _ limit: Int) -> Int {
    var end = start
    while end < limit, bytes[end] != UInt8(ascii: ";") { end += 1 }
    return end
  }

  /// The value of a field up to its first colon, 0 when it is empty; nil: none of SGR's.
  private static func code(_ bytes: Span<UInt8>, _ field: Range<Int>) -> Int? {
    var (value, digits) = (0, 0)
    for index in field {
      let byte = bytes[index]
      if byte == UInt8(ascii: ":") { break }
      guard (0x30...0x39).contains(byte), digits < 3 else { return nil }
      value = value * 10 + Int(byte - 0x30)
      digits += 1
    }
    return value
  }
}
