import Boot
import Testing

@Suite("Memory map") struct MemoryMapTests {
  private func ram(_ address: UInt64, _ end: UInt64) -> MemoryRange {
    MemoryRange(address: address, length: end - address, type: .ram)
  }
  private func reserved(_ address: UInt64, _ end: UInt64) -> MemoryRange {
    MemoryRange(address: address, length: end - address, type: .reserved)
  }

  @Test("RAM fills 0 to 3 GiB, then goes on at 4 GiB")
  func split() {
    #expect(MemoryMap(bytes: 16 * mebibyte).lowBytes == 16 * mebibyte)
    #expect(MemoryMap(bytes: 3 * gibibyte).highBytes == 0)
    let large = MemoryMap(bytes: 3 * gibibyte + 4096)
    #expect(large.lowBytes == 3 * gibibyte && large.highBytes == 4096)
    #expect(large.end == 4 * gibibyte + 4096)
    #expect(MemoryMap(bytes: .max).end == 1 << 52)
    #expect(MemoryMap(bytes: 0).end == 0)
  }

  @Test("E820: conventional memory, the firmware's, and the rest")
  func map() {
    let hole = reserved(0x9_FC00, 0x10_0000)
    #expect(
      MemoryMap(bytes: 16 * mebibyte).e820() == [
        ram(0, 0x9_FC00), hole, ram(0x10_0000, 16 * mebibyte),
      ])
    #expect(
      MemoryMap(bytes: 5 * gibibyte).e820() == [
        ram(0, 0x9_FC00), hole, ram(0x10_0000, 3 * gibibyte), ram(4 * gibibyte, 6 * gibibyte),
      ])
    #expect(MemoryMap(bytes: 0).e820() == [hole])
    #expect(MemoryMap(bytes: 0xA_0000).e820() == [ram(0, 0x9_FC00), hole])
  }

  @Test("E820: what is reserved is cut out, once, and neighbours are one range")
  func reserving() {
    let map = MemoryMap(bytes: 16 * mebibyte)
    let high = reserved(15 * mebibyte, 16 * mebibyte)
    #expect(
      map.e820(reserving: [
        0xE_0000...0xF_FFFF, 0x9_FC00...0x9_FFFF, (15 * mebibyte)...(16 * mebibyte - 1),
      ]) == [
        ram(0, 0x9_FC00), reserved(0x9_FC00, 0x10_0000), ram(0x10_0000, 15 * mebibyte), high,
      ])
    // At the very start, across the end of RAM, and at the end of all addresses.
    #expect(
      map.e820(reserving: [0...0xFFF, (15 * mebibyte)...(20 * mebibyte - 1), .max - 15 ... .max])
        == [
          reserved(0, 0x1000), ram(0x1000, 0x9_FC00), reserved(0x9_FC00, 0x10_0000),
          ram(0x10_0000, 15 * mebibyte), reserved(15 * mebibyte, 20 * mebibyte),
          reserved(.max - 15, .max),
        ])
  }
}
