/// The way in: the root pointer, and the tables that list tables.
enum ACPIRoot {
  /// RSDP of ACPI 2.0 and later (section 5.2.5.3): its first 20 bytes are ACPI 1.0's, with a checksum
  /// of their own.
  static func pointer(rsdt: UInt64, xsdt: UInt64) -> [UInt8] {
    var bytes = SystemTableBytes()
    bytes.append(text: "RSD PTR ", width: 8)
    bytes.append(UInt8(0))  // Checksum of the first 20 bytes.
    bytes.append(text: ACPITable.oemID, width: 6)
    bytes.append(UInt8(2))  // Revision.
    bytes.append(UInt32(rsdt))
    bytes.append(UInt32(36))  // Length.
    bytes.append(xsdt)
    bytes.append(UInt32(0))  // Checksum of all, and three reserved bytes.
    bytes.setChecksum(at: 8, count: 20)
    bytes.setChecksum(at: 32)
    return bytes.bytes
  }

  /// RSDT (section 5.2.7): what a reader of ACPI 1.0 follows.
  static func table32(of addresses: [UInt64]) -> [UInt8] {
    var table = ACPITable(signature: "RSDT", revision: 1)
    for address in addresses { table.append(UInt32(address)) }
    return table.bytes
  }

  /// XSDT (section 5.2.8): the same list with 64-bit addresses.
  static func table64(of addresses: [UInt64]) -> [UInt8] {
    var table = ACPITable(signature: "XSDT", revision: 1)
    for address in addresses { table.append(address) }
    return table.bytes
  }
}
