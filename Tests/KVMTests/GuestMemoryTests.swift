import Glibc
import Testing

@testable import KVM

/// Memory whose addresses come from a hostile guest.
@Suite struct GuestMemoryTests {
  private let hostile: [UInt64] = [
    .max, .max - 1, .max - 7, 1 << 63, 1 << 63 - 1, 0xffff_ffff, 1 << 32, 8192, 8193, 1 << 40,
  ]

  @Test("no address and no count makes an access trap or write outside")
  func bounds() throws {
    let memory = try GuestMemory(size: 8192)
    #expect(memory.size == 8192)
    for address in hostile {
      #expect(!memory.contains(address, count: 1))
      #expect(!memory.contains(address, count: .max))
      #expect(!memory.contains(address, count: -1))
      #expect(!memory.write([1, 2, 3], at: address))
      #expect(memory.read(at: address, count: 16).isEmpty)
      #expect(memory.read(at: address, count: .max).isEmpty)
      #expect(memory.atomicLoad64(at: address) == 0)
      memory.atomicStore32(1, at: address)
    }
    #expect(memory.read(at: 0, count: 9000) == [UInt8](repeating: 0, count: 8192))
    #expect(memory.read(at: 0, count: -1).isEmpty)
    #expect(memory.read(at: 0, count: .min).isEmpty)
    #expect(memory.read(at: 8190, count: .max) == [0, 0])
  }

  @Test("the last bytes are inside, one more is not")
  func edges() throws {
    let memory = try GuestMemory(size: 8192)
    #expect(memory.contains(8192, count: 0))
    #expect(!memory.contains(8193, count: 0))
    #expect(memory.contains(0, count: 8192))
    #expect(!memory.contains(1, count: 8192))
    #expect(memory.write([1, 2], at: 8190))
    #expect(!memory.write([9, 9, 9], at: 8190))
    #expect(memory.read(at: 8188, count: 4) == [0, 0, 1, 2])
    #expect(memory.write([], at: 8192))
    #expect(memory.atomicLoad64(at: 8184) == 0x0201_0000_0000_0000)
    for odd in UInt64(8185)...8192 { #expect(memory.atomicLoad64(at: odd) == 0) }
    memory.atomicStore32(0xaabb_ccdd, at: 8188)
    #expect(memory.read(at: 8188, count: 4) == [0xdd, 0xcc, 0xbb, 0xaa])
    for odd in UInt64(8189)...8192 { memory.atomicStore32(1, at: odd) }
    #expect(memory.read(at: 8188, count: 4) == [0xdd, 0xcc, 0xbb, 0xaa])
  }

  @Test("sizes are whole pages; what cannot be mapped is an error")
  func sizes() throws {
    #expect(try GuestMemory(size: 1).size == 4096)
    #expect(try GuestMemory(size: 4097).size == 8192)
    for size in [0, -1, -4096, 1 << 62] {
      let error = failure(size)
      guard case .map("guest memory", _, _) = error else {
        Issue.record("size \(size): \(String(describing: error))")
        continue
      }
    }
  }

  @Test("3 GiB below the hole, the rest from 4 GiB on, nothing between")
  func hole() throws {
    let memory = try GuestMemory(size: 5 << 30)
    let (start, end) = (GuestMemory.holeStart, GuestMemory.holeEnd)
    #expect(memory.size == 5 << 30)
    #expect(memory.lowSize == 3 << 30)
    #expect(memory.regions.map(\.guest) == [0, end])
    #expect(memory.regions.map(\.bytes) == [3 << 30, 2 << 30])
    // What the guest sees apart is one mapping of ours.
    #expect(memory.regions[1].address == memory.regions[0].address + 3 << 30)
    for (address, count, isRAM) in [
      (start - 8, 8, true), (start - 8, 9, false), (start, 1, false), (end - 1, 1, false),
      (end - 1, 2, false), (end, 1, true), (end, 2 << 30, true), (end, 2 << 30 + 1, false),
      (end + 2 << 30 - 1, 1, true), (end + 2 << 30, 1, false), (0, 3 << 30, true),
      (0, 3 << 30 + 1, false), (0, 5 << 30, false),
    ] { #expect(memory.contains(address, count: count) == isRAM, "\(address) \(count)") }
    #expect(memory.write([1, 2], at: start - 2))
    #expect(!memory.write([9, 9, 9], at: start - 2))
    #expect(!memory.write([9, 9], at: end - 1))
    #expect(memory.write([3, 4], at: end))
    // A read stops at the hole and does not go on behind it.
    #expect(memory.read(at: start - 2, count: 4) == [1, 2])
    #expect(memory.read(at: start, count: 4).isEmpty)
    #expect(memory.read(at: end, count: 2) == [3, 4])
    memory.atomicStore32(7, at: start)
    #expect(memory.atomicLoad64(at: start) == 0)
    #expect(memory.loadEntry(at: start - 4, size: 8) == nil)
    #expect(memory.loadEntry(at: end, size: 4) == 0x0403)
    #expect(memory.exchangeEntry(at: end, size: 4, expected: 0x0403, desired: 5))
    #expect(!memory.exchangeEntry(at: end, size: 4, expected: 0x0403, desired: 6))
    #expect(memory.compareExchange(at: start, expected: (0, 0), desired: (1, 1)) == nil)
    #expect(memory.compareExchange(at: end, expected: (5, 0), desired: (6, 7))?.low == 5)
    #expect(memory.atomicLoad64(at: end + 8) == 7)
  }

  @Test("cleared memory is zero on both sides of the hole, and can be written again")
  func clear() throws {
    for size in [8192, 3 << 30 + 8192] {
      let memory = try GuestMemory(size: size)
      let places =
        size > 8192 ? [0, GuestMemory.holeStart - 1, GuestMemory.holeEnd + 8191] : [0, 8191]
      for place in places { #expect(memory.write([0x5a], at: place)) }
      memory.clear()
      for place in places { #expect(memory.read(at: place, count: 1) == [0]) }
      for place in places { #expect(memory.write([0xa5], at: place)) }
      for place in places { #expect(memory.read(at: place, count: 1) == [0xa5]) }
    }
  }

  private func failure(_ size: Int) -> KVMError? {
    do throws(KVMError) {
      _ = try GuestMemory(size: size)
      return nil
    } catch { return error }
  }
}
