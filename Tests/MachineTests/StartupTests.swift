import Commands
import Guests
import Telemetry
import Testing

@testable import Machine
@testable import Rendezvous

extension RealGuestTests {
  /// INIT, SIPI and NMI in every state of a vcpu.
  @Suite struct StartupTests {
    @Test(
      "INIT in the middle of an instruction: the access ends, then the AP starts anew",
      arguments: [PROGRAM_PORT_LOOP, PROGRAM_MMIO_LOOP, PROGRAM_STRING_LOOP])
    func initInsideAccess(program: Int32) throws {
      try withGuest(Guest.configuration(PROGRAM_HALT, ap: program, vcpus: 2)) { guest in
        #expect(guest.startAPs())
        let initialize = Injection.initIPI(targets: [1])
        let startup = Injection.startup(vector: 0x10, targets: [1])
        for round in UInt64(2)...101 {
          let progress = guest.progress(1)
          guard guest.until({ _ in guest.progress(1) != progress }) else {
            Issue.record("no progress before INIT \(round)")
            return
          }
          guest.inject(initialize)
          guest.inject(startup)
          guard guest.until({ _ in guest.boots(1) == round }) else {
            Issue.record("no start after INIT \(round): \(guest.machine.guestEnded ?? "alive")")
            return
          }
        }
        let reports = guest.reports(initialize) + guest.reports(startup)
        #expect(reports.allSatisfy { $0.isFinal && $0.firstOutcome?.isDone == true })
        #expect(guest.machine.guestEnded == nil)
      }
    }

    @Test(
      "the same, with the INIT at the exact moment: the exit handled, the guest not yet entered",
      arguments: [PROGRAM_PORT_LOOP, PROGRAM_MMIO_LOOP, PROGRAM_STRING_LOOP])
    func initWithAccessPending(program: Int32) throws {
      var policy = RendezvousPolicy.landed
      policy.check = .lockedMember
      let configuration = Guest.configuration(PROGRAM_HALT, ap: program, vcpus: 2, policy: policy)
      try withGuest(configuration) { guest in
        #expect(guest.startAPs())
        let failed = (UInt64(2)...40).first { round in
          let progress = guest.progress(1)
          guard guest.until({ _ in guest.progress(1) > progress }) else { return true }
          // Under this policy whoever holds the lock keeps the vcpu out after its next exit.
          guest.machine.platform.fabric.coordinator.guarded.withLock { _ in
            var exits: UInt64 = 0
            var quiet = 0
            _ = guest.until { snapshot in
              quiet = snapshot.vcpus[1].exits.total == exits ? quiet + 1 : 0
              exits = snapshot.vcpus[1].exits.total
              return quiet == 4
            }
            guest.machine.platform.cells[1].announceINIT()
            guest.machine.platform.cells[1].acceptINIT()
          }
          guard guest.until({ $0.vcpus[1].state == .waitForSIPI }) else { return true }
          guest.inject(.startup(vector: 0x10, targets: [1]))
          return !guest.until(seconds: 5) { _ in guest.boots(1) == round }
        }
        #expect(failed == nil)
        #expect(guest.machine.guestEnded == nil)
      }
    }

    @Test("INIT to a running, a halted, a waiting and a stopped vcpu; one SIPI starts it, once")
    func states() throws {
      for program in [PROGRAM_SPIN, PROGRAM_HALT, PROGRAM_HALT_DISABLED] {
        try withGuest(Guest.configuration(PROGRAM_HALT, ap: program, vcpus: 2)) { guest in
          let initialize = Injection.initIPI(targets: [1])
          let startup = Injection.startup(vector: 0x10, targets: [1])
          #expect(guest.startAPs())
          #expect(
            guest.until { $0.vcpus[1].state == (program == PROGRAM_SPIN ? .running : .halted) })
          #expect(guest.report(startup)?.firstOutcome == .ignored(.notWaitingForSIPI))
          #expect(guest.boots(1) == 1)
          #expect(guest.report(initialize)?.outcome?.isDone == true)
          #expect(guest.until { $0.vcpus[1].state == .waitForSIPI })
          #expect(guest.report(initialize)?.rendezvous.first?.targets.members == [1])
          #expect(guest.until { $0.vcpus[1].state == .waitForSIPI })
          #expect(guest.report(startup)?.firstOutcome?.isDone == true)
          #expect(guest.report(startup)?.firstOutcome == .ignored(.notWaitingForSIPI))
          #expect(guest.until { _ in guest.boots(1) == 2 })

          // Stopped: INIT is taken, the SIPI waits for the guest to go on.
          guest.machine.perform(.stopGuest)
          #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .stopped } })
          #expect(guest.report(initialize)?.outcome?.isDone == true)
          #expect(guest.report(startup)?.firstOutcome?.isDone == true)
          #expect(guest.until { $0.vcpus[1].state == .stopped })
          #expect(guest.boots(1) == 2)
          guest.machine.perform(.continueGuest)
          #expect(guest.until { _ in guest.boots(1) == 3 })
        }
      }
    }

