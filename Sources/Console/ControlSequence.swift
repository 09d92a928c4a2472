/// An escape or control sequence, taken apart (ECMA-48 5.4).
struct ControlSequence: Sendable {
  /// Parameters that count; more are left out.
  static let parameterLimit = 24

  /// `<`, `=`, `>` or `?` before the parameters: a private sequence; else 0.
  var marker: UInt8 = 0
  /// The intermediate byte, 0 where there is none, 0xff where there are more, which nobody uses.
  private(set) var intermediate: UInt8 = 0
  /// The final byte.
  var final: UInt8 = 0
  /// How many parameters there are.
  private(set) var count = 0
  private var values = InlineArray<24, UInt16>(repeating: 0)
  /// A bit for each parameter that a colon, not a semicolon, set off from the one before.
  private var colons: UInt32 = 0

  /// Whether nothing has come yet.
  var isEmpty: Bool { count == 0 && marker == 0 && intermediate == 0 }

  mutating func addIntermediate(_ byte: UInt8) { intermediate = intermediate == 0 ? byte : 0xff }

  /// A digit, a semicolon or a colon.
  mutating func addParameter(_ byte: UInt8) {
    if count == 0 { count = 1 }
    guard count <= Self.parameterLimit else { return }
    if byte >= 0x3a {
      count += 1
      if count <= Self.parameterLimit && byte == 0x3a { colons |= 1 << UInt32(count - 1) }
      return
    }
    let value = UInt32(values[count - 1]) * 10 + UInt32(byte & 0xf)
    values[count - 1] = UInt16(min(value, 0x7fff))
  }

  /// Parameter `index`, 0 where it is missing or empty; at most 32,767.
  subscript(_ index: Int) -> Int {
    index < min(count, Self.parameterLimit) ? Int(values[index]) : 0
  }

  /// Parameter `index` as a number of times: at least 1.
  func times(_ index: Int = 0) -> Int { max(1, self[index]) }

  /// Whether parameter `index` belongs to the one before it.
  func isSubparameter(_ index: Int) -> Bool {
    index < Self.parameterLimit && colons >> UInt32(index) & 1 != 0
  }

  /// How many parameters can be read.
  var readable: Int { min(count, Self.parameterLimit) }
}
