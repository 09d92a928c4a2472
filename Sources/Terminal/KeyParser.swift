import Monitor

/// Turns the bytes that a terminal sends into keys and mouse events.
///
/// A pure state machine: bytes may be cut anywhere. It knows the sequences of xterm, VT220, the Linux
/// console and rxvt, in normal and application mode, with and without modifiers; what it does not know
/// it swallows whole rather than typing it.
struct KeyParser {
  /// Waits for more: an Esc that may begin a sequence, half a character, or the rest of a paste. When
  /// nothing follows for ``patience``, call ``expire()``.
  var isWaiting: Bool { !pending.isEmpty || paste != nil }

  /// How long it waits, in ns. A paste may come in pieces; but one whose end got lost must not keep the
  /// keyboard for ever.
  var patience: Int64 { paste == nil ? KeyParser.escapeDelay : 1_000_000_000 }

  /// How long an Esc may wait for the rest of a sequence: 25 ms in ns.
  static let escapeDelay: Int64 = 25_000_000

  /// A sequence longer than this is no sequence.
  private static let longest = 64
  private static let escape: UInt8 = 0x1b
  private var pending: [UInt8] = []
  /// What has been pasted so far, between the brackets of xterm's mode 2004.
  private var paste: [UInt8]?
  /// Bytes of a paste; more are left out.
  private static let pasteLimit = 1 << 20
  private static let pasteEnd = Array("\u{1b}[201~".utf8)

  /// The events in `bytes`, together with what was left of the last call.
  mutating func parse(_ bytes: some Sequence<UInt8>) -> [InputEvent] {
    pending.append(contentsOf: bytes)
    var events: [InputEvent] = []
    var rest = pending[...]
    while let first = rest.first {
      let length: Int? =
        paste != nil
        ? takePaste(rest, &events)
        : first == KeyParser.escape ? sequence(rest, &events) : text(rest, &events)
      guard let length else { break }
      rest = rest.dropFirst(length)
    }
    pending = Array(rest)
    return events
  }

  /// Nothing followed: what waits is what it is. An Esc is the key, half a character is nothing.
  mutating func expire() -> [InputEvent] {
    if let paste {
      // What looked like the beginning of its end was a part of it.
      let bytes = paste + pending
      self.paste = nil
      pending = []
      return bytes.isEmpty ? [] : [.paste(bytes)]
    }
    guard !pending.isEmpty else { return [] }
    let waiting = pending
    pending = []
    guard waiting.first == KeyParser.escape else { return [] }
    if waiting.count > 2 { return [] }  // half a sequence: the rest got lost
    var events: [InputEvent] = [.key(.escape)]
    events += waiting.dropFirst().flatMap { byte in
      byte == KeyParser.escape ? [.key(.escape)] : plain(byte).map { [.key($0)] } ?? []
    }
    return events
  }

  // MARK: - Pastes

