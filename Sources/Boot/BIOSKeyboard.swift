/// INT 16h: what the operator types, as a keyboard of 101 keys would have sent it.
struct BIOSKeyboard: Sendable, Equatable {
  /// Keys that were typed and not read: scan code above, character below.
  private var keys: [UInt16] = []
  /// What is kept; a BIOS's own buffer has room for 15.
  private static let limit = 256

  /// Serves the call.
  mutating func perform(
    _ registers: inout BIOSRegisters, on board: some BIOSBoard
  ) -> BIOSServices.Outcome {
    switch registers.ah {
    case 0x00, 0x10:
      take(board)
      guard !keys.isEmpty else { return .waits }
      registers.ax = keys.removeFirst()
    case 0x01, 0x11:
      take(board)
      registers.zero = keys.isEmpty
      if let key = keys.first { registers.ax = key }
    // No shift key is ever down.
    case 0x02: registers.al = 0
    case 0x12: registers.ax = 0
    default: registers.refuse()
    }
    return .returned
  }

  private mutating func take(_ board: some BIOSBoard) {
    guard keys.count < Self.limit else { return }
    keys += Self.keys(for: board.takeTyped())
  }

  /// The keys that `bytes` of a terminal stand for. Bytes above 7Eh but DEL are keys of no keyboard here,
  /// and are left out. An escape sequence has to be whole: it arrives so from a terminal.
  static func keys(for bytes: [UInt8]) -> [UInt16] {
    var result: [UInt16] = []
    var rest = bytes[...]
    while let byte = rest.first {
      if byte == 0x1B, let (scan, count) = sequence(rest) {
        result.append(UInt16(scan) << 8)
        rest = rest.dropFirst(count)
        continue
      }
      if let key = key(byte) { result.append(key) }
      rest = rest.dropFirst()
    }
    return result
  }

  /// The scan code of a cursor or editing key, and the bytes of its sequence.
  private static func sequence(_ bytes: ArraySlice<UInt8>) -> (scan: UInt8, count: Int)? {
    let text = Array(bytes.prefix(4))
    guard text.count >= 3, text[1] == UInt8(ascii: "[") || text[1] == UInt8(ascii: "O") else {
      return nil
    }
    switch text[2] {
    case UInt8(ascii: "A"): return (0x48, 3)
    case UInt8(ascii: "B"): return (0x50, 3)
    case UInt8(ascii: "C"): return (0x4D, 3)
    case UInt8(ascii: "D"): return (0x4B, 3)
    case UInt8(ascii: "H"): return (0x47, 3)
    case UInt8(ascii: "F"): return (0x4F, 3)
    default: break
    }
    // Home, Insert, Delete, End, Page Up, Page Down.
    let scans: [UInt8] = [0x47, 0x52, 0x53, 0x4F, 0x49, 0x51]
    let number = Int(text[2]) - Int(UInt8(ascii: "1"))
    guard text.count == 4, text[3] == UInt8(ascii: "~"), scans.indices.contains(number) else {
      return nil
    }
    return (scans[number], 4)
  }

  private static func key(_ byte: UInt8) -> UInt16? {
    switch byte {
    case 0x08, 0x7F: return 0x0E08
    case 0x09: return 0x0F09
    // Enter; a terminal in its usual mode makes the carriage return a line feed.
    case 0x0A, 0x0D: return 0x1C0D
    case 0x1B: return 0x011B
    case 0x20: return 0x3920
    case 0x01...0x1A:
      // With Ctrl.
      return scan(byte + 0x60).map { UInt16($0) << 8 | UInt16(byte) }
    default: return scan(byte).map { UInt16($0) << 8 | UInt16(byte) }
    }
  }

  /// The scan code (set 1) of the key that types `character` on a US keyboard.
  private static func scan(_ character: UInt8) -> UInt8? {
    for row in rows {
      for keys in [row.plain, row.shifted] {
        if let index = Array(keys.utf8).firstIndex(of: character) {
          return row.first + UInt8(index)
        }
      }
    }
    return nil
  }

  private static let rows: [(first: UInt8, plain: String, shifted: String)] = [
    (0x02, "1234567890-=", "!@#$%^&*()_+"),
    (0x10, "qwertyuiop[]", "QWERTYUIOP{}"),
    (0x1E, "asdfghjkl;'`", "ASDFGHJKL:\"~"),
    (0x2B, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
  ]
}
