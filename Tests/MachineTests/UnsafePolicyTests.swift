import Commands
import Guests
import Rendezvous
import Telemetry
import Testing
import Threads

@testable import Machine

extension RealGuestTests {
  /// Policies that can hang the guest: each ends in a report, not in a hang, and the machine goes on.
  @Suite struct UnsafePolicyTests {
    private func unsafe(_ configuration: MachineConfiguration) -> MachineConfiguration {
      var result = configuration
      result.allowsUnsafePolicies = true
      return result
    }

    private func halted(_ vcpus: Int, _ policy: RendezvousPolicy) -> MachineConfiguration {
      unsafe(
        Guest.configuration(PROGRAM_HALT, ap: PROGRAM_HALT, vcpus: vcpus, policy: policy))
    }

    private func broken(_ guest: Guest) -> [BrokenRendezvous] {
      guest.events.compactMap {
        if case .rendezvousBroken(let broken) = $0.event { broken } else { nil }
      }
    }

    /// Waits for the first report; nil where it does not come in time. The time is the two seconds,
    /// twice, as a test's host may be busy; the report's own is checked.
    private func firstReport(_ guest: Guest) -> BrokenRendezvous? {
      _ = guest.until(seconds: 4) { _ in !broken(guest).isEmpty }
      return broken(guest).first
    }

    /// Whether rendezvous of `targets` complete under `landed`, to which the operator switches.
    private func recovers(_ guest: Guest, _ targets: CPUSet) -> Bool {
      guest.machine.perform(.setPolicy(.landed))
      guard guest.until(seconds: 10, { $0.policy == .landed }) else { return false }
      let missing = guest.last.rendezvous.missingMembers
      for _ in 0..<5 {
        let report = guest.report(.rendezvous(targets: targets), seconds: 10)
        guard report?.outcome?.isDone == true else { return false }
      }
      return guest.look().rendezvous.missingMembers == missing && guest.machine.guestEnded == nil
    }