  /// How many bytes at the beginning belong to the paste; nil: what is there may be half of its end.
  private mutating func takePaste(_ bytes: ArraySlice<UInt8>, _ events: inout [InputEvent]) -> Int?
  {
    let end = KeyParser.pasteEnd
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == KeyParser.escape {
        let rest = bytes[index...].prefix(end.count)
        if rest.elementsEqual(end) {
          add(bytes[..<index])
          if let paste, !paste.isEmpty { events.append(.paste(paste)) }
          paste = nil
          return index - bytes.startIndex + end.count
        }
        if rest.count < end.count && rest.elementsEqual(end.prefix(rest.count)) { break }
      }
      index += 1
    }
    add(bytes[..<index])
    return index == bytes.startIndex ? nil : index - bytes.startIndex
  }

  private mutating func add(_ bytes: ArraySlice<UInt8>) {
    let room = max(0, KeyParser.pasteLimit - (paste?.count ?? 0))
    paste?.append(contentsOf: bytes.prefix(room))
  }

  // MARK: - Text

  /// How many bytes the character at the beginning takes; nil: it is not complete.
  private func text(_ bytes: ArraySlice<UInt8>, _ events: inout [InputEvent]) -> Int? {
    let first = bytes[bytes.startIndex]
    if first < 0x80 {
      if let key = plain(first) { events.append(.key(key)) }
      return 1
    }
    let length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1
    let continuing = bytes.dropFirst().prefix(length - 1).prefix { $0 & 0xc0 == 0x80 }
    if continuing.count < length - 1 {
      // Cut off: wait for the rest. Broken: leave it out.
      return 1 + continuing.count == bytes.count ? nil : 1 + continuing.count
    }
    // Broken bytes become U+FFFD, which is nobody's key.
    let scalars = String(decoding: bytes.prefix(length), as: UTF8.self).unicodeScalars
    for scalar in scalars where scalar != "\u{fffd}" && CellWidth.of(scalar) > 0 {
      events.append(.key(.character(scalar)))
    }
    return length
  }

  /// The key of an ASCII byte other than Esc.
  private func plain(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x09: .tab
    case 0x0d: .enter
    case 0x7f: .backspace
    case 0x00: .control("@")
    case 0x01...0x1a: .control(Unicode.Scalar(byte + 0x60))
    case 0x1c...0x1f: .control(Unicode.Scalar(byte + 0x40))
    case 0x20..<0x7f: .character(Unicode.Scalar(byte))
    default: nil
    }
  }

  // MARK: - Sequences

  /// How many bytes the sequence at the beginning takes; nil: it is not complete.
  private mutating func sequence(_ bytes: ArraySlice<UInt8>, _ events: inout [InputEvent]) -> Int? {
    let bytes = bytes.prefix(KeyParser.longest)
    guard let second = bytes.dropFirst().first else { return nil }
    switch second {
    case UInt8(ascii: "["): return control(bytes, &events)
    case UInt8(ascii: "O"):
      guard let third = bytes.dropFirst(2).first else { return nil }
      if let key = applicationKey(third) { events.append(.key(key)) }
      return 3
    default:
      // Esc, then something else: two keys (a terminal's Alt, or fast fingers).
      events.append(.key(.escape))
      return 1
    }
  }

  /// CSI: parameters 0x30-0x3f, intermediates 0x20-0x2f, a final byte 0x40-0x7e (ECMA-48 5.4).
  private mutating func control(_ bytes: ArraySlice<UInt8>, _ events: inout [InputEvent]) -> Int? {
    let body = bytes.dropFirst(2)
    if body.first == UInt8(ascii: "[") {  // the Linux console's F1 to F5
      guard let letter = body.dropFirst().first else { return nil }
      if (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(letter) {
        events.append(.key(.function(Int(letter - UInt8(ascii: "A")) + 1)))
      }
      return 4
    }
    guard let end = body.firstIndex(where: { !(0x20...0x3f).contains($0) }) else {
      return bytes.count < KeyParser.longest ? nil : bytes.count
    }
    let final = bytes[end]
    // Another Esc or a control character in it: the sequence is broken, that byte begins anew.
    guard (0x40...0x7e).contains(final) else {
      return end - bytes.startIndex
    }
    let parameters = body[..<end]
    if parameters.first == UInt8(ascii: "<") {
      if let event = mouse(numbers(parameters.dropFirst()), final) { events.append(.mouse(event)) }
    } else if parameters.isEmpty, final == UInt8(ascii: "I") || final == UInt8(ascii: "O") {
      events.append(.focus(final == UInt8(ascii: "I")))
    } else if let key = controlKey(numbers(parameters), final) {
      events.append(.key(key))
    } else if final == UInt8(ascii: "~"), numbers(parameters) == [200] {
      paste = []
    }
    return end - bytes.startIndex + 1
  }

  /// The parameters, nil where one is empty or too large to mean anything.
  private func numbers(_ bytes: ArraySlice<UInt8>) -> [Int?] {
    bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { digits in
      digits.count > 6 ? nil : Int(String(decoding: digits, as: UTF8.self))
    }
  }

  /// The key, with the modifiers that the second parameter names.
  private func controlKey(_ numbers: [Int?], _ final: UInt8) -> Key? {
    guard let key = unmodifiedKey(numbers, final) else { return nil }
    guard numbers.count > 1, let number = numbers[1], number > 1 else { return key }
    // 1 more than the bits; what is above Control nobody's keyboard has.
    let modifiers = KeyModifiers(rawValue: UInt8(truncatingIfNeeded: number - 1) & 7)
    return modifiers.isEmpty ? key : .modified(key, modifiers)
  }

  private func unmodifiedKey(_ numbers: [Int?], _ final: UInt8) -> Key? {
    switch final {
    case UInt8(ascii: "~"): (numbers.first ?? nil).flatMap { KeyParser.numbered[$0] }
    case UInt8(ascii: "Z"): .backTab
    case UInt8(ascii: "P")...UInt8(ascii: "S"):
      // Ps;Pm R is also a cursor report, which nobody asks for here.
      .function(Int(final - UInt8(ascii: "P")) + 1)
    default: KeyParser.lettered[final]
    }
  }

  private func applicationKey(_ final: UInt8) -> Key? {
    switch final {
    case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(final - UInt8(ascii: "P")) + 1)
    case UInt8(ascii: "M"): .enter
    // The keypad in application mode: digits and signs are 0x40 above ASCII.
    case UInt8(ascii: "j")...UInt8(ascii: "y"): .character(Unicode.Scalar(final - 0x40))
    default: KeyParser.lettered[final]
    }
  }

  private static let lettered: [UInt8: Key] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right,
    UInt8(ascii: "D"): .left, UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end,
  ]

  private static let numbered: [Int: Key] = [
    1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
    17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
    23: .function(11), 24: .function(12),
  ]

  /// SGR mouse report (xterm's 1006): button;column;row, `M` pressed, `m` released.
  private func mouse(_ numbers: [Int?], _ final: UInt8) -> MouseEvent? {
    guard numbers.count == 3, let button = numbers[0], let column = numbers[1],
      let row = numbers[2], column > 0, row > 0, final == UInt8(ascii: "M")
    else { return nil }
    // Bits 2 to 4 are modifiers, bit 5 is motion (a drag), bit 6 the wheel.
    let kind: MouseEvent.Kind
    switch button & ~0x1c {
    case 0: kind = .press
    case 64: kind = .wheelUp
    case 65: kind = .wheelDown
    default: return nil
    }
    return MouseEvent(x: column - 1, y: row - 1, kind: kind)
  }
}
