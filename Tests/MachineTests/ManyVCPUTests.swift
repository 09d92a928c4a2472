import Commands
import DemoGuest
import Rendezvous
import Telemetry
import Testing

@testable import Machine

extension RealGuestTests {
  /// The demo guest with more vcpus than 8 bits can number: x2APIC ids (SDM vol. 3, "Extended XAPIC (x2APIC)").
  @Suite struct ManyVCPUTests {
    /// Until the scenario has begun, all vcpus up. A host of two cores may have other things to do.
    private func begins(_ guest: Guest, _ scenario: Scenario) -> Bool {
      guest.until(seconds: 120) { _ in guest.text.contains("scenario \(scenario.name)\n") }
    }

    private func work(_ guest: Guest, _ vcpu: Int) -> UInt64 { guest.last.vcpus[vcpu].guestWork }

    @Test(
      "all APs answer, meet, and take interrupts by their ids",
      arguments: [256, 257, 1023, 1024])
    func answers(vcpus: Int) throws {
      try withGuest(demo(vcpus: vcpus)) { guest in
        #expect(begins(guest, .idle))
        #expect(guest.text.contains("\n\(vcpus - 1) APs answered INIT-SIPI-SIPI\n"))
        #expect(guest.until(seconds: 120) { $0.vcpus.allSatisfy { $0.state == .halted } })
        let all = CPUSet(0..<vcpus)
        let meeting = guest.report(.rendezvous(targets: all), seconds: 120) { $0.isFinal }
        #expect(meeting?.outcome?.isDone == true)
        // The first id that needs x2APIC, and the last; and nobody else.
        let some: CPUSet = [0, 255, vcpus - 1]
        let report = guest.report(.fixed(vector: 0x99, targets: some), seconds: 120) { $0.isFinal }
        #expect(report?.targets.count == some.count)
        #expect(report?.targets.allSatisfy { $0.guestSaw == 1 } == true)
        let image = DemoImage(memory: guest.machine.platform.memory)
        #expect(
          (0..<vcpus).allSatisfy {
            image.interruptsSeen(by: $0, vector: 0x99) == (some.contains($0) ? 1 : 0)
          })
        // The id that each found, and where it halts.
        for vcpu in some {
          guest.machine.watch(vcpu)
          #expect(guest.until(seconds: 120) { $0.detail?.registers.systemTimeNanoseconds ?? 0 > 0 })
          let detail = guest.last.detail
          #expect(detail?.vcpu == vcpu && detail?.registers.general[12] == UInt64(vcpu))
          #expect(detail.map { $0.localAPIC.base & 0xC00 } == 0xC00)
          let code = UInt64(DEMO_IMAGE)..<UInt64(DEMO_IMAGE) + 0x1000
          #expect(code.contains(guest.last.vcpus[vcpu].rip))
        }
        #expect(guest.machine.guestEnded == nil)
      }
    }

    @Test("INITs and broadcasts get to all and on", arguments: [256, 1024])
    func storms(vcpus: Int) throws {
      try withGuest(demo(vcpus: vcpus, .broadcast)) { guest in
        #expect(begins(guest, .broadcast))
        // Round trips: each needs an answer of the last one, whoever that is.
        #expect(guest.until(seconds: 120) { _ in work(guest, 0) >= 2 })
        let image = DemoImage(memory: guest.machine.platform.memory)
        #expect(
          (1..<vcpus).allSatisfy {
            image.interruptsSeen(by: $0, vector: UInt8(VECTOR_BROADCAST)) > 0
          }
        )
        let start = guest.look().rendezvous.byCause[.initIPI]
        guest.machine.perform(.setScenario(.initStorm))
        #expect(begins(guest, .initStorm))
        #expect(guest.until(seconds: 120) { $0.rendezvous.byCause[.initIPI] >= start + 10 })
        // They came back, and still know where a pin's interrupt and an operator's find them.
        guest.machine.perform(.setScenario(.idle))
        #expect(guest.until(seconds: 120) { $0.vcpus.allSatisfy { $0.state == .halted } })
        let last: CPUSet = [1, 2, vcpus - 1]
        let report = guest.report(.fixed(vector: 0x9a, targets: last), seconds: 120) { $0.isFinal }
        #expect(report?.targets.allSatisfy { $0.guestSaw == 1 } == true)
        #expect(guest.machine.guestEnded == nil)
      }
    }

    @Test("redirection entries lead no farther than their 8 bits")
    func reroutes() throws {
      try withGuest(demo(vcpus: 257)) { guest in
        #expect(begins(guest, .idle))
        // Where it would be after 253 rounds of 24 pins.
        guest.machine.platform.memory.atomicStore32(
          253 * 24, at: UInt64(DEMO_VCPU) + UInt64(VCPU_FLAG))
        guest.machine.perform(.setScenario(.rerouteStorm))
        var highest = 0
        func leads(_ snapshot: Snapshot, to vcpu: Int) -> Bool {
          let destinations = snapshot.controllers.pins.map { Int($0.entry >> 56) }
          highest = max(highest, destinations.max() ?? 0)
          return destinations.contains(vcpu)
        }
        #expect(guest.until(seconds: 120) { leads($0, to: 254) })
        #expect(guest.until(seconds: 120) { leads($0, to: 1) })
        #expect(highest == 254)
        #expect(guest.machine.guestEnded == nil)
      }
    }
  }
}