    @Test("first-word: vcpus from 64 up never come")
    func firstWord() throws {
      try withGuest(halted(66, .firstWord)) { guest in
        #expect(guest.startAPs())
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .halted } })
        // Those of the first word come all the same, and everybody with them.
        #expect(guest.report(.rendezvous(targets: [0, 63]))?.outcome?.isDone == true)
        let hang = Injection.rendezvous(targets: [64, 65])
        guest.inject(hang)
        let report = firstReport(guest)
        #expect(report?.hazard == .hang)
        #expect(report?.policy == "first-word")
        #expect(report?.culprits.map(\.vcpu) == [64, 65])
        #expect((report?.ageNanoseconds ?? .max) < 2_000_000_000)
        #expect(guest.laterReport(hang)?.outcome == .ignored(.aborted))
        #expect(guest.look().policy == .firstWord, "once is no reason to take it away")
        #expect(recovers(guest, .first(66)))
      }
    }

    @Test("first-word-set: vcpus from 64 up are left out, and it is told")
    func firstWordSet() throws {
      try withGuest(halted(66, .firstWordSet)) { guest in
        #expect(guest.startAPs())
        #expect(guest.report(.rendezvous(targets: .first(66)))?.outcome?.isDone == true)
        let report = firstReport(guest)
        #expect(report?.hazard == .missingMembers)
        #expect(report?.culprits.map(\.vcpu) == [64, 65])
        #expect(guest.last.rendezvous.missingMembers == 2)
        #expect(guest.last.policy == .firstWordSet)
        #expect(recovers(guest, .first(66)))
      }
    }

    @Test("no-clear: members leave the guest for ever, and the policy is replaced")
    func noClear() throws {
      try withGuest(halted(4, .noClear)) { guest in
        #expect(guest.startAPs())
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .halted } })
        #expect(guest.report(.rendezvous(targets: [1, 2]))?.outcome?.isDone == true)
        let report = firstReport(guest)
        #expect(report?.hazard == .livelock)
        #expect(report?.culprits.map(\.vcpu) == [1, 2])
        #expect(report?.culprits.allSatisfy { $0.exits > 100 } == true)
        #expect((report?.ageNanoseconds ?? .max) < 2_000_000_000)
        #expect(guest.until(seconds: 5) { $0.policy == .landed })
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .halted } })
        #expect(recovers(guest, .first(4)))
      }
    }

    @Test("deaf-halt: halted vcpus sleep through it")
    func deafHalt() throws {
      try withGuest(halted(3, .deafHalt)) { guest in
        #expect(guest.startAPs())
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .halted } })
        guest.inject(.rendezvous(targets: [1]))
        let report = firstReport(guest)
        #expect(report?.hazard == .hang)
        #expect(report?.culprits == [.init(vcpu: 1, state: .halted)])
        #expect(recovers(guest, .first(3)))
      }
    }

    @Test("unlatched-kick: a kick between check and entry is lost")
    func unlatchedKick() throws {
      let configuration = unsafe(
        Guest.configuration(PROGRAM_SPIN, policy: .unlatchedKick))
      try withGuest(configuration) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        // The window, which is a fraction of a microsecond, made wide.
        var faults = RendezvousFaults()
        faults[spinNanoseconds: .afterCheck] = 3_000_000
        guest.machine.platform.fabric.coordinator.setFaults(faults)
        // Each comes while the vcpu is on its way back from the one before. At once would not do: on one CPU
        // it would come before the vcpu has looked. On a busy host none of a hundred may hit it.
        var report: BrokenRendezvous?
        for _ in 0..<10 where report == nil {
          guest.inject(.rendezvous(targets: [0]), count: 100, every: 2_000_000)
          report = firstReport(guest)
        }
        guest.machine.perform(.stopRepeating)
        #expect(report?.hazard == .hang)
        #expect(report?.culprits == [.init(vcpu: 0, state: .kicked)])
        guest.machine.platform.fabric.coordinator.setFaults(RendezvousFaults())
        #expect(recovers(guest, [0]))
        let progress = guest.progress()
        #expect(guest.until { _ in guest.progress() > progress })
      }
    }

    @Test("a policy that breaks again at once: back to landed by itself")
    func relapse() throws {
      try withGuest(halted(66, .firstWord)) { guest in
        #expect(guest.startAPs())
        let completed = guest.look().rendezvous.completed
        guest.inject(.rendezvous(targets: [64, 65]), count: 10, every: 10_000_000)
        #expect(guest.until(seconds: 6) { $0.policy == .landed })
        // One may begin, and hang, before the operator's thread has replaced the policy.
        #expect((2...3).contains(broken(guest).count))
        #expect(guest.messages.contains { $0.hasPrefix("first-word breaks again and again") })
        #expect(guest.until { $0.rendezvous.completed >= completed + 5 })
        #expect(guest.machine.guestEnded == nil)
      }
    }

    @Test("the machine ends at once while everybody hangs")
    func end() throws {
      let start = MonotonicClock.nanoseconds()
      try withGuest(halted(3, .deafHalt)) { guest in
        #expect(guest.startAPs())
        for _ in 0..<20 { guest.inject(.rendezvous(targets: [1, 2])) }
        #expect(guest.until { $0.rendezvous.requested > 0 })
      }
      #expect(MonotonicClock.nanoseconds() - start < 8_000_000_000)
    }

    @Test("without the permission they are refused: at the start, and as a command")
    func refused() throws {
      for policy in RendezvousPolicy.unsafePresets {
        var text = ""
        do throws(MachineError) { try VirtualMachine(demo(vcpus: 1, policy: policy)).end() } catch {
          text = "\(error)"
        }
        #expect(text.hasPrefix("--policy \(policy.preset) is unsafe (it can "))
        #expect(text.hasSuffix("); add --unsafe-policies"))
      }
      try withGuest(demo(vcpus: 1)) { guest in
        guest.machine.perform(.setPolicy(.firstWord))
        guest.machine.perform(.setPolicy(.baseline))
        #expect(guest.until { $0.policy == .baseline })
        #expect(guest.messages.contains { $0.hasPrefix("policy first-word is unsafe") })
        #expect(!guest.last.allowsUnsafePolicies)
        let changes = guest.events.filter {
          if case .policyChanged = $0.event { true } else { false }
        }
        #expect(changes.count == 1)
      }
    }

    @Test("a safe policy is only told of, and nothing is ended")
    func overdue() throws {
      try withGuest(Guest.configuration(PROGRAM_SPIN)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        let coordinator = guest.machine.platform.fabric.coordinator
        var faults = RendezvousFaults()
        faults.droppedKicks = 1
        coordinator.setFaults(faults)
        guest.inject(.rendezvous(targets: [0]))
        #expect(guest.until(seconds: 9) { _ in guest.messages.contains { $0.contains("overdue") } })
        #expect(broken(guest).isEmpty)
        #expect(guest.look().rendezvous.completed == 0)
        // Whatever brings the vcpu out of the guest ends it.
        _ = guest.machine.platform.cells[0].kick()
        #expect(guest.until { $0.rendezvous.completed == 1 })
      }
    }
  }
}
