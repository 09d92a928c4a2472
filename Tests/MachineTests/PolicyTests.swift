import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Machine

extension RealGuestTests {
  /// Policies, on a live machine.
  @Suite struct PolicyTests {
    @Test("200 changes of policy while INITs storm: each takes effect, nobody is missing")
    func changes() throws {
      try withGuest(demo(vcpus: 4, .initStorm, policy: .baseline)) { guest in
        #expect(guest.until { $0.rendezvous.byCause[.initIPI] > 10 })
        let failed = (0..<enough(200)).first { round in
          !takesEffect(round % 2 == 0 ? .landed : .baseline, guest)
        }
        #expect(failed == nil)
        #expect(guest.last.rendezvous.missingMembers == 0)
        #expect(guest.last.rendezvous.timeoutRescues == 0)
        let changes = guest.events.filter {
          if case .policyChanged = $0.event { true } else { false }
        }
        #expect(changes.count == enough(200))
        #expect(guest.machine.guestEnded == nil)
      }
    }

    /// Whether the change takes effect, and rendezvous go on after it.
    private func takesEffect(_ policy: RendezvousPolicy, _ guest: Guest) -> Bool {
      guest.machine.perform(.setPolicy(policy))
      guard guest.until(seconds: 10, { $0.policy == policy }) else { return false }
      let completed = guest.last.rendezvous.completed
      return guest.until(seconds: 10) { $0.rendezvous.completed > completed }
    }

    @Test(
      "landed from the start: nobody but members ever comes",
      arguments: [Scenario.initStorm, .mixed, .haltedCrowd])
    func landed(scenario: Scenario) throws {
      try withGuest(demo(vcpus: 4, scenario, policy: .landed)) { guest in
        let wanted: UInt64 = scenario == .mixed ? 2 : UInt64(enough(500))
        #expect(guest.until { $0.rendezvous.byCause[.initIPI] >= wanted })
        let exits = guest.look().rendezvousExits
        #expect(exits[.bystander] == 0)
        #expect(exits[.void] == 0)
        #expect(guest.last.sum(\.stallNanoseconds) == 0)
        let records = guest.events.compactMap {
          if case .rendezvous(let record) = $0.event { record } else { nil }
        }
        #expect(!records.isEmpty)
        #expect(records.allSatisfy { $0.bystanders == 0 && $0.bystanderStallNanoseconds == 0 })
      }
    }

    @Test("baseline: bystanders come, and their stall is counted")
    func baseline() throws {
      try withGuest(demo(vcpus: 4, .initStorm, policy: .baseline)) { guest in
        #expect(guest.until { $0.rendezvousExits[.bystander] > 0 })
        #expect(guest.last.sum(\.stallNanoseconds) > 0)
        #expect(guest.last.rendezvous.missingMembers == 0)
      }
    }
  }
}

/// The demo guest.
func demo(
  vcpus: Int, _ scenario: Scenario = .idle, policy: RendezvousPolicy = .landed
) -> MachineConfiguration {
  var configuration = MachineConfiguration()
  configuration.vcpus = vcpus
  configuration.scenario = scenario
  configuration.policy = policy
  return configuration
}
