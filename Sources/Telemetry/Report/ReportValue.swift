/// A piece of a report: JSON as a value, with its keys in the order of the contract.
public indirect enum ReportValue: Sendable, Equatable {
  /// A count or a number of nanoseconds.
  case number(UInt64)
  /// A finite number with a fraction.
  case decimal(Double)
  /// True or false.
  case flag(Bool)
  /// A string.
  case text(String)
  /// Named values, in order.
  case object([Member])
  /// Values, in order.
  case list([ReportValue])

  /// A named value.
  public struct Member: Sendable, Equatable {
    /// The key.
    public var name: String
    /// Its value.
    public var value: ReportValue
    /// A named value.
    public init(_ name: String, _ value: ReportValue) {
      self.name = name
      self.value = value
    }
  }

  /// The value called `name` of an object, or nil.
  public subscript(name: String) -> ReportValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// JSON text on one line (RFC 8259). Whatever the strings hold, no control character gets out.
  public var json: String {
    switch self {
    case .number(let number): return "\(number)"
    case .decimal(let number): return number.isFinite ? "\(number)" : "0"
    case .flag(let flag): return flag ? "true" : "false"
    case .text(let text): return Self.quoted(text)
    case .object(let members):
      let parts = members.map { "\(Self.quoted($0.name)):\($0.value.json)" }
      return "{\(parts.joined(separator: ","))}"
    case .list(let values): return "[\(values.map(\.json).joined(separator: ","))]"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        // DEL and the C1 controls are legal in JSON but not on a terminal.
        if scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}

extension ReportValue: Encodable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Encodes the value as itself, without a wrapper.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .number(let number):
      var container = encoder.singleValueContainer()
      try container.encode(number)
    case .decimal(let number):
      var container = encoder.singleValueContainer()
      try container.encode(number.isFinite ? number : 0)
    case .flag(let flag):
      var container = encoder.singleValueContainer()
      try container.encode(flag)
    case .text(let text):
      var container = encoder.singleValueContainer()
      try container.encode(text)
    case .object(let members):
      var container = encoder.container(keyedBy: Key.self)
      for member in members {
        try container.encode(member.value, forKey: Key(stringValue: member.name))
      }
    case .list(let values):
      var container = encoder.unkeyedContainer()
      for value in values { try container.encode(value) }
    }
  }
}
