import Boot
import Testing

/// FADT and FACS (ACPI sections 5.2.9 and 5.2.10), field by field where an operating system looks.
@Suite struct ACPIFixedTableTests {
  private let image = SystemTablesImage(
    SystemTables(configuration: SystemTablesConfiguration(vcpus: 4)))

  private func field(_ offset: Int, _ size: Int) throws -> Int {
    try image.integer(try #require(try image.walk()["FACP"]) + offset, size)
  }

  @Test("revision 6 with its 276 bytes")
  func header() throws {
    #expect(try field(4, 4) == 276)
    #expect(try field(8, 1) == 6)
  }

  @Test("the fixed hardware's ports, short and long alike")
  func ports() throws {
    #expect(try field(46, 2) == 9)
    #expect(try field(48, 4) == 0xB2)
    #expect(try field(52, 1) == Int(ACPIFixedHardware.acpiEnable))
    #expect(try field(53, 1) == Int(ACPIFixedHardware.acpiDisable))
    // Offset of the port, of its length, of the address structure; port, length.
    let blocks = [
      (56, 88, 148, 0x600, 4), (64, 89, 172, 0x604, 2), (76, 91, 208, 0x608, 4),
    ]
    for (short, length, long, port, bytes) in blocks {
      #expect(try field(short, 4) == port)
      #expect(try field(length, 1) == bytes)
      #expect(try field(long, 1) == 1, "a port, not memory")
      #expect(try field(long + 1, 1) == bytes * 8)
      #expect(try field(long + 2, 1) == 0)
      #expect(try field(long + 4, 8) == port)
    }
    // PM1b (event, control), PM2 and the general-purpose events are not there.
    for offset in [60, 68, 72, 80, 84] { #expect(try field(offset, 4) == 0) }
    for offset in [90, 92, 93] { #expect(try field(offset, 1) == 0) }
    for offset in [160, 184, 196, 220, 232, 244, 256] {
      #expect(try field(offset, 4) == 0)
      #expect(try field(offset + 4, 8) == 0)
    }
  }

  @Test("flags: reset register, power button, 32-bit timer, no reduced hardware")
  func flags() throws {
    let flags = try field(112, 4)
    for bit in [0, 2, 5, 6, 8, 10] { #expect(flags >> bit & 1 == 1, "bit \(bit)") }
    for bit in [4, 12, 18, 19, 20] { #expect(flags >> bit & 1 == 0, "bit \(bit)") }
    #expect(try field(109, 2) == 0b111)
    #expect(try field(108, 1) == 0x32)
    #expect(try field(96, 2) > 100 && field(98, 2) > 1000, "no C2, no C3")
    #expect(try field(116, 4) == 0x0100_0801)
    #expect(try field(120, 8) == 0xCF9)
    #expect(try field(128, 1) == 6)
  }

  @Test("FACS is aligned, and named by its 32-bit field alone")
  func controlStructure() throws {
    let facs = try field(36, 4)
    #expect(facs % 64 == 0)
    #expect(try field(132, 8) == 0)
    #expect(try image.text(facs, 4) == "FACS")
    #expect(try image.integer(facs + 4, 4) == 64)
    #expect(try image.integer(facs + 32, 1) == 2)
    #expect(try field(40, 4) == field(140, 8), "DSDT")
  }
}
