import Guests
import KVM
import Rendezvous
import Telemetry
import Testing

@testable import Machine

/// All tests that boot guests: one at a time, as there are few CPUs and latencies are checked.
@Suite(.serialized, .enabled(if: hasKVM, "SKIPPED: no /dev/kvm"), .timeLimit(.minutes(3)))
struct RealGuestTests {}

extension RealGuestTests {
  /// Exits with data: what the guest reads and what arrives here.
  @Suite struct ExitTests {
    @Test("IN and OUT of 1, 2 and 4 bytes, known and unknown ports")
    func ports() throws {
      try run(PROGRAM_PORTS) { guest in
        let found = guest.values(0..<10)
        #expect(
          found == [
            0x1122_3344_5566_77ff, 0x1122_3344_5566_ffff, 0xffff_ffff, 0x5a, 0xa6, 0xc3,
            0x1122_3344_5566_7760, 0x1122_3344_5566_b060, 0xffc3_b060, 0x1122_3344_5566_77ff,
          ])
        #expect(guest.last.vcpus[0].exits[.io] >= 16)
      }
    }

    @Test("rep outs arrives in order, more than a page of it; rep ins fills what it names")
    func strings() throws {
      try run(PROGRAM_STRINGS) { guest in
        let start = "rep outsb goes forward\nWorLlbackward"
        #expect(String(decoding: guest.console.prefix(start.utf8.count), as: UTF8.self) == start)
        let image = Guest.configuration(PROGRAM_STRINGS).overlays[UInt64(GUEST_IMAGE)] ?? []
        let rest = Array(guest.console.dropFirst(start.utf8.count))
        #expect(rest == Array(image.prefix(5000)))
        #expect(guest.values(0..<2) == [UInt64(GUEST_IMAGE) + 5000, 0])
        #expect(
          guest.values(2..<10) == [
            0xff_ffff_ffff, 0, 0xffff_ffff_ffff, 0, .max, 0xffff_ffff, 0x60_6060, 0,
          ])
        #expect(
          guest.values(10..<12) == [
            UInt64(GUEST_RESULTS) + UInt64(RESULT_VALUES) + 8 * 6 + 12, 0,
          ])
      }
    }

    @Test("MMIO reads in every width: the local APIC's version, the I/O APIC's, nothing")
    func mmioReads() throws {
      try run(PROGRAM_MMIO_READS) { guest in
        #expect(
          guest.values(0..<8) == [
            0x1122_3344_5566_7714, 0x1122_3344_5566_0014, 0x0106_0014, 0x0106_0014, 0x00, 0x06,
            0x01, 0x0106,
          ])
        #expect(
          guest.values(8..<12) == [
            0x1122_3344_5566_77ff, 0x1122_3344_5566_ffff, 0xffff_ffff, .max,
          ])
        #expect(guest.values(12..<16) == [0x20, 0x17, 0x0017_0020, 0x0017_0020])
      }
    }

    @Test("MMIO writes in every width, and read-modify-write")
    func mmioWrites() throws {
      try run(PROGRAM_MMIO_WRITES) { guest in
        #expect(guest.values(0..<4) == [0x30, 0x20, 0x10, 0x50])
        #expect(guest.values(4..<12) == [0x30, 0x40, 0x40, 1, 0x60, 0x61, 0x61, 0x62])
        #expect(guest.values(12..<15) == [0x62, 0x62, .max])
      }
    }

    @Test("accesses that cross from memory or a device's page into nothing")
    func crossing() throws {
      try run(PROGRAM_MMIO_CROSSING) { guest in
        #expect(
          guest.values(0..<7) == [
            0xffff_0000, 0xffff_ffff_ffff_0000, 0xffff_1234, 0xcdef, 0xcdfe, 0xffff,
            0xffff_ffff_7777_7777,
          ])
      }
    }

    @Test("16 bytes at once")
    func wide() throws {
      try run(PROGRAM_MMIO_WIDE) { guest in
        // An exception instead is KVM's choice; a value is ours.
        if guest.word(RESULT_EXCEPTION) == 0 {
          #expect(guest.values(0..<6) == [0x0106_0014, 0, .max, .max, 0x55, .max])
        }
      }
    }

    @Test("MSRs: the APIC base reads and disables the APIC; what is not there raises #GP")
    func msrs() throws {
      try run(PROGRAM_MSRS) { guest in
        #expect(guest.values(0..<2) == [0xfee0_0900, .max])
        #expect(guest.value(3) == .max)
        // Disabling; the TSC deadline read and written, which is no register of the local APIC's modes.
        for index: Int32 in [2, 7, 8] {
          #expect(guest.value(2 * index + 1) == .max, "access \(index)")
        }
        // 0xdead read and written; the x2APIC id read and ICR written, in another mode.
        for index: Int32 in [3, 4, 5, 6] {
          #expect(guest.value(2 * index + 1) == 13, "access \(index)")
        }
        #expect(guest.last.vcpus[0].unknownMSRs == 2)
        #expect(guest.value(19) == .max)
        #expect(guest.word(RESULT_EXCEPTION_ERROR) == 0)
        #expect(guest.last.vcpus[0].exits[.rdmsr] == 4)
        #expect(guest.last.vcpus[0].exits[.wrmsr] == 5)
      }
    }

    @Test("a hypercall is no trap: #UD, or nothing")
    func hypercall() throws {
      try run(PROGRAM_VMCALL) { guest in
        // On VMX and SVM the vendor's own instruction is KVM's to answer.
        let raised = [guest.value(1), guest.value(3)]
        #expect(raised.contains(6))
        if isPVM { #expect(raised == [6, 6]) }
      }
    }

    @Test("16-bit code: strings, ports, HLT with IF=0 that only an NMI ends")
    func realMode() throws {
      try withGuest(Guest.configuration16) { guest in
        #expect(guest.until { $0.vcpus[0].state == .halted })
        #expect(guest.text == "16 bits 1")
        guest.inject(.nmi(targets: [0]))
        #expect(guest.until { _ in guest.text == "16 bits 1Nh" })
        #expect(guest.until { $0.vcpus[0].state == .halted })
        guest.inject(.nmi(targets: [0]))
        #expect(guest.end()?.contains("exception \(GUEST_DONE)") == true)
        #expect(guest.text == "16 bits 1NhNH")
      }
    }
  }

  /// Exits after which there is no going on.
  @Suite struct EndTests {
    @Test("a triple fault ends the guest and says where")
    func tripleFault() throws {
      try withGuest(Guest.configuration(PROGRAM_TRIPLE_FAULT, vcpus: 2)) { guest in
        let end = try #require(guest.end())
        #expect(end.hasPrefix("vcpu 0: triple fault, rip 0x"))
        if isPVM { #expect(end.contains("bytes 0f 0b")) }
        #expect(guest.last.vcpus[0].state == .shutdown)
        #expect(guest.last.vcpus[0].exits[.shutdown] == 1)
        #expect(guest.last.isStopped)
        #expect(guest.messages.first == end)
        // kvm_amd resets the vcpu before it tells (kvm.md section 1a): the registers are gone there.
        let isReset = KVMSystem.flavour == "kvm_amd"
        #expect(
          guest.messages.dropFirst().contains { $0.contains("rbx 0x1122334455667788") } != isReset)
        #expect(
          guest.messages.contains { $0.contains("cr3 0x101000") && $0.contains("efer 0x500") }
            != isReset)
        if isReset { #expect(end.hasPrefix("vcpu 0: triple fault, rip 0xfff0")) }
        // The other one stays, stopped, and takes part in nothing more.
        #expect(guest.until { $0.vcpus[1].state == .stopped })
        let down = guest.report(.fixed(vector: 0x40, targets: [0]))
        #expect(down?.firstOutcome == .ignored(.targetDown))
        #expect(guest.report(.nmi(targets: [0]))?.firstOutcome == .ignored(.targetDown))
        #expect(guest.report(.initIPI(targets: [0]))?.firstOutcome == .ignored(.targetDown))
        #expect(
          guest.report(.rendezvous(targets: [0, 1]))?.rendezvous.first?.targets.members == [1])
        guest.machine.perform(.continueGuest)
        #expect(guest.report(.rendezvous(targets: [1]))?.outcome?.isDone == true)
        #expect(guest.last.isStopped)
      }
    }

    @Test("what KVM cannot emulate ends the guest and says what", .enabled(if: isPVM))
    func internalError() throws {
      var configuration = Guest.configuration(PROGRAM_INT3)
      configuration.repairsInstructions = false
      try withGuest(configuration) { guest in
        let end = try #require(guest.end())
        #expect(end.hasPrefix("vcpu 0: KVM internal error, sub-error 1"))
        #expect(end.contains("rip 0x1") && end.contains("bytes cc"))
        #expect(guest.last.vcpus[0].state == .fault)
        #expect(guest.last.vcpus[0].exits[.internalError] == 1)
        #expect(guest.messages.contains { $0.contains("rbx 0x1122334455667788") })
      }
    }

    @Test("pseudo-random port accesses neither hang us nor grow us")
    func portStorm() throws { try storm(PROGRAM_PORT_STORM, seed: 0x1234_5678_9abc_def1) }

    @Test("pseudo-random MMIO accesses neither hang us nor grow us", arguments: [1, 2, 3])
    func mmioStorm(seed: UInt64) throws {
      try storm(PROGRAM_MMIO_STORM, seed: seed &* 0x9e37_79b9_7f4a_7c15)
    }

    private func storm(_ program: Int32, seed: UInt64) throws {
      // The storms may INIT, NMI and interrupt themselves and each other.
      let configuration = Guest.configuration(program, ap: program, vcpus: 2, argument: seed)
      try withGuest(configuration) { guest in
        guest.inject(.startup(vector: 0x10, targets: [1]))
        #expect(guest.until { _ in guest.progress() > 500 })
        // Tests beside this one grow the process too: what the guest makes grow does so in every round.
        var grown = Int.max
        for round in 1...4 where grown >= 8 << 20 {
          let (before, enough) = (residentBytes(), UInt64(round) * 20_000)
          #expect(guest.until { _ in guest.progress() > enough || guest.machine.guestEnded != nil })
          grown = residentBytes() - before
        }
        #expect(grown < 8 << 20)
        #expect(guest.machine.guestEnded == nil)
        #expect(guest.last.guestResets == 0)
        #expect(guest.report(.rendezvous(targets: [0, 1]))?.outcome?.isDone == true)
        #expect(guest.last.rendezvous.missingMembers == 0)
      }
    }
  }
}
