import Emulation
import KVM

/// The guest's memory as a page walk in software reads and marks it.
struct PagingMemory: GuestPhysicalMemory {
  let memory: GuestMemory

  mutating func readEntry(_ address: UInt64, size: Int) -> UInt64? {
    memory.loadEntry(at: address, size: size)
  }

  mutating func exchangeEntry(
    _ address: UInt64, size: Int, expected: UInt64, desired: UInt64
  ) -> Bool {
    memory.exchangeEntry(at: address, size: size, expected: expected, desired: desired)
  }
}
