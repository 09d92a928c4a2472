import Commands
import DemoGuest
import KVM
import Rendezvous
import Telemetry
import Testing
import Threads

@testable import Machine

extension RealGuestTests {
  /// The guest that everybody sees.
  @Suite struct DemoGuestTests {
    @Test("every AP answers", arguments: [1, 2, 3, 8, 64, 255])
    func boots(vcpus: Int) throws {
      try withGuest(demo(vcpus: vcpus)) { guest in
        #expect(guest.until(seconds: 60) { _ in guest.text.contains("scenario idle\n") })
        let expected = """
          [demo] tryst demo guest, \(vcpus) vcpus
          \(vcpus - 1) APs answered INIT-SIPI-SIPI
          [demo] scenario idle

          """
        #expect(guest.text == expected)
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .halted } })
        #expect(guest.machine.guestEnded == nil)
      }
    }

    @Test(
      "every change of scenario takes effect, whatever the one before", arguments: [false, true])
    func scenarios(x2APIC: Bool) throws {
      var configuration = demo(vcpus: 4)
      configuration.prefersX2APIC = x2APIC
      try withGuest(configuration) { guest in
        #expect(guest.until { _ in guest.text.contains("scenario idle\n") })
        let changes = Scenario.allCases.flatMap { from in
          Scenario.allCases.filter { $0 != from }.map { (from, $0) }
        }
        // All of them; on an emulated host of one CPU, and in the mode that only many vcpus need, one from each.
        let step = KVMSystem.hostCPUs > 1 && !x2APIC ? 1 : 8
        for place in stride(from: 0, to: changes.count, by: step) {
          let (from, to) = changes[place]
          #expect(begins(guest, from), "\(from.name) before \(to.name)")
          #expect(
            begins(guest, to) && works(guest, to),
            "\(to.name) after \(from.name): \(guest.last.vcpus.map(\.state.name))")
        }
      }
    }

    /// Switches to `scenario`, unless it is that already, and waits until the guest says so.
    private func begins(_ guest: Guest, _ scenario: Scenario) -> Bool {
      if guest.last.scenario == scenario { return true }
      let before = lines(guest, scenario)
      guest.machine.perform(.setScenario(scenario))
      return guest.until { _ in lines(guest, scenario) == before + 1 }
    }

    private func lines(_ guest: Guest, _ scenario: Scenario) -> Int {
      guest.text.split(separator: "\n").filter { $0 == "[demo] scenario \(scenario.name)" }.count
    }

    /// Whether what the scenario is about happens.
    private func works(_ guest: Guest, _ scenario: Scenario) -> Bool {
      let start = guest.look()
      func rose(_ amount: UInt64, _ counter: @escaping (Snapshot) -> UInt64) -> Bool {
        guest.until { counter($0) >= counter(start) + amount }
      }
      switch scenario {
      case .idle: return guest.until { $0.vcpus.allSatisfy { $0.state == .halted } }
      case .mixed: return rose(1) { $0.ipis.total }
      case .initStorm, .haltedCrowd: return rose(5) { $0.rendezvous.byCause[.initIPI] }
      case .pairInit:
        // Both initiators get on.
        return guest.until { last in
          [0, 3].allSatisfy {
            last.vcpus[$0].ipisSent[.initIPI] >= start.vcpus[$0].ipisSent[.initIPI] + 5
          }
        }
      case .edgeStorm: return rose(20) { $0.rendezvous.byCause[.redirectionEntry] }
      case .rerouteStorm: return rose(20) { $0.rendezvous.byCause[.redirectionEntry] }
      case .pingPong, .broadcast: return rose(20) { $0.ipis[.fixed] }
      }
    }

    @Test(
      "INIT, NMI and vectors of any number do not lose the guest",
      arguments: [
        (Scenario.mixed, false), (.pingPong, false), (.broadcast, false), (.initStorm, false),
        (.mixed, true), (.pingPong, true),
      ])
    func survives(scenario: Scenario, x2APIC: Bool) throws {
      var configuration = demo(vcpus: 4, scenario)
      configuration.prefersX2APIC = x2APIC
      try withGuest(configuration) { guest in
        #expect(guest.until { _ in guest.text.contains("scenario \(scenario.name)\n") })
        for vector in UInt8(16)...255 {
          #expect(
            guest.until { _ in
              guest.inject(.fixed(vector: vector, targets: CPUSet(0..<4))) != nil
            })
          if vector % 8 == 0 { guest.inject(.nmi(targets: CPUSet(0..<4))) }
          if vector % 32 == 0 {
            guest.inject(.initIPI(targets: [Int(vector / 32) % 4]))
            guest.inject(.startup(vector: UInt8(DEMO_STARTUP_VECTOR), targets: CPUSet(0..<4)))
          }
          guest.look()
        }
        let last = Injection.rendezvous(targets: CPUSet(0..<4))
        #expect(guest.until(seconds: 60) { _ in guest.inject(last) != nil })
        #expect(guest.laterReport(last, seconds: 60)?.outcome?.isDone == true)
        // Whoever waits for a SIPI gets one; then all of them answer.
        guest.inject(.startup(vector: UInt8(DEMO_STARTUP_VECTOR), targets: CPUSet(0..<4)))
        #expect(
          guest.until { $0.vcpus.allSatisfy { $0.state != .waitForSIPI } || scenario == .initStorm }
        )
        guest.machine.perform(.setScenario(.idle))
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .halted } })
        let report = guest.report(.fixed(vector: 0x99, targets: CPUSet(0..<4))) {
          $0.isFinal && $0.targets.allSatisfy { $0.outcome.isDelivered && $0.guestSaw == 1 }
        }
        #expect(report != nil)
        #expect(guest.machine.guestEnded == nil)
      }
    }

    /// Whether the AP boots once more after INIT and a SIPI of `vector`.
    private func starts(_ guest: Guest, _ vector: UInt8) -> Bool {
      let boots = UInt64(DEMO_VCPU) + 4096 + UInt64(VCPU_BOOTS)
      let memory = guest.machine.platform.memory
      let before = memory.atomicLoad64(at: boots)
      guest.inject(.initIPI(targets: [1]))
      guest.inject(.startup(vector: vector, targets: [1]))
      return guest.until(seconds: 10) { _ in memory.atomicLoad64(at: boots) == before + 1 }
    }

    @Test(
      "NMIs at every instruction of an AP's start do not lose the guest", arguments: [false, true])
    func interruptedStart(x2APIC: Bool) throws {
      var configuration = demo(vcpus: 2)
      configuration.prefersX2APIC = x2APIC
      try withGuest(configuration) { guest in
        guest.machine.perform(.setScenario(.initStorm))
        let boots = UInt64(DEMO_VCPU) + 4096 + UInt64(VCPU_BOOTS)
        let memory = guest.machine.platform.memory
        let cell = guest.machine.platform.cells[1]
        // A start is some sixty instructions; an NMI is posted as fast as this thread can.
        let wanted = memory.atomicLoad64(at: boots) + 3000
        let limit = MonotonicClock.nanoseconds() + 60_000_000_000
        while guest.machine.guestEnded == nil, memory.atomicLoad64(at: boots) < wanted,
          MonotonicClock.nanoseconds() < limit
        {
          _ = cell.postNMI()
          guest.look()
        }
        #expect(guest.machine.guestEnded == nil)
        #expect(guest.last.vcpus[1].nmisInjected > 100)
        // A busy host may have let fewer through: a guest that is not lost goes on.
        let started = memory.atomicLoad64(at: boots)
        #expect(started >= wanted - 2_500)
        #expect(guest.until { _ in memory.atomicLoad64(at: boots) > started })
      }
    }

    @Test("a SIPI of any vector starts an AP that waits for one")
    func everyStartupVector() throws {
      try withGuest(demo(vcpus: 2)) { guest in
        #expect(guest.until { _ in guest.text.contains("scenario idle\n") })
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .halted } })
        let failed = (UInt8(0)...255).first { !starts(guest, $0) }
        #expect(failed == nil)
        #expect(guest.machine.guestEnded == nil)
        #expect(guest.until { $0.vcpus[1].state == .halted })
        let report = guest.report(.fixed(vector: 0x99, targets: [1])) { $0.isFinal }
        #expect(report?.targets.first?.guestSaw == 1)
      }
    }
  }
}
