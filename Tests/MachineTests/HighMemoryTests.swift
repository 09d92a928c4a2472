import Guests
import Telemetry
import Testing

@testable import Machine

extension RealGuestTests {
  /// Memory on both sides of the hole at 3 GiB.
  @Suite struct HighMemoryTests {
    @Test("a guest of 5 GiB has 3 below the hole and 2 from 4 GiB on")
    func fiveGibibytes() throws {
      var kernel = KernelImage(KERNEL_HIGH_MEMORY)
      kernel.memoryMebibytes = 5 << 10
      try run(kernel) { guest in
        #expect(guest.kernelValues(2..<7) == [0, 0x1122_3344_5566_7788, 0x5a, 0xa5, .max])
        let memory = guest.machine.platform.memory
        #expect(memory.atomicLoad64(at: 0x1_0010_0000) == 0x1122_3344_5566_7788)
        #expect(memory.atomicLoad64(at: 0x1_7fff_fff8) == 0x5a)
        #expect(memory.atomicLoad64(at: 0xbfff_fff8) == 0xa5)
      }
    }
  }

  /// Non-maskable interrupts that come faster than they are taken.
  @Suite struct PendingNMITests {
    @Test("a processor holds two NMIs, the third merges", arguments: [(1, 1), (2, 2), (3, 2)])
    func held(sent: Int, taken: UInt64) throws {
      try withGuest(Guest.configuration(PROGRAM_SPIN)) { guest in
        #expect(guest.until(seconds: 60) { _ in guest.progress() > 0 })
        guest.machine.perform(.stopGuest)
        #expect(guest.until(seconds: 60) { $0.vcpus[0].state == .stopped })
        for _ in 0..<sent { guest.inject(.nmi(targets: [0])) }
        guest.machine.perform(.continueGuest)
        #expect(guest.until(seconds: 60) { _ in guest.count(2) == taken })
        // Nothing comes after them: an interrupt that was sent later is there.
        let before = guest.progress()
        guest.inject(.fixed(vector: 0x40, targets: [0]))
        #expect(guest.until(seconds: 60) { _ in guest.count(0x40) == 1 })
        #expect(guest.until(seconds: 60) { _ in guest.progress() > before })
        #expect(guest.count(2) == taken)
        #expect(guest.last.vcpus[0].nmisInjected == taken)
      }
    }
  }
}
