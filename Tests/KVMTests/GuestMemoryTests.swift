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

  private func failure(_ size: Int) -> KVMError? {
    do throws(KVMError) {
      _ = try GuestMemory(size: size)
      return nil
    } catch { return error }
  }
}
