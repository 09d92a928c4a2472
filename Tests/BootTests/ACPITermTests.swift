import Testing

@testable import Boot

/// The encoding of AML (ACPI section 20.2).
@Suite struct ACPITermTests {
  @Test("PkgLength has the shortest of its four forms, and counts itself (20.2.4)")
  func packageLength() {
    let cases: [(Int, [UInt8])] = [
      (0, [1]), (62, [0x3F]), (63, [0x41, 0x04]), (64, [0x42, 0x04]),
      (4093, [0x4F, 0xFF]), (4094, [0x81, 0x00, 0x01]), (0xF_FFFC, [0x8F, 0xFF, 0xFF]),
      (0xF_FFFD, [0xC1, 0x00, 0x00, 0x01]), (0xFFF_FFFB, [0xCF, 0xFF, 0xFF, 0xFF]),
    ]
    for (content, bytes) in cases {
      #expect(ACPITerm.packageLength(of: content) == bytes, "\(content)")
    }
    for content in Array(0..<5000) + Array(0xF_FF00..<0x10_0100) {
      let bytes = ACPITerm.packageLength(of: content)
      var length = bytes.count == 1 ? Int(bytes[0]) : Int(bytes[0] & 0xF)
      #expect(Int(bytes[0] >> 6) == bytes.count - 1)
      if bytes.count > 1 { #expect(bytes[0] & 0x30 == 0) }
      for (index, byte) in bytes.dropFirst().enumerated() { length |= Int(byte) << (4 + 8 * index) }
      #expect(length == content + bytes.count)
    }
  }

  @Test("what no PkgLength can say is a mistake of the caller")
  func packageTooLong() async {
    await #expect(processExitsWith: .failure) { _ = ACPITerm.packageLength(of: 0xFFF_FFFC) }
  }

  @Test("integers take the shortest form (20.2.3)")
  func integers() {
    let cases: [(UInt64, [UInt8])] = [
      (0, [0]), (1, [1]), (2, [0x0A, 2]), (0xFF, [0x0A, 0xFF]), (0x100, [0x0B, 0, 1]),
      (0x1_0000, [0x0C, 0, 0, 1, 0]), (1 << 32, [0x0E, 0, 0, 0, 0, 1, 0, 0, 0]),
    ]
    for (value, bytes) in cases { #expect(ACPITerm.integer(value).bytes == bytes) }
  }

  @Test("Plug and Play ids are compressed (19.3.4)")
  func plugAndPlay() {
    #expect(ACPITerm.plugAndPlay("PNP0501").bytes == [0x0C, 0x41, 0xD0, 0x05, 0x01])
    #expect(ACPITerm.plugAndPlay("PNP0B00").bytes == [0x0C, 0x41, 0xD0, 0x0B, 0x00])
  }

  @Test("names: segments of four, prefixes for two and for more (20.2.2)")
  func names() {
    #expect(ACPITerm.nameString("_HID") == Array("_HID".utf8))
    #expect(ACPITerm.nameString("\\_S5") == Array("\\_S5_".utf8))
    #expect(ACPITerm.nameString("\\") == [0x5C, 0])
    #expect(ACPITerm.nameString("_SB.PIC") == [0x2E] + Array("_SB_PIC_".utf8))
    #expect(ACPITerm.nameString("\\A.B.C") == [0x5C, 0x2F, 3] + Array("A___B___C___".utf8))
  }

  @Test("objects: name, string, package, buffer, scope, device (20.2.5)")
  func objects() {
    let name = ACPITerm.name("_UID", .integer(3))
    #expect(name.bytes == [0x08] + Array("_UID".utf8) + [0x0A, 3])
    #expect(ACPITerm.string("AB").bytes == [0x0D, 0x41, 0x42, 0])
    #expect(ACPITerm.package([.integer(5), .integer(0)]).bytes == [0x12, 5, 2, 0x0A, 5, 0])
    #expect(ACPITerm.buffer([7, 8]).bytes == [0x11, 5, 0x0A, 2, 7, 8])
    #expect(
      ACPITerm.device("D", [name]).bytes == [0x5B, 0x82, 12] + Array("D___".utf8) + name.bytes)
    #expect(ACPITerm.scope("\\", [name]).bytes == [0x10, 10, 0x5C, 0] + name.bytes)
  }

  @Test("resources: a fixed port range, an ISA interrupt, the end (6.4.2)")
  func resources() {
    let template = ACPIResource.template([.ports(0x3F8, count: 8), .interrupt(4)])
    #expect(
      template
        == .buffer([0x47, 1, 0xF8, 3, 0xF8, 3, 1, 8, 0x22, 0x10, 0, 0x79, 0]))
  }
}
