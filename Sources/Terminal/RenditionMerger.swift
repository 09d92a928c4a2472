/// Sends colours and attributes (SGR, ECMA-48 8.3.117) only where they change.
///
/// ncurses sets both colours of a pair whenever it changes, and all of them after each reset, also right
/// before it sets others. What it writes passes through here: what the terminal has set already, and what is
/// replaced before anything is printed, is left out. All else stays as it is and in its order.
struct RenditionMerger {
  /// What SGR sets of what ncurses uses; the numbers are those of the sequences.
  private struct Look: Equatable {
    /// The parameters of the foreground (`38;5;81`, `31`); empty: the terminal's own. The background alike.
    var foreground = RenditionParameters()
    var background = RenditionParameters()
    /// A bit for each of 1 to 9.
    var attributes: UInt16 = 0
  }

  /// What the terminal has; nil: unknown.
  private var terminal: Look?
  /// What it shall have before the next character; nil: unknown, and it has what it shall have.
  private var wanted: Look?
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
  mutating func merge(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
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
        var end = index + 1
        while end < bytes.count, !Self.isNotable(bytes[end]) { end += 1 }
        result += bytes[index..<end]
        index = end
        continue
      }
      if bytes[index + 1] == UInt8(ascii: "("), bytes[index + 2] == UInt8(ascii: "B") {
        if !isASCII { result += bytes[index..<(index + 3)] }
        isASCII = true
        index += 3
        continue
      }
      let parameters = bytes[(index + 2)...].prefix { (0x30...0x3b).contains($0) }
      let end = parameters.endIndex
      if bytes[index + 1] == UInt8(ascii: "["), end < bytes.count, bytes[end] == UInt8(ascii: "m") {
        if let look = Self.look(after: parameters, from: wanted) {
          wanted = look
          isUnsettled = true
        } else {
          // Something that is not known here goes out as it is.
          settle(&result)
          result += bytes[index...end]
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
    return result
  }

  private static func isNotable(_ byte: UInt8) -> Bool {
    byte == escape || byte == shiftOut || byte == shiftIn
  }

  /// Sets what is wanted and not there.
  private mutating func settle(_ result: inout [UInt8]) {
    guard isUnsettled else { return }
    isUnsettled = false
    guard let wanted, wanted != terminal else { return }
    var parameters: [UInt8] = []
    func add(_ more: some Sequence<UInt8>) {
      if !parameters.isEmpty { parameters.append(UInt8(ascii: ";")) }
      parameters += more
    }
    func add(_ color: RenditionParameters, else own: String) {
      if color.isEmpty { add(own.utf8) } else { add(color.bytes) }
    }
    var base = terminal ?? Look()
    // One attribute cannot be taken away on every terminal: all go, and the rest is set again.
    if terminal == nil || base.attributes & ~wanted.attributes != 0 {
      add([UInt8(ascii: "0")])
      base = Look()
    }
    for code in 1...9 as ClosedRange<UInt8>
    where (wanted.attributes & ~base.attributes) & (1 << UInt16(code)) != 0 {
      add([UInt8(ascii: "0") + code])
    }
    if wanted.foreground != base.foreground { add(wanted.foreground, else: "39") }
    if wanted.background != base.background { add(wanted.background, else: "49") }
    result += [Self.escape, UInt8(ascii: "[")]
    result += parameters
    result.append(UInt8(ascii: "m"))
    terminal = wanted
  }

  /// What is set after a sequence with these parameters; nil: it holds something that is not known here,
  /// or what it builds on is not known.
  private static func look(after parameters: ArraySlice<UInt8>, from before: Look?) -> Look? {
    var look = before
    var start = parameters.startIndex
    while start <= parameters.endIndex {
      var end = end(of: start, in: parameters)
      guard let code = code(parameters[start..<end]) else { return nil }
      switch code {
      case 0: look = Look()
      case 1, 2, 3, 4, 5, 7, 8, 9: look?.attributes |= 1 << UInt16(code)
      case 30...37, 90...97: look?.foreground = RenditionParameters(parameters[start..<end])
      case 40...47, 100...107: look?.background = RenditionParameters(parameters[start..<end])
      case 39: look?.foreground = RenditionParameters()
      case 49: look?.background = RenditionParameters()
      case 38, 48:
        // xterm-direct writes its colours as one field, with colons; others as 5 and an index, or 2 and three.
        if !parameters[start..<end].contains(UInt8(ascii: ":")) {
          guard end < parameters.endIndex else { return nil }
          let kind = Self.end(of: end + 1, in: parameters)
          let fields = Self.code(parameters[(end + 1)..<kind]) == 5 ? 1 : 3
          end = kind
          for _ in 0..<fields {
            guard end < parameters.endIndex else { return nil }
            end = Self.end(of: end + 1, in: parameters)
          }
        }
        guard end - start <= RenditionParameters.limit else { return nil }
        let color = RenditionParameters(parameters[start..<end])
        if code == 38 { look?.foreground = color } else { look?.background = color }
      default: return nil
      }
      start = end + 1
    }
    return look
  }

  /// Where the field that begins at `start` ends.
  private static func end(of start: Int, in parameters: ArraySlice<UInt8>) -> Int {
    var end = start
    while end < parameters.endIndex, parameters[end] != UInt8(ascii: ";") { end += 1 }
    return end
  }

  /// The value of a field up to its first colon, 0 when it is empty; nil: none of SGR's.
  private static func code(_ field: ArraySlice<UInt8>) -> Int? {
    var (value, digits) = (0, 0)
    for byte in field {
      if byte == UInt8(ascii: ":") { break }
      guard (0x30...0x39).contains(byte), digits < 3 else { return nil }
      value = value * 10 + Int(byte - 0x30)
      digits += 1
    }
    return value
  }
}
