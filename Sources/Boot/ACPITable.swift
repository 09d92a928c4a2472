/// A system description table: the 36-byte header (ACPI section 5.2.6), then what it carries.
struct ACPITable: Sendable {
  static let headerLength = 36

  private var content = SystemTableBytes()

  /// - Parameter signature: four ASCII characters.
  init(signature: String, revision: UInt8) {
    content.append(text: signature, width: 4)
    content.append(UInt32(0))  // Length, known at the end.
    content.append(revision)
    content.append(UInt8(0))  // Checksum, likewise.
    content.append(text: Self.oemID, width: 6)
    content.append(text: "TRYSTVM", width: 8)
    content.append(UInt32(1))  // OEM revision.
    content.append(text: "TRYS", width: 4)  // Who made the table: no vendor of compilers.
    content.append(UInt32(1))
  }

  /// The OEM id of every table and of the root pointer.
  static let oemID = "TRYST"

  mutating func append(_ value: some FixedWidthInteger & UnsignedInteger) { content.append(value) }

  mutating func append(bytes: [UInt8]) { content.append(bytes: bytes) }

  /// The table with its length and checksum.
  var bytes: [UInt8] {
    var result = content
    result.set(UInt32(content.bytes.count), at: 4)
    result.setChecksum(at: 9)
    return result.bytes
  }
}
