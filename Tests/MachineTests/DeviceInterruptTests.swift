import Guests
import Telemetry
import Testing
import Threads

@testable import Machine

extension RealGuestTests {
  /// Interrupts of the board's devices, by the 8259 pair and by the I/O APIC.
  @Suite struct DeviceInterruptTests {
    @Test("the 8254 by the 8259 pair and LINT0, as firmware leaves it (virtual wire mode)")
    func timerBy8259() throws {
      try run(KernelImage(KERNEL_TIMER_8259)) { guest in
        #expect(guest.kernelCount(0x20) == 5)
        #expect(guest.kernelCount(0x27) == 0)
      }
    }

    @Test(
      "a multiboot kernel finds what a BIOS leaves: its tick at vector 8, all but IRQ 0 to 2 masked"
    )
    func firmwareTick() throws {
      try run(KernelImage(KERNEL_FIRMWARE_TICK)) { guest in
        #expect(guest.kernelCount(0x20) == 3)
        #expect(guest.kernelValues(0..<2) == [0xf8, 0xff])
        // Into the BIOS's segment.
        #expect(guest.kernelValue(2) >> 16 == 0xf000)
      }
    }

    @Test("a masked LINT0 holds the 8259 pair's request back until it is open")
    func maskedLINT0() throws {
      try run(KernelImage(KERNEL_TIMER_MASKED)) { guest in
        #expect(guest.kernelValue(0) == 0)
        #expect(guest.kernelCount(0x20) >= 1)
      }
    }

    @Test("the 8254 by pin 2 of the I/O APIC; nothing while it is masked")
    func timerByIOAPIC() throws {
      try run(KernelImage(KERNEL_TIMER_IOAPIC)) { guest in
        #expect(guest.kernelValue(0) == 0)
        #expect(guest.kernelCount(0x30) == 5)
        #expect(guest.kernelCount(0x20) == 0)
        #expect(guest.last.pins >= 5)
      }
    }

    @Test("a request that the 8259 pair withdraws is not taken, not as its spurious vector either")
    func withdrawn() throws {
      try run(KernelImage(KERNEL_WITHDRAWN)) { guest in
        #expect(guest.kernelValues(0..<2) == [0, 0])
        #expect(guest.kernelCount(0x20) >= 1)
      }
    }

    @Test("the real-time clock's periodic interrupt on pin 8")
    func clock() throws {
      try run(KernelImage(KERNEL_CLOCK)) { guest in
        #expect(guest.kernelCount(0x38) == 10)
        // IRQF and PF of register C.
        #expect(guest.kernelValue(0) & 0xc0 == 0xc0)
      }
    }

    @Test("10,000 bytes typed come back in order, by interrupts, as fast as the guest reads")
    func typing() throws {
      let typed = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
      try withGuest(KernelImage(KERNEL_ECHO).configuration) { guest in
        #expect(guest.until(seconds: 60) { _ in guest.text == "ready\n" })
        let refusals = try #require(guest.type(typed, inPiecesOf: 700))
        // 10,000 bytes at once are more than may wait.
        #expect(refusals > 0)
        #expect(guest.until(seconds: 60) { _ in guest.console.count >= 6 + typed.count })
        #expect(Array(guest.console.dropFirst(6)) == typed)
        #expect(guest.kernelCount(0x34) > 0)
      }
    }
  }
}

extension Guest {
  /// Types `bytes` as fast as they are taken, 60 s at most. How often a piece was refused; nil where not
  /// all were taken.
  fileprivate func type(_ bytes: [UInt8], inPiecesOf size: Int) -> Int? {
    var rest = bytes[...]
    var refusals = 0
    let limit = MonotonicClock.nanoseconds() + 60_000_000_000
    while !rest.isEmpty {
      if machine.perform(.serialInput(Array(rest.prefix(size)))) {
        rest = rest.dropFirst(size)
        continue
      }
      refusals += 1
      if MonotonicClock.nanoseconds() > limit { return nil }
      // It has no event for "there is room": what the guest prints tells that it reads.
      let before = console.count
      _ = until(seconds: 1) { _ in self.console.count > before }
    }
    return refusals
  }
}
