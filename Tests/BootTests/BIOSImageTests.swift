import Testing

@testable import Boot

@Suite("BIOS image") struct BIOSImageTests {
  private func bytes(at address: UInt64, _ count: Int) -> [UInt8] {
    let segment = BIOSImage.segments.first {
      $0.address <= address && address + UInt64(count) <= $0.address + UInt64($0.bytes.count)
    }
    return segment.map { Array($0.bytes.dropFirst(Int(address - $0.address)).prefix(count)) } ?? []
  }

  /// Where the interrupt table sends `vector`.
  private func handler(_ vector: Int) -> UInt64 {
    let entry = bytes(at: UInt64(vector * 4), 4).map(UInt64.init)
    return (entry[2] | entry[3] << 8) << 4 + (entry[0] | entry[1] << 8)
  }

  @Test("a served vector's stub asks by the port, at a place that tells the vector")
  func stubs() {
    for vector in BIOSImage.served {
      let place = handler(vector)
      #expect(bytes(at: place, 3) == [0xE6, BIOSImage.port, 0xCF])
      #expect(BIOSImage.vector(callReturningTo: place + 2) == vector)
      // Where it waits: sti, hlt, and back to the OUT.
      #expect(bytes(at: place + 2 + BIOSImage.waitOffset, 4) == [0xFB, 0xF4, 0xEB, 0xF9])
    }
  }

  @Test("code elsewhere asks for nothing")
  func strangers() {
    let first = handler(0)
    for next in [0, 2, first, first + 1, first + 3, first + 2 + 8 * 11, first - 6, 0xF_FFF1, .max] {
      #expect(BIOSImage.vector(callReturningTo: next) == nil, "\(next)")
    }
    #expect(BIOSImage.vector(callReturningTo: 0xF_FFF2) == BIOSImage.restart)
  }

  @Test("every other vector returns, hardware's after an end of interrupt")
  func others() {
    for vector in 0..<256 where !BIOSImage.served.contains(vector) {
      let code = bytes(at: handler(vector), 1)
      switch vector {
      case 8: #expect(code == [0x1E])
      case 9...15, 0x70...0x77: #expect(code == [0x50], "\(vector)")
      default: #expect(code == [0xCF], "\(vector)")
      }
    }
    #expect(bytes(at: handler(0x70), 9) == [0x50, 0xB0, 0x20, 0xE6, 0xA0, 0xE6, 0x20, 0x58, 0xCF])
  }

  @Test("it leaves the firmware tables alone, and the areas that are searched for them")
  func place() {
    let tables = SystemTables(configuration: SystemTablesConfiguration(vcpus: 1024)).segments
    let all = (tables + BIOSImage.segments).sorted { $0.address < $1.address }
    for (one, next) in zip(all, all.dropFirst()) {
      #expect(one.address + UInt64(one.bytes.count) <= next.address)
    }
    #expect(all.last.map { $0.address + UInt64($0.bytes.count) } == 0x10_0000)
  }

  @Test("the data area")
  func dataArea() {
    #expect(bytes(at: 0x400, 2) == [0xF8, 0x03])
    #expect(bytes(at: 0x449, 3) == [3, 80, 0])
    #expect(bytes(at: 0x41A, 4) == [0x1E, 0, 0x1E, 0])
    #expect(bytes(at: 0xF_FFFE, 1) == [0xFC])
  }
}
