import Commands
import Guests
import Interrupts
import Rendezvous
import Telemetry
import Testing

@testable import Machine

extension RealGuestTests {
  /// Actions that are run on behalf of sleeping vcpus (`RendezvousPolicy.Service.onBehalf`).
  @Suite struct OnBehalfTests {
    private func record(_ report: InjectionReport?) -> RendezvousRecord? {
      report?.rendezvous.first
    }

    @Test("INIT to a halted vcpu wakes nobody; one SIPI starts it, once")
    func halted() throws {
      for program in [PROGRAM_HALT, PROGRAM_HALT_DISABLED] {
        let configuration = Guest.configuration(
          PROGRAM_HALT, ap: program, vcpus: 2, policy: .tryst)
        try withGuest(configuration) { guest in
          let initialize = Injection.initIPI(targets: [1])
          let startup = Injection.startup(vector: 0x10, targets: [1])
          #expect(guest.startAPs())
          #expect(guest.until { $0.vcpus[1].state == .halted })
          let cell = guest.machine.platform.cells[1]
          let (bell, exits) = (cell.sleepWord.load(), guest.last.vcpus[1].exits.total)
          let done = record(guest.report(initialize))
          #expect(done?.targets.members == [1])
          #expect(done?.servedOnBehalf == 1)
          #expect(done?.kicksWoken == 0 && done?.kicksSignalled == 0 && done?.kicksElided == 1)
          #expect(cell.sleepWord.load() == bell)
          #expect(guest.look().vcpus[1].state == .waitForSIPI)
          #expect(guest.last.vcpus[1].exits.total == exits)
          #expect(guest.last.vcpus[1].initResets == 0, "its own thread has not looked yet")
          #expect(record(guest.report(initialize))?.servedOnBehalf == 1)
          #expect(guest.report(startup)?.firstOutcome?.isDone == true)
          #expect(guest.report(startup)?.firstOutcome == .ignored(.notWaitingForSIPI))
          #expect(guest.until { _ in guest.boots(1) == 2 })
          #expect(guest.look().vcpus[1].initResets == 1)
        }
      }
    }

    @Test("what was pending at a halted vcpu is dropped by the INIT, and said so at once")
    func drops() throws {
      let configuration = Guest.configuration(
        PROGRAM_HALT, ap: PROGRAM_HALT_DISABLED, vcpus: 2, policy: .tryst)
      try withGuest(configuration) { guest in
        #expect(guest.startAPs())
        #expect(guest.until { $0.vcpus[1].state == .halted })
        let fixed = Injection.fixed(vector: 0x40, targets: [1])
        #expect(guest.report(fixed)?.firstOutcome == .pending(.interruptsDisabled))
        guest.inject(.initIPI(targets: [1]))
        let dropped = guest.laterReport(fixed) { $0.isFinal }
        #expect(dropped?.firstOutcome == .ignored(.resetByINIT))
        #expect(!guest.machine.platform.cells[1].routingFacts.isSoftwareEnabled)
        #expect(guest.report(fixed)?.firstOutcome == .ignored(.localAPICDisabled))
        // After the INIT: it waits for the SIPI, and is not taken for one that the INIT dropped.
        let nmi = Injection.nmi(targets: [1])
        #expect(guest.report(nmi)?.firstOutcome == .pending(.waitForSIPI))
        guest.inject(.startup(vector: 0x10, targets: [1]))
        #expect(guest.laterReport(nmi) { $0.firstOutcome?.isDelivered == true } != nil)
        #expect(guest.until { _ in guest.boots(1) == 2 })
        #expect(guest.count(0x40, vcpu: 1) == 0)
      }
    }

    @Test("waiting for a SIPI, stopped, and running vcpus, each in its way")
    func everyState() throws {
      let configuration = Guest.configuration(
        PROGRAM_SPIN, ap: PROGRAM_SPIN, vcpus: 3, policy: .tryst)
      try withGuest(configuration) { guest in
        #expect(guest.until { _ in guest.boots() == 1 })
        #expect(guest.until { $0.vcpus[2].state == .waitForSIPI })
        #expect(record(guest.report(.initIPI(targets: [2])))?.servedOnBehalf == 1)
        guest.inject(.startup(vector: 0x10, targets: [1]))
        #expect(guest.until { _ in guest.boots(1) == 1 })
        #expect(guest.until { $0.vcpus[1].state == .running })
        let mixed = record(guest.report(.rendezvous(targets: [0, 1, 2])))
        #expect(mixed?.servedOnBehalf == 1)
        #expect((mixed?.kicksSignalled ?? 0) > 0 && mixed?.kicksWoken == 0)

        guest.machine.perform(.stopGuest)
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .stopped } })
        let stopped = record(guest.report(.initIPI(targets: [1, 2])))
        #expect(stopped?.servedOnBehalf == 2)
        #expect(guest.look().vcpus[1].state == .stopped)
        #expect(guest.report(.startup(vector: 0x10, targets: [1]))?.firstOutcome?.isDone == true)
        guest.machine.perform(.continueGuest)
        #expect(guest.until { _ in guest.boots(1) == 2 })
        #expect(guest.until { $0.vcpus[2].state == .waitForSIPI })
        #expect(guest.boots(2) == 0)
      }
    }

    @Test("the bootstrap processor, halted, starts anew after an INIT")
    func bootstrap() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT, policy: .tryst)) { guest in
        for round in UInt64(1)...10 {
          #expect(guest.until { $0.vcpus[0].state == .halted && guest.boots() == round })
          let report = guest.report(.initIPI(targets: [0]))
          #expect(report?.outcome?.isDone == true)
        }
        #expect(guest.until { _ in guest.boots() == 11 })
      }
    }

    @Test("INITs, SIPIs, vectors and NMIs to sleepers that wake: nobody is lost")
    func races() throws {
      try withGuest(demo(vcpus: 4, .haltedCrowd, policy: .tryst)) { guest in
        #expect(guest.until { $0.rendezvous.byCause[.initIPI] > 5 })
        for round in 0..<200 {
          guest.inject(.initIPI(targets: [1 + round % 3]))
          guest.inject(.fixed(vector: 0x99, targets: [1, 2, 3]))
          if round % 5 == 0 { guest.inject(.nmi(targets: [1, 2, 3])) }
          guest.inject(.startup(vector: 0x10, targets: [1, 2, 3]))
          guest.look()
        }
        let last = Injection.rendezvous(targets: .first(4))
        #expect(guest.until { _ in guest.inject(last) != nil })
        #expect(guest.laterReport(last)?.outcome?.isDone == true)
        guest.machine.perform(.setScenario(.idle))
        guest.inject(.startup(vector: 0x10, targets: [1, 2, 3]))
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .halted } })
        let report = guest.report(.fixed(vector: 0x98, targets: .first(4))) {
          $0.isFinal && $0.targets.allSatisfy { $0.outcome.isDelivered && $0.guestSaw == 1 }
        }
        #expect(report != nil)
        #expect(guest.last.rendezvous.missingMembers == 0)
        #expect(guest.last.rendezvous.timeoutRescues == 0)
        #expect(guest.machine.guestEnded == nil)
      }
    }
  }
}
