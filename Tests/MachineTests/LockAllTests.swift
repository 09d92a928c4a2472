import Commands
import Guests
import Rendezvous
import Synchronization
import Telemetry
import Testing
import Threads

@testable import Machine

extension RealGuestTests {
  /// All vcpus held for a moment (rendezvous.md section 1.8).
  @Suite struct LockAllTests {
    private func policy(_ lockAll: RendezvousPolicy.LockAll) -> RendezvousPolicy {
      var policy = RendezvousPolicy.landed
      policy.preset = "custom"
      policy.lockAll = lockAll
      return policy
    }

    @Test("spinning, halted, waiting and stopped vcpus are held and let go, again and again")
    func everyState() throws {
      let configuration = Guest.configuration(PROGRAM_SPIN, ap: PROGRAM_HALT, vcpus: 4)
      try withGuest(configuration) { guest in
        #expect(guest.until { _ in guest.boots() == 1 })
        #expect(guest.report(.lockAll)?.outcome?.isDone == true)
        #expect(guest.messages.contains { $0.hasPrefix("lock-all (helpingGuarded): 4 vcpus held") })
        #expect(guest.startAPs())
        let failed = (0..<50).first { _ in
          let progress = guest.progress()
          return guest.report(.lockAll, seconds: 10)?.outcome?.isDone != true
            || !guest.until(seconds: 10) { _ in guest.progress() > progress }
        }
        #expect(failed == nil)
        guest.machine.perform(.stopGuest)
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .stopped } })
        #expect(guest.report(.lockAll)?.outcome?.isDone == true)
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .stopped } })
        guest.machine.perform(.continueGuest)
        let fixed = Injection.fixed(vector: 0x42, targets: .first(4))
        #expect(
          guest.report(fixed) { $0.isFinal && $0.targets.allSatisfy { $0.outcome.isDelivered } }
            != nil)
      }
    }

    @Test("nobody is in the guest while all are held")
    func held() throws {
      let configuration = Guest.configuration(PROGRAM_SPIN, ap: PROGRAM_SPIN, vcpus: 3)
      try withGuest(configuration) { guest in
        #expect(guest.startAPs())
        let coordinator = guest.machine.platform.fabric.coordinator
        let locked = coordinator.lockAll()
        #expect(locked.held == .first(3))
        let before = (0..<3).map { guest.progress($0) }
        #expect(guest.look().vcpus.allSatisfy { $0.state == .idle })
        // Meanwhile others may ask for anything.
        guest.machine.platform.raiseAll(.stop)
        #expect((0..<3).map { guest.progress($0) } == before)
        coordinator.unlockAll(locked)
        #expect(guest.until { _ in (0..<3).allSatisfy { guest.progress($0) > before[$0] } })
      }
    }

    @Test(
      "helping gets past storms of rendezvous",
      arguments: [RendezvousPolicy.LockAll.helping, .helpingGuarded],
      [Scenario.initStorm, .rerouteStorm])
    func storms(lockAll: RendezvousPolicy.LockAll, scenario: Scenario) throws {
      try withGuest(demo(vcpus: 4, scenario, policy: policy(lockAll))) { guest in
        #expect(guest.until { $0.rendezvous.completed > 10 })
        let failed = (0..<30).first { _ in
          guest.report(.lockAll, seconds: 10)?.outcome?.isDone != true
        }
        #expect(failed == nil)
        let completed = guest.look().rendezvous.completed
        #expect(guest.until { $0.rendezvous.completed > completed + 10 })
        #expect(guest.last.rendezvous.missingMembers == 0)
        #expect(guest.machine.guestEnded == nil)
      }
    }

    @Test("plain deadlocks with a rendezvous; the watchdog ends that, and both go on")
    func plain() throws {
      var configuration = Guest.configuration(
        PROGRAM_SPIN, ap: PROGRAM_SPIN, vcpus: 4, policy: policy(.plain))
      configuration.allowsUnsafePolicies = true
      try withGuest(configuration) { guest in
        #expect(guest.startAPs())
        // The first vcpus are held already when everybody is asked to meet: those wait for these.
        let coordinator = guest.machine.platform.fabric.coordinator
        let isEnding = Atomic<Bool>(false)
        var broken = false
        try withBusyThread {
          while !isEnding.load(ordering: .relaxed) {
            _ = try? coordinator.initiate(
              by: nil, targets: .first(4), cause: .operatorRequest, action: .nothing)
          }
        } meanwhile: {
          defer { isEnding.store(true, ordering: .relaxed) }
          for _ in 0..<20 where !broken {
            #expect(guest.report(.lockAll, seconds: 10)?.outcome?.isDone == true)
            broken = guest.events.contains {
              if case .rendezvousBroken = $0.event { true } else { false }
            }
          }
        }
        #expect(broken)
        guest.machine.perform(.setPolicy(.landed))
        #expect(guest.until(seconds: 10) { $0.policy == .landed })
        #expect(guest.report(.rendezvous(targets: .first(4)))?.outcome?.isDone == true)
        #expect(guest.report(.lockAll)?.outcome?.isDone == true)
      }
    }
  }
}
