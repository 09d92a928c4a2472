import Guests
import Telemetry
import Testing

@testable import Machine

extension RealGuestTests {
  /// A kernel's start, and the ways in which it ends.
  @Suite struct KernelEndTests {
    @Test("a multiboot kernel gets its registers, memory size and command line", arguments: [0, 3])
    func multiboot(value: UInt64) throws {
      let kernel = KernelImage(KERNEL_PROBE, argument: value, commandLine: "one two=3")
      try withGuest(kernel.configuration) { guest in
        #expect(guest.end(within: 60) == "the guest ended with value \(value)")
        #expect(guest.machine.guestFailed == (value != 0))
        #expect(guest.last.guestFailed == (value != 0))
        #expect(guest.last.guestEnded == "the guest ended with value \(value)")
        #expect(guest.kernelValue(0) == 0x2bad_b002)
        // Memory sizes, command line and memory map are there (bits 0, 2 and 6).
        #expect(guest.kernelValue(2) & 0x45 == 0x45)
        #expect(guest.kernelValue(3) == 639)
        #expect(guest.kernelValue(4) == 15 << 10)
        #expect(guest.text == "kernel.bin one two=3")
      }
    }

    @Test("PM1a control switches the machine off, which is no failure")
    func powerOff() throws {
      try withGuest(KernelImage(KERNEL_POWER_OFF).configuration) { guest in
        #expect(guest.end(within: 60) == "the guest switched the machine off")
        #expect(!guest.machine.guestFailed)
        #expect(!guest.last.guestFailed)
        #expect(guest.last.isStopped)
      }
    }

    @Test("a kernel that panics and resets has failed")
    func panicAndReset() throws { try panic(argument: 0) }

    @Test("a kernel that panics and stops for good has failed")
    func panicAndStop() throws { try panic(argument: 1) }

    private func panic(argument: UInt64) throws {
      let kernel = KernelImage(KERNEL_PANIC, argument: argument)
      try withGuest(kernel.configuration) { guest in
        let line = "the guest panicked: Kernel panic - not syncing: no init found"
        #expect(guest.end(within: 60) == line)
        #expect(guest.machine.guestFailed)
        #expect(guest.last.guestResets == 0)
        // Told when it was printed, and again as the end.
        #expect(guest.messages.filter { $0 == line }.count == 2)
        #expect(guest.text.hasPrefix("[    1.5] Kernel panic"))
      }
    }
  }
}
