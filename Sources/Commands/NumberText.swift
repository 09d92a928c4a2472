/// Numbers as operators type them: decimal, or hexadecimal after `0x`. No sign, no underscore, so
/// that what is accepted is what the screen prints.
public enum NumberText {
  /// The number that `text` spells, or nil where it is none or does not fit 64 bits.
  public static func parse(_ text: String) -> UInt64? {
    var digits = Array(text.utf8)
    var radix: UInt64 = 10
    if digits.count > 2 && digits[0] == 0x30 && (digits[1] == 0x78 || digits[1] == 0x58) {
      digits.removeFirst(2)
      radix = 16
    }
    if digits.isEmpty { return nil }
    var value: UInt64 = 0
    for byte in digits {
      let digit: UInt64
      switch byte {
      case 0x30...0x39: digit = UInt64(byte - 0x30)
      case 0x41...0x46 where radix == 16: digit = UInt64(byte - 0x41) + 10
      case 0x61...0x66 where radix == 16: digit = UInt64(byte - 0x61) + 10
      default: return nil
      }
      let (product, tooLarge) = value.multipliedReportingOverflow(by: radix)
      let (sum, overflow) = product.addingReportingOverflow(digit)
      if tooLarge || overflow { return nil }
      value = sum
    }
    return value
  }

  /// `value` as `0x40`: lower case, at least two digits.
  public static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return digits.utf8.count < 2 ? "0x0\(digits)" : "0x\(digits)"
  }
}
