/// Code page 437, the characters of a PC's text mode, in UTF-8.
enum BIOSCharacters {
  /// The bytes that a terminal shows `code` by.
  static func bytes(_ code: UInt8) -> [UInt8] {
    switch code {
    case 0, 0xFF: [0x20]
    case 0x01..<0x20: Array(String(low[Int(code) - 1]).utf8)
    case 0x7F: Array("\u{2302}".utf8)
    case 0x80..<0xFF: Array(String(high[Int(code) - 0x80]).utf8)
    default: [code]
    }
  }

  private static let low: [Character] = Array("☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼")
  private static let high: [Character] = Array(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧"
      + "╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■")
}
