import Commands
import Guests
import Rendezvous
import Synchronization
import Telemetry
import Testing
import Threads

@testable import Machine

extension RealGuestTests {
  /// Nobody is told in vain, and nothing hangs at any end.
  @Suite struct KickTests {
    @Test("2,000 kicks of a spinning vcpu, none lost, while another thread kicks too")
    func kicks() throws {
      try withGuest(Guest.configuration(PROGRAM_SPIN)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        let platform = guest.machine.platform
        let isEnding = Atomic<Bool>(false)
        let lost = try withBusyThread {
          while !isEnding.load(ordering: .relaxed) {
            _ = platform.cells[0].kick()
          }
        } meanwhile: {
          defer { isEnding.store(true, ordering: .relaxed) }
          return (0..<2000).first { _ in
            let done = guest.report(.rendezvous(targets: [0]), seconds: 5)
            return done?.outcome?.isDone != true
              || done?.rendezvous.allSatisfy { $0.latencyNanoseconds < 1_000_000_000 } != true
          }
        }
        #expect(lost == nil)
        guest.look()
        #expect(guest.last.rendezvous.requested == 2000)
        #expect(guest.last.rendezvous.completed == 2000)
        #expect(guest.last.rendezvous.missingMembers == 0)
        #expect(guest.last.rendezvous.timeoutRescues == 0)
        let progress = guest.progress()
        #expect(guest.until { _ in guest.progress() > progress })
      }
    }

    @Test("posted while kicked: every vector that was accepted is delivered")
    func posts() throws {
      try withGuest(Guest.configuration(PROGRAM_SPIN)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        #expect(firstLost(of: 500, guest) == nil)
      }
    }

    /// Posts a vector again and again; the first one that does not arrive.
    private func firstLost(of rounds: UInt64, _ guest: Guest) -> UInt64? {
      (1...rounds).first { round in
        let isTaken = guest.machine.platform.cells[0].post(vector: 0x41)
        return !isTaken || !guest.until(seconds: 5) { _ in guest.count(0x41) == round }
      }
    }

    @Test("stop and continue, hundreds of times, with spinning and halted vcpus")
    func stopAndContinue() throws {
      try withGuest(Guest.configuration(PROGRAM_SPIN, ap: PROGRAM_HALT, vcpus: 3)) { guest in
        #expect(guest.startAPs())
        let failed = (0..<300).first { _ in !stopsAndGoesOn(guest) }
        #expect(failed == nil)
        // Without looking in between, too.
        for _ in 0..<300 {
          guest.machine.perform(.stopGuest)
          guest.machine.perform(.continueGuest)
        }
        let fixed = Injection.fixed(vector: 0x42, targets: [0, 1, 2])
        #expect(guest.until { _ in guest.inject(fixed) != nil })
        let report = guest.laterReport(fixed) {
          $0.isFinal && $0.targets.allSatisfy { $0.outcome.isDelivered }
        }
        #expect(report != nil)
        #expect(guest.until { snapshot in snapshot.vcpus.allSatisfy { $0.state != .stopped } })
      }
    }

    private func stopsAndGoesOn(_ guest: Guest) -> Bool {
      guest.machine.perform(.stopGuest)
      let isStopped = guest.until(seconds: 10) { $0.vcpus.allSatisfy { $0.state == .stopped } }
      guard isStopped else { return false }
      let progress = guest.progress()
      guest.machine.perform(.continueGuest)
      return guest.until(seconds: 10) { _ in guest.progress() > progress }
    }

    @Test("a continue that comes while the vcpu is on its way to sleep is seen", arguments: [1, 4])
    func stopAndContinueAtOnce(vcpus: Int) throws {
      let configuration = Guest.configuration(
        PROGRAM_PORT_LOOP, ap: PROGRAM_PORT_LOOP, vcpus: vcpus)
      try withGuest(configuration) { guest in
        #expect(vcpus == 1 || guest.startAPs())
        let failed = (0..<3000).first { !goesOnAtOnce(guest, vcpus: vcpus, delay: $0 % 50 * 20) }
        #expect(failed == nil)
      }
    }

