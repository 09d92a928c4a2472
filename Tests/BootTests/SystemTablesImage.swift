import Boot
import Testing

/// The first MiB of guest memory with the firmware tables in it, to be read as a guest reads it.
struct SystemTablesImage {
  private var memory = [UInt8](repeating: 0, count: 1 << 20)

  init(_ tables: SystemTables) {
    for segment in tables.segments {
      let start = Int(segment.address)
      memory.replaceSubrange(start..<(start + segment.bytes.count), with: segment.bytes)
    }
  }

  /// The little-endian integer of `size` bytes at `address`.
  func integer(_ address: Int, _ size: Int) throws -> Int {
    let bytes = try self.bytes(address, size)
    return bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  func bytes(_ address: Int, _ count: Int) throws -> ArraySlice<UInt8> {
    try #require(address >= 0 && count >= 0 && address + count <= memory.count)
    return memory[address..<(address + count)]
  }

  func text(_ address: Int, _ count: Int) throws -> String {
    String(decoding: try bytes(address, count), as: UTF8.self)
  }

  /// The sum of bytes modulo 256, 0 for what has a right checksum.
  func sum(_ address: Int, _ count: Int) throws -> UInt8 {
    try bytes(address, count).reduce(0, &+)
  }

  /// Where `signature` stands in `range` at multiples of 16.
  func scan(_ signature: String, _ range: Range<Int>) throws -> [Int] {
    try stride(from: range.lowerBound, to: range.upperBound - 16, by: 16).filter {
      try text($0, signature.utf8.count) == signature
    }
  }

  /// The body of the system description table at `address` after its header, which is checked.
  func table(_ address: Int, _ signature: String) throws -> Range<Int> {
    #expect(try text(address, 4) == signature)
    let length = try integer(address + 4, 4)
    try #require(length >= 36)
    #expect(try sum(address, length) == 0, "\(signature)")
    #expect(try text(address + 10, 6) == "TRYST ")
    return (address + 36)..<(address + length)
  }

  /// Follows the root pointer by XSDT: the addresses of the tables, by signature, with FACS and DSDT.
  func walk() throws -> [String: Int] {
    let root = try #require(try scan("RSD PTR ", 0xE_0000..<0x10_0000).first)
    let list = try table(try integer(root + 24, 8), "XSDT")
    var found: [String: Int] = [:]
    for entry in stride(from: list.lowerBound, to: list.upperBound, by: 8) {
      let address = try integer(entry, 8)
      found[try text(address, 4)] = address
    }
    let fixed = try #require(found["FACP"])
    found["FACS"] = try integer(fixed + 36, 4)
    found["DSDT"] = try integer(fixed + 140, 8)
    return found
  }

  /// The structures of MADT: their types and where they start.
  func interruptStructures() throws -> [(type: Int, address: Int)] {
    let body = try table(try #require(try walk()["APIC"]), "APIC")
    var result: [(type: Int, address: Int)] = []
    var address = body.lowerBound + 8
    while address < body.upperBound {
      let length = try integer(address + 1, 1)
      try #require(length >= 2)
      result.append((try integer(address, 1), address))
      address += length
    }
    #expect(address == body.upperBound)
    return result
  }

  /// Where the MP configuration table is, by the pointer in the extended BIOS data area.
  func multiprocessorTable() throws -> Int {
    let area = try integer(0x40E, 2) << 4
    let pointer = try #require(try scan("_MP_", area..<(area + 1024)).first)
    #expect(try sum(pointer, 16) == 0)
    #expect(try bytes(pointer + 8, 2) == [1, 4])
    #expect(try bytes(pointer + 11, 5).allSatisfy { $0 == 0 })
    return try integer(pointer + 4, 4)
  }

  /// The entries of the MP configuration table: their types and where they start.
  func multiprocessorEntries() throws -> [(type: Int, address: Int)] {
    let table = try multiprocessorTable()
    var result: [(type: Int, address: Int)] = []
    var address = table + 44
    for _ in 0..<(try integer(table + 34, 2)) {
      let type = try integer(address, 1)
      result.append((type, address))
      address += type == 0 ? 20 : 8
    }
    #expect(address == table + (try integer(table + 4, 2)))
    return result
  }
}
