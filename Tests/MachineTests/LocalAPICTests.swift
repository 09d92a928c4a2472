import Guests
import Telemetry
import Testing

@testable import Machine

extension RealGuestTests {
  /// The local APIC's modes and its timer, as a guest meets them (SDM vol. 3, "Advanced Programmable
  /// Interrupt Controller").
  @Suite struct LocalAPICTests {
    @Test("x2APIC mode: id, self IPI, IPI to another vcpu, EOI, illegal transitions, disabled")
    func x2APIC() throws {
      try run(KernelImage(KERNEL_X2APIC, vcpus: 2)) { guest in
        let fine = UInt64.max
        #expect(guest.kernelTry(0) == [0xfee0_0900, fine])
        #expect(guest.kernelTry(1)[1] == fine)
        #expect(guest.kernelTry(2) == [0, fine])
        #expect(guest.kernelTry(3) == [0xfee0_0d00, fine])
        // The page is gone.
        #expect(guest.kernelTry(4) == [0xffff_ffff, fine])
        #expect(guest.kernelTry(5)[1] == 13)
        for access: Int32 in [6, 7, 8] { #expect(guest.kernelTry(access)[1] == fine) }
        #expect(guest.kernelCount(0x41) == 2)
        #expect(guest.kernelCount(0x42, vcpu: 1) == 1)
        // EOI takes nothing but 0.
        #expect(guest.kernelTry(9)[1] == 13)
        // Disabled: neither page nor MSRs, CPUID.1:EDX bit 9 clear, and no way to x2APIC mode from here.
        #expect(guest.kernelTry(10)[1] == fine)
        #expect(guest.kernelTry(11) == [0xffff_ffff, fine])
        #expect(guest.kernelValue(24) == 0)
        #expect(guest.kernelTry(13)[1] == 13)
        #expect(guest.kernelTry(14)[1] == 13)
        #expect(guest.kernelTry(15)[1] == fine)
        #expect(guest.kernelValue(32) == 1)
        #expect(guest.kernelTry(17) == [0x0106_0014, fine])
        #expect(guest.kernelTry(18)[1] == 13)
        #expect(guest.kernelTry(19) == [0xfee0_0900, fine])
        // Those MSRs are known: that they cannot be accessed in some modes is another matter.
        #expect(guest.last.sum(\.unknownMSRs) == 0)
      }
    }

    @Test("the timer's TSC deadline: not early, and once", arguments: [1, 1_000_000, 200_000_000])
    func deadline(ticks: UInt64) throws {
      try run(KernelImage(KERNEL_DEADLINE, argument: ticks)) { guest in
        let (deadline, seen) = (guest.kernelValue(0), guest.kernelValue(1))
        #expect(seen >= deadline)
        // 20 s at some GHz: a host this late is as good as none.
        #expect(seen - deadline < 60_000_000_000)
        #expect(guest.kernelValue(2) == 0)
        #expect(guest.kernelValue(3) == 1)
        #expect(guest.kernelCount(0x50) == 1)
      }
    }

    @Test("LINT0 in fixed mode: the 8259 pair's output as a vector of the local APIC's")
    func fixedLINT0() throws {
      try run(KernelImage(KERNEL_LINT0_FIXED), seconds: 5) { guest in
        #expect(guest.kernelCount(0x51) == 3)
        #expect(guest.kernelCount(0x20) == 0)
      }
    }

    @Test(
      "MSRs that are not there, and one that is but not this value: #GP each time, counted, told of once"
    )
    func unknownMSRs() throws {
      try run(KernelImage(KERNEL_UNKNOWN_MSRS)) { guest in
        #expect(guest.kernelCount(13) == 201)
        #expect(guest.last.vcpus[0].unknownMSRs == 201)
        let lines = guest.messages.filter { $0.contains("MSR") }
        let expected = [
          "RDMSR 0xdead: no such MSR, #GP", "WRMSR 0xbeef: no such MSR, #GP",
          "WRMSR 0xc0000080: KVM refuses the value, #GP",
        ]
        #expect(lines.count == expected.count)
        for (line, text) in zip(lines, expected) { #expect(line.contains(text)) }
      }
    }
  }
}