    private func goesOnAtOnce(_ guest: Guest, vcpus: Int, delay: Int) -> Bool {
      let platform = guest.machine.platform
      let before = (0..<vcpus).map { guest.progress($0) }
      platform.isStopped.store(true, ordering: .sequentiallyConsistent)
      platform.raiseAll(.stop)
      for _ in 0..<delay { _ = platform.isStopped.load(ordering: .relaxed) }
      platform.isStopped.store(false, ordering: .sequentiallyConsistent)
      platform.raiseAll(.stop)
      if delay % 100 != 0 { return true }
      return guest.until(seconds: 10) { _ in
        (0..<vcpus).allSatisfy { guest.progress($0) > before[$0] }
      }
    }

    @Test("the machine ends while rendezvous storm", arguments: RendezvousPolicy.presets)
    func endInStorm(policy: RendezvousPolicy) throws {
      for scenario in [Scenario.initStorm, .rerouteStorm] {
        for _ in 0..<max(1, enough(4)) {
          var configuration = MachineConfiguration()
          configuration.vcpus = 4
          configuration.policy = policy
          configuration.scenario = scenario
          try withGuest(configuration) { guest in
            let changesRendezvous =
              scenario == .initStorm || policy.triggerModeFilter != .atDelivery
            #expect(guest.until { !changesRendezvous || $0.rendezvous.completed > 20 })
            for _ in 0..<200 { guest.inject(.rendezvous(targets: [0, 1, 2, 3])) }
            for _ in 0..<50 { guest.inject(.initIPI(targets: [1, 2])) }
          }
        }
      }
    }

    @Test("30 machines one after the other, and what they took is given back")
    func manyMachines() throws {
      var resident = 0
      for round in 0..<30 {
        var configuration = MachineConfiguration()
        configuration.vcpus = 4
        try withGuest(configuration) { guest in
          if round % 3 == 0 { return }
          if round % 3 == 1 { guest.machine.perform(.setScenario(.broadcast)) }
          #expect(guest.until { $0.vcpus[0].exits.total > 100 })
        }
        if round == 9 { resident = residentBytes() }
      }
      #expect(residentBytes() < resident + 8 << 20)
      #expect(openDescriptors() < 100)
    }

    @Test("hostile and impossible configurations are refused in words")
    func refused() {
      func failure(_ change: (inout MachineConfiguration) -> Void) -> String {
        var configuration = MachineConfiguration()
        change(&configuration)
        do throws(MachineError) {
          try VirtualMachine(configuration).end()
          return "started"
        } catch { return "\(error)" }
      }
      #expect(
        failure { $0.vcpus = 0 } == "--cpus 0 is out of range: 1 to 1024 vcpus for the demo guest")
      #expect(failure { $0.vcpus = 1025 }.hasPrefix("--cpus 1025 is out of range"))
      let withoutX2APIC = failure {
        $0.vcpus = 256
        $0.hasX2APIC = false
      }
      #expect(
        withoutX2APIC
          == "--cpus 256 is out of range: 1 to 255 vcpus for the demo guest without x2APIC")
      #expect(failure { $0.vcpus = .min }.hasPrefix("--cpus -9223372036854775808 is out of range"))
      #expect(failure { $0.memoryMebibytes = .max }.hasPrefix("--memory 9223372036854775807 is"))
      #expect(failure { $0.memoryMebibytes = 3 }.contains("4 to 3072 MiB"))
      let many = failure {
        $0.vcpus = 1024
        $0.memoryMebibytes = 5
      }
      #expect(many == "--memory 5 is out of range: 6 to 3072 MiB for 1024 vcpus")
      #expect(failure { $0.device = "/nonexistent" }.hasPrefix("open /nonexistent: no such file"))
    }
  }
}

/// Runs `body` on a thread of its own while `meanwhile` runs here.
func withBusyThread<Result>(
  _ body: @escaping @Sendable () -> Void, meanwhile: () throws -> Result
) throws -> Result {
  let threads = ThreadGroup()
  try threads.spawn(name: "test", body: body)
  defer { threads.join() }
  return try meanwhile()
}
