import Commands

extension NumberText {
  /// `value` as `0x` and at least `digits` hexadecimal digits.
  static func padded(_ value: UInt64, digits: Int) -> String {
    let text = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
