import Commands
import Guests
import Rendezvous
import Telemetry
import Testing
import Threads

@testable import Machine
@testable import Rendezvous

extension RealGuestTests {
  /// What an operator is told of an injection, where no other suite asks already.
  @Suite struct InjectionReportTests {
    @Test("what cannot reach anybody says why")
    func ignored() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT, vcpus: 2)) { guest in
        #expect(guest.until { $0.vcpus[0].state == .halted })
        let nowhere: [Injection] = [
          .fixed(vector: 0x40, targets: [9]), .nmi(targets: [9]), .initIPI(targets: [2]),
          .startup(vector: 0x10, targets: [4095]), .rendezvous(targets: []),
          .message(address: 0xfee4_d000, data: 0x40), .message(address: 0xfed0_0000, data: 0x40),
          .pin(24, .pulse), .pin(-1, .assert), .redirectionEntry(pin: 24, value: 0),
        ]
        for injection in nowhere {
          let report = guest.report(injection)
          #expect(report?.outcome == .ignored(.noDestination), "\(injection)")
          #expect(report?.isFinal == true)
        }
        for injection: Injection in [
          .fixed(vector: 15, targets: [0]), .message(address: 0xfee0_0000, data: 3),
        ] {
          #expect(guest.report(injection)?.outcome == .ignored(.illegalVector), "\(injection)")
        }
        // SMI, INIT, ExtINT: messages that nothing here takes.
        for mode: UInt32 in [2, 5, 7] {
          let message = Injection.message(address: 0xfee0_0000, data: mode << 8 | 0x40)
          #expect(guest.report(message)?.outcome == .ignored(.deliveryMode), "mode \(mode)")
        }
        #expect(guest.until { $0.vcpus[0].state == .halted })
        #expect(guest.last.operatorIPIs.total <= 4)
      }
    }

    @Test("a stopped guest: pending, merged, and all of it delivered when it goes on")
    func stopped() throws {
      try withGuest(Guest.configuration(PROGRAM_SPIN)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        guest.machine.perform(.stopGuest)
        #expect(guest.until { $0.vcpus[0].state == .stopped })
        let progress = guest.progress()
        let fixed = Injection.fixed(vector: 0x40, targets: [0])
        let first = guest.report(fixed)
        #expect(first?.firstOutcome == .pending(.stopped))
        #expect(first?.isFinal == false)
        let second = guest.report(fixed)
        #expect(second?.firstOutcome == .coalesced)
        let nmi = Injection.nmi(targets: [0])
        #expect(guest.report(nmi)?.firstOutcome == .pending(.stopped))
        #expect(guest.progress() == progress)
        guest.machine.perform(.continueGuest)
        let delivered = guest.laterReport(fixed) { $0.isFinal && $0.id == first?.id }
        #expect(delivered?.firstOutcome?.isDelivered == true)
        #expect(delivered?.targets.first?.guestSaw == 1)
        #expect(guest.laterReport(nmi) { $0.isFinal }?.firstOutcome?.isDelivered == true)
        #expect(guest.until { _ in guest.count(2) == 1 })
        #expect(guest.count(0x40) == 1)
      }
    }

    @Test("an NMI behind an NMI handler that still runs is pending; a third merges")
    func nmiBlocked() throws {
      try withGuest(Guest.configuration(PROGRAM_SPIN, flags: FLAG_NMI_SPINS)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        let nmi = Injection.nmi(targets: [0])
        let first = guest.report(nmi) { $0.isFinal }
        #expect(first?.firstOutcome?.isDelivered == true)
        #expect(guest.until { _ in guest.count(2) == 1 })
        let second = guest.report(nmi)
        #expect(second?.firstOutcome == .pending(.nmiBlocked))
        #expect(second?.isFinal == false)
        #expect(guest.report(nmi)?.firstOutcome == .coalesced)
        #expect(guest.count(2) == 1)
        guest.set(PARAMETER_FLAGS, 0)
        let later = guest.laterReport(nmi) { $0.isFinal && $0.id == second?.id }
        #expect(later?.firstOutcome?.isDelivered == true)
        #expect(guest.until { _ in guest.count(2) == 2 })
        // And an ordinary one again.
        #expect(guest.report(nmi) { $0.isFinal }?.firstOutcome?.isDelivered == true)
        #expect(guest.until { _ in guest.count(2) == 3 })
      }
    }

    @Test("a vector behind one in service is held by the priority, until the EOI")
    func behindOneInService() throws {
      let program = Guest.configuration(PROGRAM_DISABLED_UNTIL_GO, flags: FLAG_NO_EOI)
      try withGuest(program) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        let low = Injection.fixed(vector: 0x40, targets: [0])
        let high = Injection.fixed(vector: 0x51, targets: [0])
        #expect(guest.report(low)?.firstOutcome == .pending(.interruptsDisabled))
        #expect(guest.report(high)?.firstOutcome == .pending(.interruptsDisabled))
        guest.go()
        #expect(guest.laterReport(high) { $0.isFinal }?.firstOutcome?.isDelivered == true)
        // On its way there it may be seen in the shadow of the STI.
        let held = guest.laterReport(low) { $0.firstOutcome == .pending(.processorPriority) }
        #expect(held != nil)
        #expect(guest.count(0x51) == 1 && guest.count(0x40) == 0)
        #expect(guest.report(.fixed(vector: 0x61, targets: [0]))?.firstOutcome?.isDelivered == true)
      }
    }

    @Test("a vcpu that cannot come out: the interrupt is reported as not seen, then as delivered")
    func notSeen() throws {
      var policy = RendezvousPolicy.landed
      policy.check = .lockedMember
      policy.injectionOrder = .checkThenInject
      try withGuest(Guest.configuration(PROGRAM_PORT_LOOP, policy: policy)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        let fixed = Injection.fixed(vector: 0x40, targets: [0])
        // Under this policy the look before each entry takes the lock: whoever holds it keeps the vcpu.
        let pending = guest.machine.platform.fabric.coordinator.guarded.withLock { _ in
          guest.report(fixed) { _ in true }
        }
        #expect(pending?.firstOutcome == .pending(.notSeen))
        let delivered = guest.laterReport(fixed) { $0.isFinal }
        #expect(delivered?.firstOutcome?.isDelivered == true)
        #expect(guest.count(0x40) == 1)
        // How long depends on when the host lets the vcpu look.
        #expect(guest.look().vcpus[0].checkLockWaitNanoseconds > 0)
      }
    }

    @Test("an edge pin and messages reach whom they name, and are counted")
    func pinsAndMessages() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT, ap: PROGRAM_HALT, vcpus: 3)) { guest in
        #expect(guest.startAPs())
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .halted } })
        #expect(
          guest.report(.redirectionEntry(pin: 4, value: 0x70 | 2 << 56))?.outcome?.isDone == true)
        let pulse = guest.report(.pin(4, .pulse)) { $0.isFinal }
        #expect(pulse?.targets.map(\.vcpu) == [2])
        #expect(pulse?.firstOutcome?.isDelivered == true)
        let message = guest.report(.message(address: 0xfee0_1000, data: 0x71)) { $0.isFinal }
        #expect(message?.targets.map(\.vcpu) == [1])
        #expect(message?.firstOutcome?.isDelivered == true)
        let all = guest.report(.message(address: 0xfeef_f000, data: 0x72)) { $0.isFinal }
        #expect(all?.targets.map(\.vcpu) == [0, 1, 2])
        let one = guest.report(.message(address: 0xfeef_f000, data: 0x173)) { $0.isFinal }
        #expect(one?.targets.count == 1)
        #expect(guest.until { _ in guest.count(0x72, vcpu: 2) == 1 })
        #expect(guest.count(0x70, vcpu: 2) == 1 && guest.count(0x71, vcpu: 1) == 1)
        #expect((0..<3).map { guest.count(0x73, vcpu: $0) }.reduce(0, +) == 1)
        #expect(guest.last.pins == 1)
        #expect(guest.last.messages == 3)
      }
    }

    @Test("a queue of commands has an end, and the machine survives it being hit")
    func queueLimit() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT)) { guest in
        #expect(guest.until { $0.vcpus[0].state == .halted })
        var refused = 0
        for _ in 0..<5000 where guest.inject(.nmi(targets: [0])) == nil { refused += 1 }
        #expect(refused < 5000)
        let last = Injection.rendezvous(targets: [0])
        #expect(guest.until { _ in guest.inject(last) != nil })
        #expect(guest.laterReport(last)?.outcome?.isDone == true)
        #expect(guest.until { $0.vcpus[0].state == .halted })
      }
    }
  }
}
