import Boot
import Testing

/// MADT (ACPI section 5.2.12).
@Suite struct ACPIInterruptTableTests {
  private func image(_ vcpus: Int, hasX2APIC: Bool = true) -> SystemTablesImage {
    SystemTablesImage(
      SystemTables(configuration: SystemTablesConfiguration(vcpus: vcpus, hasX2APIC: hasX2APIC)))
  }

  @Test(
    "every vcpu is there once, its id in the structure it fits", arguments: SystemTablesTests.counts
  )
  func processors(vcpus: Int) throws {
    let image = image(vcpus)
    var ids: [Int] = []
    for (type, address) in try image.interruptStructures() {
      switch type {
      case 0:
        ids.append(try image.integer(address + 3, 1))
        #expect(try image.integer(address + 1, 1) == 8)
        #expect(try image.integer(address + 2, 1) == ids.last)
        #expect(try image.integer(address + 4, 4) == 1)
        #expect(ids.count <= 255)
      case 9:
        ids.append(try image.integer(address + 4, 4))
        #expect(try image.integer(address + 1, 1) == 16)
        #expect(try image.integer(address + 12, 4) == ids.last)
        #expect(try image.integer(address + 8, 4) == 1)
        #expect(ids.count > 255)
      default: break
      }
    }
    #expect(ids == Array(0..<vcpus))
  }

  @Test("without x2APIC, only what 8 bits can address", arguments: [254, 255, 256, 1024])
  func withoutX2APIC(vcpus: Int) throws {
    let types = try image(vcpus, hasX2APIC: false).interruptStructures().map(\.type)
    #expect(types.filter { $0 == 0 }.count == min(255, vcpus))
    #expect(!types.contains(9) && !types.contains(0xA))
  }

  @Test("the local APIC's address, and that there is an 8259 pair")
  func header() throws {
    let image = image(1)
    let madt = try #require(try image.walk()["APIC"])
    #expect(try image.integer(madt + 36, 4) == 0xFEE0_0000)
    #expect(try image.integer(madt + 40, 4) == 1)
  }

  @Test("one I/O APIC whose first interrupt is 0")
  func ioAPIC() throws {
    let image = image(1)
    let structures = try image.interruptStructures().filter { $0.type == 1 }
    #expect(structures.count == 1)
    let address = try #require(structures.first).address
    #expect(try image.bytes(address, 12) == [1, 12, 0, 0, 0, 0, 0xC0, 0xFE, 0, 0, 0, 0])
  }

  @Test("the timer comes in at pin 2, the SCI is level triggered and active high")
  func overrides() throws {
    let image = image(1)
    let found = try image.interruptStructures().filter { $0.type == 2 }
      .map { try image.bytes($0.address, 10) }
    #expect(
      found == [[2, 10, 0, 0, 2, 0, 0, 0, 0b0101, 0], [2, 10, 0, 9, 9, 0, 0, 0, 0b1101, 0]])
  }

  @Test(
    "NMI comes in at LINT1 of all, in both forms where both kinds are",
    arguments: [1, 255, 256, 1024])
  func nonMaskable(vcpus: Int) throws {
    let image = image(vcpus)
    let structures = try image.interruptStructures()
    let short = try structures.filter { $0.type == 4 }.map { try image.bytes($0.address, 6) }
    #expect(short == [[4, 6, 0xFF, 0, 0, 1]])
    let long = try structures.filter { $0.type == 0xA }.map { try image.bytes($0.address, 12) }
    #expect(long == (vcpus > 255 ? [[0xA, 12, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0]] : []))
  }
}
