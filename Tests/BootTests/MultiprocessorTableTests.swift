import Boot
import Testing

/// The MP table (MultiProcessor Specification 1.4, chapter 4).
@Suite struct MultiprocessorTableTests {
  private func image(_ configuration: SystemTablesConfiguration) -> SystemTablesImage {
    SystemTablesImage(SystemTables(configuration: configuration))
  }

  @Test(
    "the header: lengths, checksum, the local APIC's address (4.2)",
    arguments: SystemTablesTests.counts)
  func header(vcpus: Int) throws {
    let image = image(SystemTablesConfiguration(vcpus: vcpus))
    let table = try image.multiprocessorTable()
    #expect(try image.text(table, 4) == "PCMP")
    #expect(try image.sum(table, try image.integer(table + 4, 2)) == 0)
    #expect(try image.integer(table + 6, 1) == 4)
    #expect(try image.text(table + 8, 20) == "TRYST   TRYST VM    ")
    #expect(try image.integer(table + 28, 4) == 0)
    #expect(try image.integer(table + 36, 4) == 0xFEE0_0000)
    #expect(try image.integer(table + 40, 4) == 0)
    // In the order of their types.
    let types = try image.multiprocessorEntries().map(\.type)
    #expect(types == types.sorted())
  }

  @Test("the floating pointer is there once, in the last KiB of base memory (4.1)")
  func pointer() throws {
    let image = image(SystemTablesConfiguration(vcpus: 2))
    #expect(try image.scan("_MP_", 0..<0x10_0000) == [0x9_FC10])
  }

  @Test(
    "vcpus up to the format's 255, the first of them starts (4.3.1)",
    arguments: SystemTablesTests.counts)
  func processors(vcpus: Int) throws {
    let image = image(
      SystemTablesConfiguration(
        vcpus: vcpus, processorSignature: 0x0008_06F2, processorFeatures: 0x0FAB_FBFF))
    let found = try image.multiprocessorEntries().filter { $0.type == 0 }.map(\.address)
    #expect(try found.map { try image.integer($0 + 1, 1) } == Array(0..<min(255, vcpus)))
    #expect(
      try found.map { try image.integer($0 + 3, 1) }
        == [3] + Array(repeating: 1, count: found.count - 1))
    for address in found {
      #expect(try image.integer(address + 2, 1) == 0x14)
      #expect(try image.integer(address + 4, 4) == 0x0008_06F2)
      #expect(try image.integer(address + 8, 4) == 0x0FAB_FBFF)
      #expect(try image.integer(address + 12, 8) == 0)
    }
  }

  @Test("one ISA bus, one I/O APIC (4.3.2, 4.3.3)")
  func buses() throws {
    let image = image(SystemTablesConfiguration(vcpus: 2))
    let entries = try image.multiprocessorEntries()
    let buses = try entries.filter { $0.type == 1 }.map { try image.text($0.address + 2, 6) }
    #expect(buses == ["ISA   "])
    let chips = try entries.filter { $0.type == 2 }.map { try image.bytes($0.address, 8) }
    #expect(chips == [[2, 0, 0x20, 1, 0, 0, 0xC0, 0xFE]])
  }

  @Test("interrupts say what MADT says: the timer at pin 2, the SCI's level, else identity (4.3.4)")
  func interrupts() throws {
    let image = image(SystemTablesConfiguration(vcpus: 2))
    // From MADT: what differs from the bus's way.
    var expected: [[Int]] = (0..<16).filter { $0 != 2 }.map { [$0, $0, 0] }
    for (type, address) in try image.interruptStructures() where type == 2 {
      let irq = try image.integer(address + 3, 1)
      let index = try #require(expected.firstIndex { $0[0] == irq })
      expected[index] = [irq, try image.integer(address + 4, 4), try image.integer(address + 8, 2)]
    }
    let found = try image.multiprocessorEntries().filter { $0.type == 3 }.map { entry in
      let address = entry.address
      #expect(try image.integer(address + 1, 1) == 0, "type INT")
      #expect(try image.integer(address + 4, 1) == 0, "the ISA bus")
      #expect(try image.integer(address + 6, 1) == 0, "the I/O APIC")
      return [
        try image.integer(address + 5, 1), try image.integer(address + 7, 1),
        try image.integer(address + 2, 2),
      ]
    }
    #expect(found == expected)
    #expect(found.contains([0, 2, 0b0101]) && found.contains([9, 9, 0b1101]))
    #expect(Set(found.map { $0[1] }).count == found.count, "a pin has one source")
  }

  @Test("the 8259 pair at LINT0 of the first, NMI at LINT1 of all (4.3.5)")
  func localInterrupts() throws {
    let image = image(SystemTablesConfiguration(vcpus: 2))
    let found = try image.multiprocessorEntries().filter { $0.type == 4 }
      .map { try image.bytes($0.address, 8) }
    #expect(found == [[4, 3, 0, 0, 0, 0, 0, 0], [4, 1, 0, 0, 0, 0, 0xFF, 1]])
  }
}
