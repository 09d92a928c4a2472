import Guests
import Telemetry
import Testing

@testable import Machine

extension RealGuestTests {
  /// What the host's KVM does not do as a processor does, and what is made of it.
  @Suite struct RepairTests {
    @Test("INT3, INT n, FWAIT, POPCNT and CMPXCHG16B in ring 0, repaired where they must be")
    func repairs() throws {
      try run(KernelImage(KERNEL_REPAIRS)) { guest in
        #expect(guest.kernelCount(3) == 1)
        #expect(guest.kernelCount(0x80) == 1)
        #expect(guest.kernelValue(0) == 24)
        if guest.kernelValue(7) == 1 {
          #expect(guest.kernelValues(1..<7) == [1, 3, 4, 0, 3, 4])
          #expect(guest.kernelCount(6) == 0)
        } else {
          // CPUID does not offer CMPXCHG16B: then it raises #UD, both times.
          #expect(guest.kernelCount(6) == 2)
          #expect(guest.kernelValues(2..<4) == [1, 2])
        }
        #expect((guest.last.vcpus[0].repairs > 0) == isPVM)
        if isPVM { #expect(guest.last.vcpus[0].repairs == 6) }
        #expect(guest.messages.filter { $0.contains("repaired") }.count == (isPVM ? 5 : 0))
      }
    }

    @Test("INVPCID drops what is cached of a page, and checks its operands")
    func invpcid() throws {
      try run(KernelImage(KERNEL_INVPCID)) { guest in
        let isOffered = guest.kernelValue(6) == 1
        let vectors = [1, 3, 5].map { guest.kernelValue($0) }
        // All ones: no exception.
        #expect(vectors == (isOffered ? [.max, 13, 13] : [6, 6, 6]))
        #expect(guest.kernelValue(7) == 0x11)
        if isOffered { #expect(guest.kernelValue(8) == 0x22) }
      }
    }

    @Test("without repairs the guest ends, and the bytes are named", .enabled(if: isPVM))
    func withoutRepairs() throws {
      var configuration = KernelImage(KERNEL_BREAKPOINT).configuration
      configuration.repairsInstructions = false
      try withGuest(configuration) { guest in
        let end = try #require(guest.end(within: 60))
        #expect(end.contains("this KVM cannot emulate the instruction"))
        #expect(end.contains("bytes cc"))
        #expect(guest.machine.guestFailed)
        #expect(guest.last.vcpus[0].state == .fault)
        #expect(guest.last.vcpus[0].repairs == 0)
      }
    }
  }

  /// Windows for interrupts of one instruction, which a host may open too late.
  @Suite struct InterruptWindowTests {
    @Test("STI, NOP, CLI with a vector pending: taken each time")
    func shortWindow() throws {
      try run(KernelImage(KERNEL_WINDOWS, argument: 100)) { guest in
        #expect(guest.kernelCount(0x41) == 100)
        #expect((guest.last.vcpus[0].singleSteps > 0) == isPVM)
      }
    }

    @Test("two vectors in one such window: the second before the interrupted instruction, too")
    func twoVectors() throws {
      try run(KernelImage(KERNEL_TWO_IN_A_WINDOW)) { guest in
        let log = guest.kernelLog
        #expect(log.map(\.vector) == [0x51, 0x41])
        #expect(Set(log.map(\.rip)).count == 1)
      }
    }

    @Test("STI, HLT, CLI with a vector pending: HLT ends, each time")
    func halt() throws {
      try run(KernelImage(KERNEL_WINDOW_HALT, argument: 100)) { guest in
        #expect(guest.kernelCount(0x41) == 100)
        #expect(Set(guest.kernelLog.map(\.rip)).count == 1)
      }
    }

    @Test("an NMI that comes while another is handled: right behind that one's IRET")
    func nestedNMI() throws {
      try run(KernelImage(KERNEL_NESTED_NMI)) { guest in
        #expect(guest.kernelCount(2) == 1)
        #expect(guest.kernelLog.map(\.vector) == [2])
        #expect(guest.kernelLog.map(\.rip) == [guest.kernelValue(0)])
        #expect((guest.last.vcpus[0].singleSteps > 0) == isPVM)
      }
    }

    @Test("an INIT ends the search for a window")
    func resetWhilePending() throws {
      try run(KernelImage(KERNEL_INIT_WHILE_PENDING)) { guest in
        #expect(guest.kernelCount(0x41) == 0)
        #expect(guest.last.vcpus[0].initResets == 1)
        // 20,000 instructions come after it, before anything that would end the search by itself.
        #expect(guest.last.vcpus[0].singleSteps < 1000)
      }
    }
  }
}
