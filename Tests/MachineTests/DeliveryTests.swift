import Commands
import Guests
import Interrupts
import Rendezvous
import Telemetry
import Testing
import Threads

@testable import Machine

extension RealGuestTests {
  /// Interrupts on their way into the guest.
  @Suite struct DeliveryTests {
    @Test("a FIXED interrupt wakes each of many halted vcpus, once")
    func halted() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT, ap: PROGRAM_HALT, vcpus: 8)) { guest in
        #expect(guest.startAPs())
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .halted } })
        for round in UInt64(1)...50 {
          let report = guest.report(.fixed(vector: 0x40, targets: CPUSet(0..<8))) {
            $0.isFinal && $0.targets.allSatisfy { $0.outcome.isDelivered && $0.guestSaw == 1 }
          }
          #expect(report != nil, "round \(round)")
          #expect((0..<8).allSatisfy { guest.count(0x40, vcpu: $0) == round })
        }
        #expect(
          guest.until { $0.vcpus.allSatisfy { $0.eois == 50 && $0.interruptsInjected == 50 } })
      }
    }

    @Test(
      "what is pending while IF=0 comes when IF is set: each vector once, also into HLT",
      arguments: [PROGRAM_DISABLED_UNTIL_GO, PROGRAM_HALT_AFTER_GO])
    func interruptWindow(program: Int32) throws {
      for _ in 0..<10 {
        try withGuest(Guest.configuration(program)) { guest in
          #expect(guest.until { _ in guest.progress() > 0 })
          let low = Injection.fixed(vector: 0x40, targets: [0])
          let high = Injection.fixed(vector: 0x51, targets: [0])
          #expect(guest.report(low)?.firstOutcome == .pending(.interruptsDisabled))
          #expect(guest.report(low)?.firstOutcome == .coalesced)
          #expect(guest.report(low)?.firstOutcome == .coalesced)
          #expect(guest.report(high)?.firstOutcome == .pending(.interruptsDisabled))
          #expect(guest.count(0x40) == 0 && guest.count(0x51) == 0)
          guest.go()
          for injection in [low, high] {
            let delivered = guest.laterReport(injection, seconds: 5) {
              $0.isFinal && $0.id != 2 && $0.id != 3
            }
            #expect(delivered?.firstOutcome?.isDelivered == true)
            #expect(delivered?.targets.first?.guestSaw == 1)
          }
          #expect(guest.until(seconds: 5) { _ in guest.after() > 0 })
          #expect(guest.count(0x40) == 1 && guest.count(0x51) == 1)
          // The merged ones stay what they were reported as.
          let merged = guest.reports(low).filter { ($0.id == 2 || $0.id == 3) && $0.isFinal }
          #expect(merged.count == 2)
        }
      }
    }

    @Test("a vector that TPR holds back comes when the guest lowers TPR")
    func taskPriority() throws {
      try withGuest(Guest.configuration(PROGRAM_TASK_PRIORITY, argument: 0x4f)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        let held = Injection.fixed(vector: 0x4e, targets: [0])
        #expect(guest.report(held)?.firstOutcome == .pending(.processorPriority))
        let above = guest.report(.fixed(vector: 0x50, targets: [0]))
        #expect(above?.firstOutcome?.isDelivered == true)
        #expect(guest.count(0x4e) == 0)
        let windows = guest.look().vcpus[0].exits[.irqWindow]
        guest.go()
        #expect(
          guest.laterReport(held, seconds: 5) { $0.isFinal }?.firstOutcome?.isDelivered == true)
        #expect(guest.count(0x4e) == 1)
        // No window was asked for, as a window knows no priority.
        #expect(guest.look().vcpus[0].exits[.irqWindow] <= windows + 1)
      }
    }

    @Test(
      "a vector that CR8 holds back comes soon after the guest lowers CR8, HLT or not",
      arguments: [PROGRAM_CR8, PROGRAM_CR8_HALT])
    func cr8(program: Int32) throws {
      try withGuest(Guest.configuration(program, argument: 4)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        if program == PROGRAM_CR8_HALT { #expect(guest.values(0..<2) == [0x40, 3]) }
        let held = Injection.fixed(vector: 0x4e, targets: [0])
        #expect(guest.report(held)?.firstOutcome == .pending(.processorPriority))
        guest.go()
        #expect(
          guest.laterReport(held, seconds: 5) { $0.isFinal }?.firstOutcome?.isDelivered == true)
        #expect(guest.until(seconds: 5) { _ in guest.after() > 0 })
        #expect(guest.count(0x4e) == 1)
      }
    }

    @Test("a timer of 1 ns that CR8 holds back does not keep the guest from running")
    func shortTimer() throws {
      try withGuest(Guest.configuration(PROGRAM_SHORT_TIMER)) { guest in
        #expect(guest.until { _ in guest.progress() > 1000 })
        let start = guest.progress()
        let before = guest.look()
        #expect(guest.until { _ in guest.progress() > start + 20_000 })
        let after = guest.look()
        let exits = after.vcpus[0].exits[.interrupted] - before.vcpus[0].exits[.interrupted]
        // A wake-up in 50 us at most.
        #expect(exits * 50_000 <= after.timeNanoseconds - before.timeNanoseconds + 10_000_000)
      }
    }

    @Test("a software-disabled local APIC takes nothing, and that is what is reported")
    func disabledAPIC() throws {
      try withGuest(Guest.configuration(PROGRAM_APIC_DISABLED)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        #expect(
          guest.report(.fixed(vector: 0x40, targets: [0]))?.firstOutcome
            == .ignored(.localAPICDisabled))
        #expect(
          guest.report(.message(address: 0xfee0_0000, data: 0x41))?.firstOutcome
            == .ignored(.localAPICDisabled))
        // An NMI does not mind.
        #expect(guest.report(.nmi(targets: [0])) { $0.isFinal }?.firstOutcome?.isDelivered == true)
        #expect(
          guest.report(.message(address: 0xfee0_0000, data: 0x400)) { $0.isFinal }?.firstOutcome?
            .isDelivered == true)
        #expect(guest.until { _ in guest.count(2) == 2 })
        #expect(guest.count(0x40) == 0 && guest.count(0x41) == 0)
      }
    }

    @Test("a level pin: remote IRR until the EOI, which delivers again while the line is asserted")
    func levelPin() throws {
      try withGuest(Guest.configuration(PROGRAM_EOI_AFTER_GO, flags: FLAG_NO_EOI)) { guest in
        let fabric = guest.machine.platform.fabric
        func assert(_ action: Injection.PinAction) -> InjectionReport? {
          guest.report(.pin(3, action)) { $0.isFinal }
        }
        func remoteIRR() -> Bool? { fabric.ioapic.withLock { $0.entry(3)?.remoteIRR } }
        #expect(guest.until { _ in guest.progress() > 0 })
        #expect(assert(.pulse)?.firstOutcome == .ignored(.pinMasked))
        let entry = Injection.redirectionEntry(pin: 3, value: 0x8060)
        let changed = guest.report(entry)
        #expect(changed?.outcome?.isDone == true)
        #expect(changed?.rendezvous.count == 1)
        #expect(guest.report(entry)?.outcome == .ignored(.entryUnchanged))
        #expect(assert(.assert)?.firstOutcome?.isDelivered == true)
        #expect(guest.count(0x60) == 1)
        #expect(remoteIRR() == true)
        #expect(assert(.assert)?.firstOutcome == .ignored(.pinUnchanged))
        // Still asserted at the EOI: at once again.
        guest.go()
        #expect(guest.until { _ in guest.count(0x60) == 2 })
        #expect(remoteIRR() == true)
        #expect(assert(.deassert)?.firstOutcome?.isDone == true)
        #expect(assert(.deassert)?.firstOutcome == .ignored(.pinUnchanged))
        #expect(assert(.assert)?.firstOutcome == .ignored(.remoteIRR))
        #expect(assert(.deassert)?.firstOutcome?.isDone == true)
        // Not asserted any more: the EOI ends it.
        guest.go()
        #expect(guest.until { _ in guest.after() == 2 })
        #expect(guest.count(0x60) == 2)
        #expect(remoteIRR() == false)
        #expect(assert(.assert)?.firstOutcome?.isDelivered == true)
        #expect(guest.count(0x60) == 3)
        #expect(guest.last.pins == 2 + 1)
      }
    }

    @Test("a level pin that nobody takes stays due")
    func levelPinWithoutTarget() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT)) { guest in
        #expect(guest.until { $0.vcpus[0].state == .halted })
        guest.inject(.redirectionEntry(pin: 3, value: 0x8060 | 77 << 56))
        #expect(guest.report(.pin(3, .assert))?.firstOutcome == .ignored(.noDestination))
        #expect(guest.machine.platform.fabric.ioapic.withLock { $0.entry(3)?.remoteIRR } == false)
        guest.inject(.redirectionEntry(pin: 3, value: 0x8060))
        #expect(guest.until { _ in guest.count(0x60) > 0 })
      }
    }

    @Test("after every change each vcpu's level set is the I/O APIC's (S11)")
    func triggerModes() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT, ap: PROGRAM_HALT, vcpus: 4)) { guest in
        #expect(guest.startAPs())
        var seed: UInt64 = 7
        for round in 0..<100 {
          seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let pin = Int(seed >> 33 % 24)
          let destination = seed >> 40 & 7
          let value = seed >> 20 & 0x1_ffff | destination << 56
          let report = guest.report(.redirectionEntry(pin: pin, value: value))
          #expect(report?.isFinal == true)
          #expect(levelSetsAgree(guest.machine), "round \(round)")
        }
        // An INIT empties the logical id, and with it what reaches the vcpu.
        guest.inject(.initIPI(targets: [2]))
        #expect(guest.until { $0.vcpus[2].state == .waitForSIPI })
        #expect(levelSetsAgree(guest.machine))
      }
    }

    @Test(
      "the same after storms of changes by the demo guest",
      arguments: RendezvousPolicy.presets.filter { $0.triggerModeFilter != .atDelivery })
    func triggerModesAfterStorms(policy: RendezvousPolicy) throws {
      var configuration = MachineConfiguration()
      configuration.vcpus = 4
      configuration.policy = policy
      configuration.scenario = .rerouteStorm
      try withGuest(configuration) { guest in
        #expect(guest.until { $0.rendezvous.byCause[.redirectionEntry] > enough(500) })
        guest.machine.perform(.stopGuest)
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .stopped } })
        #expect(levelSetsAgree(guest.machine))
        #expect(guest.last.rendezvous.missingMembers == 0)
      }
    }

    private func levelSetsAgree(_ machine: VirtualMachine) -> Bool {
      let fabric = machine.platform.fabric
      return fabric.cells.allSatisfy { cell in
        let expected = fabric.ioapic.withLock { $0.triggerModes(for: cell.routingFacts) }
        return (0...255).allSatisfy {
          (cell.trigger(of: UInt8($0)) == .level) == expected.contains(UInt8($0))
        }
      }
    }
  }
}
