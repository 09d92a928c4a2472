import Boot
import Testing

/// Where the firmware tables lie and how they are found, for every interesting number of vcpus.
@Suite struct SystemTablesTests {
  static let counts = [1, 2, 4, 16, 254, 255, 256, 257, 1024]

  @Test("all lies below 1 MiB, in order, nothing over anything", arguments: counts)
  func layout(vcpus: Int) throws {
    for hasX2APIC in [false, true] {
      let tables = SystemTables(
        configuration: SystemTablesConfiguration(vcpus: vcpus, hasX2APIC: hasX2APIC))
      var end: UInt64 = 0
      for segment in tables.segments {
        #expect(segment.address >= end)
        end = segment.address + UInt64(segment.bytes.count)
        // Words of the BIOS data area may be overwritten by a guest; the rest is told to be reserved.
        let isReserved = tables.reserved.contains {
          $0.contains(segment.address) && $0.contains(end - 1)
        }
        #expect(isReserved == (segment.address >= 0x500))
      }
      #expect(end <= 0x10_0000)
      #expect(tables.segments.contains { $0.address == tables.rsdpAddress })
      #expect(tables.reserved == [0x9_FC00...0x9_FFFF, 0xE_0000...0xF_FFFF])
    }
  }

  @Test("the BIOS data area tells where base memory ends")
  func dataArea() throws {
    let tables = SystemTables(configuration: SystemTablesConfiguration(vcpus: 1))
    let image = SystemTablesImage(tables)
    #expect(try image.integer(0x40E, 2) == 0x9FC0)
    #expect(try image.integer(0x413, 2) == 639)
    // The extended area's own first byte: its size in KiB.
    #expect(try image.integer(0x9_FC00, 1) == 1)
  }

  @Test("the root pointer is found once, and both its checksums hold", arguments: counts)
  func rootPointer(vcpus: Int) throws {
    // ACPI section 5.2.5.
    let tables = SystemTables(configuration: SystemTablesConfiguration(vcpus: vcpus))
    let image = SystemTablesImage(tables)
    let found = try image.scan("RSD PTR ", 0xE_0000..<0x10_0000)
    #expect(found == [Int(tables.rsdpAddress)])
    let root = try #require(found.first)
    #expect(try image.sum(root, 20) == 0)
    #expect(try image.sum(root, 36) == 0)
    #expect(try image.integer(root + 15, 1) == 2)
    #expect(try image.integer(root + 20, 4) == 36)
  }

  @Test("RSDT and XSDT list the same tables", arguments: counts)
  func lists(vcpus: Int) throws {
    let tables = SystemTables(configuration: SystemTablesConfiguration(vcpus: vcpus))
    let image = SystemTablesImage(tables)
    let root = Int(tables.rsdpAddress)
    let short = try image.table(try image.integer(root + 16, 4), "RSDT")
    let long = try image.table(try image.integer(root + 24, 8), "XSDT")
    let listed = try stride(from: short.lowerBound, to: short.upperBound, by: 4).map {
      try image.integer($0, 4)
    }
    #expect(
      try stride(from: long.lowerBound, to: long.upperBound, by: 8).map {
        try image.integer($0, 8)
      } == listed)
    #expect(try listed.map { try image.text($0, 4) } == ["FACP", "APIC"])
    for (signature, address) in try image.walk() where signature != "FACS" {
      // Lengths and checksums.
      _ = try image.table(address, signature)
    }
  }

  @Test("the tables are a function of their configuration")
  func deterministic() {
    let configuration = SystemTablesConfiguration(vcpus: 37)
    #expect(
      SystemTables(configuration: configuration).segments
        == SystemTables(configuration: configuration).segments)
  }

  @Test("no vcpus, or more than the tables can hold, is a mistake of the caller")
  func bounds() async {
    await #expect(processExitsWith: .failure) {
      _ = SystemTables(configuration: SystemTablesConfiguration(vcpus: 0))
    }
    await #expect(processExitsWith: .failure) {
      _ = SystemTables(configuration: SystemTablesConfiguration(vcpus: 1025))
    }
  }
}
