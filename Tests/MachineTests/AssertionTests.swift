import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Machine

extension RealGuestTests {
  /// bhyve's assertion at a rendezvous exit, as an event.
  @Suite struct AssertionTests {
    private func failures(_ guest: Guest) -> [AssertionFailure] {
      guest.events.compactMap {
        if case .assertionFailed(let failure) = $0.event { failure } else { nil }
      }
    }

    /// What makes it likely: a vcpu is slow between its look and its exit, or the initiator between its
    /// two stores.
    private func delay(_ point: FaultPoint, _ guest: Guest) {
      var faults = RendezvousFaults()
      faults[spinNanoseconds: point] = 100_000
      guest.machine.platform.fabric.coordinator.setFaults(faults)
    }

    @Test("strict: the rendezvous that a bystander saw is over when it comes to its exit")
    func strict() throws {
      try withGuest(demo(vcpus: 4, .initStorm, policy: .strict)) { guest in
        delay(.afterCheck, guest)
        // On one emulated CPU only the end of a time slice lets the others end it in between.
        #expect(guest.until(seconds: 60) { _ in failures(guest).count >= 3 })
        let all = failures(guest)
        let end = guest.look().timeNanoseconds
        for failure in all {
          #expect((0..<4).contains(failure.vcpu))
          #expect(failure.policy == "strict")
          #expect(!failure.stoppedGuest)
          #expect(failure.timeNanoseconds <= end)
          #expect(failure.last.map { $0.id > 0 && $0.cause == .initIPI } == true)
        }
        // Ten a second at most; all of them are counted.
        for (one, next) in zip(all, all.dropFirst()) {
          #expect(next.timeNanoseconds - one.timeNanoseconds >= 100_000_000)
        }
        #expect(guest.last.sum(\.assertionWouldFire) >= UInt64(all.count))
        #expect(guest.machine.guestEnded == nil)
      }
    }

    @Test("atomic: a member sees its bit before the function is stored")
    func atomic() throws {
      try withGuest(demo(vcpus: 4, .initStorm, policy: .atomic)) { guest in
        delay(.afterRequestStore, guest)
        #expect(guest.until(seconds: 60) { _ in !failures(guest).isEmpty })
        let first = failures(guest).first
        #expect(first?.sawBit == true)
        #expect(first?.policy == "atomic")
        #expect(first?.last?.targets.contains(first?.vcpu ?? -1) == true)
      }
    }

    @Test("--stop-on-assertion stops the guest there; it can go on")
    func stops() throws {
      var configuration = demo(vcpus: 4, .initStorm, policy: .strict)
      configuration.stopsOnAssertion = true
      try withGuest(configuration) { guest in
        delay(.afterCheck, guest)
        #expect(guest.until(seconds: 60) { $0.isStopped })
        #expect(guest.until { _ in !failures(guest).isEmpty })
        #expect(failures(guest).filter(\.stoppedGuest).count == 1)
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .stopped } })
        let exits = guest.look().exits.total
        #expect(guest.look().exits.total == exits)
        #expect(guest.messages.contains { $0.hasPrefix("guest stopped: an assertion failed") })
        guest.machine.platform.fabric.coordinator.setFaults(RendezvousFaults())
        guest.machine.perform(.setPolicy(.landed))
        guest.machine.perform(.continueGuest)
        #expect(guest.until { !$0.isStopped && $0.exits.total > exits + 100 })
      }
    }

    @Test(
      "where it is out of reach or gone it never fails",
      arguments: RendezvousPolicy.presets.filter {
        ["barrier", "double-function-first", "landed", "tryst"].contains($0.preset)
      })
    func unreachable(policy: RendezvousPolicy) throws {
      try withGuest(demo(vcpus: 4, .initStorm, policy: policy)) { guest in
        delay(.betweenClears, guest)
        #expect(guest.until { $0.rendezvous.byCause[.initIPI] > enough(300) })
        #expect(failures(guest).isEmpty)
      }
    }
  }
}
