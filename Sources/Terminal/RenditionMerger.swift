/// Sends colours and attributes (SGR, ECMA-48 8.3.117) only where they change.
///
/// ncurses sets both colours of a pair whenever it changes, and all of them after each reset, also right
/// before it sets others. What it writes passes through here: what the terminal has set already, and what is
/// replaced before anything is printed, is left out. All else stays as it is and in its order.
struct RenditionMerger {
  /// What SGR sets of what ncurses uses; the numbers are those of the sequences.
  private struct Look: Equatable {
    /// The parameters of the foreground (`38;5;81`, `31`); empty: the terminal's own. The background alike.
    var foreground: ArraySlice<UInt8> = []
    var background: ArraySlice<UInt8> = []
    /// A bit for each of 1 to 9.
    var attributes: UInt16 = 0
  }

  /// What the terminal has; nil: unknown.
  private var terminal: Look?
  /// What it shall have before the next character; nil: unknown, and it has what it shall have.
  private var wanted: Look?
  /// The character set G0 has been asked to be ASCII, which `ESC ( B` only repeats.
  private var isASCII = false
  /// G0 is in use, which SI only repeats.
  private var isShiftedIn = false

  private static let escape: UInt8 = 0x1b
  private static let shiftOut: UInt8 = 0x0e
  private static let shiftIn: UInt8 = 0x0f

  /// The terminal may have been set by others: everything is unknown.
  mutating func forget() { (terminal, wanted, isASCII, isShiftedIn) = (nil, nil, false, false) }

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
        result.append(bytes[index])
        index += 1
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

  /// Sets what is wanted and not there.
  private mutating func settle(_ result: inout [UInt8]) {
    guard let wanted, wanted != terminal else { return }
    var parameters: [UInt8] = []
    func add(_ more: some Sequence<UInt8>) {
      if !parameters.isEmpty { parameters.append(UInt8(ascii: ";")) }
      parameters += more
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
    if wanted.foreground != base.foreground {
      if wanted.foreground.isEmpty { add("39".utf8) } else { add(wanted.foreground) }
    }
    if wanted.background != base.background {
      if wanted.background.isEmpty { add("49".utf8) } else { add(wanted.background) }
    }
    result += [Self.escape, UInt8(ascii: "[")]
    result += parameters
    result.append(UInt8(ascii: "m"))
    terminal = wanted
  }

  /// What is set after a sequence with these parameters; nil: it holds something that is not known here,
  /// or what it builds on is not known.
  private static func look(after parameters: ArraySlice<UInt8>, from before: Look?) -> Look? {
    var look = before
    let fields = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    var index = 0
    while index < fields.count {
      let field = fields[index]
      // xterm-direct writes its colours as one field, with colons.
      let isColonForm = field.contains(UInt8(ascii: ":"))
      guard let code = number(field.prefix { $0 != UInt8(ascii: ":") }) else { return nil }
      switch code {
      case 0: look = Look()
      case 1, 2, 3, 4, 5, 7, 8, 9: look?.attributes |= 1 << UInt16(code)
      case 30...37, 90...97: look?.foreground = field
      case 40...47, 100...107: look?.background = field
      case 39: look?.foreground = []
      case 49: look?.background = []
      case 38, 48:
        var last = index
        if !isColonForm {
          guard index + 1 < fields.count else { return nil }
          let length = number(fields[index + 1]) == 5 ? 2 : 4
          last = index + length
          guard last < fields.count else { return nil }
        }
        let color = parameters[field.startIndex..<fields[last].endIndex]
        if code == 38 { look?.foreground = color } else { look?.background = color }
        index = last
      default: return nil
      }
      index += 1
    }
    return look
  }

  /// The value of a parameter, 0 when it is empty; nil: none of SGR's.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    guard field.count <= 3, field.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return field.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
