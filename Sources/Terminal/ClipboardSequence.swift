/// The sequence that sets a terminal's clipboard: OSC 52 of xterm ("Operating System Commands", selection
/// `c`). Terminals leave it out where they do not know or allow it; tmux keeps it in its own buffer, too
/// (`set-clipboard`).
struct ClipboardSequence {
  /// Bytes of a sequence that are sent at most; many terminals take 100 kB.
  static let limit = 140_000
  /// Types of terminals that print what they do not know, or have no clipboard.
  private static let unknowing: Set<String> = ["linux", "dumb"]

  /// Whether a terminal may know it.
  let isKnown: Bool

  /// For a terminal of that type.
  init(term: String?) {
    let name = term ?? ""
    isKnown =
      !name.isEmpty && !Self.unknowing.contains { name == $0 || name.hasPrefix($0 + "-") }
      && !name.hasPrefix("vt")
  }

  /// Sets the clipboard to `text`.
  static func bytes(_ text: String) -> [UInt8] {
    Array("\u{1b}]52;c;".utf8) + base64(Array(text.utf8)) + [0x07]
  }

  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// RFC 4648, section 4, with padding.
  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      var word: UInt32 = 0
      for byte in part { word = word << 8 | UInt32(byte) }
      word <<= UInt32(3 - part.count) * 8
      for place in 0..<4 {
        let digit = Int(word >> UInt32(18 - 6 * place) & 63)
        result.append(place <= part.count ? digits[digit] : UInt8(ascii: "="))
      }
    }
    return result
  }
}
