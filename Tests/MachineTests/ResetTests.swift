import Guests
import Telemetry
import Testing

@testable import Machine

/// A reset of the machine with others about.
struct ResetCase: Sendable, CustomTestStringConvertible {
  let name: String
  let method: Int32
  var vcpus = 1
  var ap = KERNEL_SPIN
  var testDescription: String { name }

  static let all = [
    ResetCase(name: "port 0xCF9", method: RESET_BY_CF9),
    ResetCase(name: "the 8042's 0xFE", method: RESET_BY_8042),
    ResetCase(name: "port 0x92", method: RESET_BY_92),
    ResetCase(name: "the others run", method: RESET_BY_CF9, vcpus: 4),
    ResetCase(name: "the others are halted", method: RESET_BY_8042, vcpus: 4, ap: KERNEL_HALT),
    ResetCase(
      name: "the others are halted with IF=0", method: RESET_BY_92, vcpus: 4,
      ap: KERNEL_HALT_DISABLED),
    ResetCase(name: "the others meet", method: RESET_BY_CF9, vcpus: 4, ap: KERNEL_MEET),
  ]
}

extension RealGuestTests {
  /// Resets of the whole machine.
  @Suite struct ResetTests {
    @Test("memory, devices and vcpus are as at power-on", arguments: ResetCase.all)
    func resets(_ reset: ResetCase) throws {
      let kernel = KernelImage(
        KERNEL_RESET, ap: reset.ap, vcpus: reset.vcpus, argument: UInt64(reset.method))
      try withGuest(kernel.configuration) { guest in
        #expect(guest.until(seconds: 60) { $0.guestResets >= 6 || $0.guestEnded != nil })
        #expect(guest.machine.guestEnded == nil, "\(guest.messages)")
        // Every generation found the same: what firmware would leave, and nothing of the last one.
        let lines = guest.text.split(separator: "\n").prefix(6)
        #expect(lines.count == 6)
        #expect(Set(lines).count == 1, "\(lines)")
        // The image, memory, LINT0 as firmware leaves it, a masked entry of the I/O APIC.
        #expect(lines.first?.hasPrefix("00000041 00000000 00000700 00010000 ") == true)
        #expect(guest.last.rendezvous.missingMembers == 0)
        #expect(guest.last.rendezvous.timeoutRescues == 0)
        if reset.vcpus > 1 { #expect(guest.last.vcpus[3].startups >= 5) }
        #expect(guest.messages.filter { $0 == "reset by vcpu 0" }.count >= 6)
      }
    }

    @Test("a run that ends at a reset ends there, and has not failed")
    func endsAtReset() throws {
      var configuration = KernelImage(KERNEL_RESET).configuration
      configuration.endsAtReset = true
      try withGuest(configuration) { guest in
        #expect(guest.end(within: 60) == "the guest reset the machine (vcpu 0)")
        #expect(!guest.machine.guestFailed)
        #expect(guest.last.guestResets == 0)
        #expect(guest.text.filter { $0 == "\n" }.count == 1)
      }
    }
  }
}
