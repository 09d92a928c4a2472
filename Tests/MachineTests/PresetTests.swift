import Commands
import Guests
import Rendezvous
import Telemetry
import Testing

@testable import Machine

extension RealGuestTests {
  /// Every safe preset on a live machine.
  @Suite struct PresetTests {
    @Test(
      "INITs storm, then mixed: nobody is missing and no time-out helps",
      arguments: RendezvousPolicy.presets)
    func every(policy: RendezvousPolicy) throws {
      try withGuest(demo(vcpus: 4, .initStorm, policy: policy)) { guest in
        #expect(guest.until { $0.rendezvous.byCause[.initIPI] >= enough(200) })
        let start = guest.look()
        guest.machine.perform(.setScenario(.mixed))
        #expect(
          guest.until { $0.rendezvous.byCause[.initIPI] > start.rendezvous.byCause[.initIPI] + 1 })
        #expect(guest.last.rendezvous.missingMembers == 0)
        #expect(guest.last.rendezvous.timeoutRescues == 0)
        #expect(guest.machine.guestEnded == nil)
        let broken = guest.events.contains {
          if case .rendezvousBroken = $0.event { true } else { false }
        }
        #expect(!broken)
        // Everybody still answers.
        guest.machine.perform(.setScenario(.idle))
        guest.inject(.startup(vector: 0x10, targets: [1, 2, 3]))
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .halted } })
        let report = guest.report(.fixed(vector: 0x99, targets: .first(4))) {
          $0.isFinal && $0.targets.allSatisfy { $0.outcome.isDelivered && $0.guestSaw == 1 }
        }
        #expect(report != nil)
      }
    }

    @Test("tryst: nobody comes who is not asked, and halting costs no more than under landed")
    func tryst() throws {
      var spins: [String: Double] = [:]
      for policy in [RendezvousPolicy.landed, .tryst] {
        try withGuest(demo(vcpus: 4, .haltedCrowd, policy: policy)) { guest in
          #expect(guest.until { $0.rendezvous.completed >= enough(300) })
          let last = guest.last
          spins[policy.preset] =
            Double(last.sum(\.haltSpins)) / Double(last.rendezvous.completed)
          #expect(last.rendezvousExits[.bystander] == 0)
          #expect(last.rendezvousExits[.void] == 0)
          if policy == .tryst { #expect(last.sum(\.haltSpins) == 0) }
        }
      }
      #expect((spins["tryst"] ?? .infinity) <= (spins["landed"] ?? 0))
      try withGuest(demo(vcpus: 4, .initStorm, policy: .tryst)) { guest in
        #expect(guest.until { $0.rendezvous.completed >= enough(300) })
        #expect(guest.last.sum(\.spurious) == 0)
      }
    }

    @Test("illumos: nobody waits for the end of a rendezvous")
    func illumos() throws {
      try withGuest(demo(vcpus: 4, .initStorm, policy: .illumos)) { guest in
        #expect(guest.until { $0.rendezvous.byCause[.initIPI] >= enough(200) })
        #expect(guest.last.sum(\.stallNanoseconds) == 0)
        #expect(guest.last.rendezvousExits[.bystander] == 0)
        guest.machine.perform(.setScenario(.rerouteStorm))
        #expect(guest.until { _ in guest.text.contains("scenario reroute-storm\n") })
        let before = guest.look()
        #expect(guest.until { $0.exits[.mmio] > before.exits[.mmio] + UInt64(enough(500)) })
        #expect(guest.last.rendezvous.byCause[.redirectionEntry] == 0)
      }
    }

    @Test("illumos: a SIPI that is faster than the INIT before it is not lost")
    func fastStartup() throws {
      let configuration = Guest.configuration(
        PROGRAM_HALT, ap: PROGRAM_SPIN, vcpus: 2, policy: .illumos)
      try withGuest(configuration) { guest in
        #expect(guest.startAPs())
        for round in UInt64(2)...UInt64(enough(200)) {
          let progress = guest.progress(1)
          #expect(guest.until { _ in guest.progress(1) > progress })
          guest.inject(.initIPI(targets: [1]))
          guest.inject(.startup(vector: 0x10, targets: [1]))
          guard guest.until(seconds: 10, { _ in guest.boots(1) == round }) else {
            Issue.record("no start after INIT \(round)")
            return
          }
        }
        let startups = guest.reports(.startup(vector: 0x10, targets: [1]))
        #expect(startups.allSatisfy { $0.firstOutcome?.isDone == true })
      }
    }
  }
}
