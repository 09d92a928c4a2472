/// A piece of ACPI machine language (AML, ACPI section 20.2), already encoded: a value or an object.
/// Only what our one definition block needs.
struct ACPITerm: Sendable, Equatable {
  let bytes: [UInt8]

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  // MARK: Data (section 20.2.3)

  /// The shortest form of an integer.
  static func integer(_ value: UInt64) -> ACPITerm {
    var result = SystemTableBytes()
    switch value {
    case 0, 1: result.append(UInt8(value))  // ZeroOp, OneOp.
    case ...0xFF:
      result.append(UInt8(0x0A))
      result.append(UInt8(value))
    case ...0xFFFF:
      result.append(UInt8(0x0B))
      result.append(UInt16(value))
    case ...0xFFFF_FFFF:
      result.append(UInt8(0x0C))
      result.append(UInt32(value))
    default:
      result.append(UInt8(0x0E))
      result.append(value)
    }
    return ACPITerm(result.bytes)
  }

  /// ASCII text.
  static func string(_ text: String) -> ACPITerm { ACPITerm([0x0D] + Array(text.utf8) + [0]) }

  /// A Plug and Play id such as "PNP0501": three letters of 5 bits and four hexadecimal digits, in an
  /// integer whose bytes stand in big-endian order (section 19.3.4, EISAID).
  static func plugAndPlay(_ id: String) -> ACPITerm {
    let text = Array(id.utf8)
    guard text.count == 7, let product = UInt16(id.suffix(4), radix: 16) else {
      preconditionFailure("\(id) is no Plug and Play id")
    }
    let letters = text.prefix(3).reduce(UInt16(0)) { $0 << 5 | UInt16($1 & 0x1F) }
    return ACPITerm([
      0x0C, UInt8(letters >> 8), UInt8(letters & 0xFF), UInt8(product >> 8), UInt8(product & 0xFF),
    ])
  }

  /// A buffer of exactly `content`.
  static func buffer(_ content: [UInt8]) -> ACPITerm {
    let body = integer(UInt64(content.count)).bytes + content
    return ACPITerm([0x11] + packageLength(of: body.count) + body)
  }

  /// A package of at most 255 elements.
  static func package(_ elements: [ACPITerm]) -> ACPITerm {
    let body = [UInt8(elements.count)] + elements.flatMap(\.bytes)
    return ACPITerm([0x12] + packageLength(of: body.count) + body)
  }

  // MARK: Objects (section 20.2.5)

  /// Name (path, value).
  static func name(_ path: String, _ value: ACPITerm) -> ACPITerm {
    ACPITerm([0x08] + nameString(path) + value.bytes)
  }

  /// Scope (path) { terms }.
  static func scope(_ path: String, _ terms: [ACPITerm]) -> ACPITerm {
    let body = nameString(path) + terms.flatMap(\.bytes)
    return ACPITerm([0x10] + packageLength(of: body.count) + body)
  }

  /// Device (path) { terms }.
  static func device(_ path: String, _ terms: [ACPITerm]) -> ACPITerm {
    let body = nameString(path) + terms.flatMap(\.bytes)
    return ACPITerm([0x5B, 0x82] + packageLength(of: body.count) + body)
  }

  // MARK: Parts

  /// PkgLength for `count` bytes of content (section 20.2.4): the length counts its own bytes, one if
  /// the whole is below 64, else two to four with four bits in the first and eight in each further.
  static func packageLength(of count: Int) -> [UInt8] {
    if count + 1 < 1 << 6 { return [UInt8(count + 1)] }
    for more in 1...3 where count + 1 + more < 1 << (4 + 8 * more) {
      let length = count + 1 + more
      let first = UInt8(more << 6 | length & 0xF)
      return [first] + (0..<more).map { UInt8(truncatingIfNeeded: length >> (4 + 8 * $0)) }
    }
    preconditionFailure("a package of \(count) bytes has no length")
  }

  /// A path of segments of up to four characters with dots between them, after a "\" from the root
  /// (section 20.2.2). Short segments are filled up with "_".
  static func nameString(_ path: String) -> [UInt8] {
    let isAbsolute = path.hasPrefix("\\")
    let segments = path.drop { $0 == "\\" }.split(separator: ".").map { segment in
      let text = Array(segment.utf8)
      precondition((1...4).contains(text.count), "\(path) is no path")
      return text + [UInt8](repeating: 0x5F, count: 4 - text.count)
    }
    let prefix: [UInt8] =
      switch segments.count {
      case 0: [0]
      case 1: []
      case 2: [0x2E]
      default: [0x2F, UInt8(segments.count)]
      }
    return (isAbsolute ? [0x5C] : []) + prefix + segments.flatMap(\.self)
  }
}