    @Test("an INIT after a SIPI that was not yet acted on wins")
    func initAfterStartup() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT, vcpus: 2)) { guest in
        let startup = Injection.startup(vector: 0x10, targets: [1])
        #expect(guest.until { _ in guest.boots() == 1 })
        guest.machine.perform(.stopGuest)
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .stopped } })
        #expect(guest.report(startup)?.firstOutcome?.isDone == true)
        #expect(guest.report(.initIPI(targets: [1]))?.outcome?.isDone == true)
        guest.machine.perform(.continueGuest)
        #expect(guest.until { $0.vcpus[1].state == .waitForSIPI })
        // Whatever was asked before is served by the time that the next answer comes.
        #expect(guest.report(.rendezvous(targets: [0, 1]))?.outcome?.isDone == true)
        #expect(guest.boots(1) == 0)
        #expect(guest.report(startup)?.firstOutcome?.isDone == true)
        #expect(guest.until { _ in guest.boots(1) == 1 })
      }
    }

    @Test("INIT to the bootstrap processor starts it anew without a SIPI")
    func bootstrap() throws {
      for program in [PROGRAM_SPIN, PROGRAM_HALT, PROGRAM_PORT_LOOP] {
        try withGuest(Guest.configuration(program)) { guest in
          for round in UInt64(1)...20 {
            #expect(guest.until { _ in guest.boots() == round })
            #expect(guest.report(.initIPI(targets: [0]))?.outcome?.isDone == true)
          }
          #expect(
            guest.report(.startup(vector: 0x10, targets: [0]))?.firstOutcome
              == .ignored(.notWaitingForSIPI))
        }
      }
    }

    @Test("an NMI ends a HLT with IF=0; in wait-for-SIPI it waits for the SIPI")
    func nmi() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT, ap: PROGRAM_HALT_DISABLED, vcpus: 2)) {
        guest in
        #expect(guest.until { _ in guest.boots() == 1 })
        let nmi = Injection.nmi(targets: [1])
        let waiting = guest.report(nmi)
        #expect(waiting?.firstOutcome == .pending(.waitForSIPI))
        #expect(waiting?.isFinal == false)
        #expect(guest.report(nmi)?.firstOutcome == .coalesced)
        #expect(guest.look().vcpus[1].state == .waitForSIPI)
        #expect(guest.last.vcpus[1].exits.total == 0)
        guest.inject(.startup(vector: 0x10, targets: [1]))
        #expect(guest.laterReport(nmi) { $0.firstOutcome?.isDelivered == true } != nil)
        #expect(guest.until { $0.vcpus[1].state == .halted && guest.boots(1) == 1 })
        let progress = guest.progress(1)
        let count = guest.count(2, vcpu: 1)
        #expect(
          guest.report(.fixed(vector: 0x40, targets: [1]))?.firstOutcome
            == .pending(.interruptsDisabled))
        let report = guest.report(nmi) { $0.firstOutcome?.isDelivered == true }
        #expect(report?.targets.first?.guestSaw == 1)
        #expect(guest.until { _ in guest.progress(1) == progress + 1 })
        #expect(guest.count(2, vcpu: 1) == count + 1)
        #expect(guest.count(0x40, vcpu: 1) == 0)
      }
    }

    @Test("INIT drops what was pending, and says so")
    func initDrops() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT, ap: PROGRAM_HALT_DISABLED, vcpus: 2)) {
        guest in
        #expect(guest.startAPs())
        #expect(guest.until { $0.vcpus[1].state == .halted })
        let fixed = Injection.fixed(vector: 0x40, targets: [1])
        #expect(guest.report(fixed)?.firstOutcome == .pending(.interruptsDisabled))
        guest.inject(.initIPI(targets: [1]))
        let dropped = guest.laterReport(fixed) { $0.isFinal }
        #expect(dropped?.firstOutcome == .ignored(.resetByINIT))
        #expect(guest.report(fixed)?.firstOutcome == .ignored(.localAPICDisabled))
        let nmi = Injection.nmi(targets: [1])
        #expect(guest.report(nmi)?.firstOutcome == .pending(.waitForSIPI))
        guest.inject(.initIPI(targets: [1]))
        #expect(guest.laterReport(nmi) { $0.isFinal }?.firstOutcome == .ignored(.resetByINIT))
        guest.inject(.startup(vector: 0x10, targets: [1]))
        #expect(guest.until { $0.vcpus[1].state == .halted && guest.boots(1) == 2 })
        #expect(guest.count(0x40, vcpu: 1) == 0)
        #expect(guest.count(2, vcpu: 1) == 0)
      }
    }
  }
}
