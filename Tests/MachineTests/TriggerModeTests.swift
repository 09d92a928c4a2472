import Commands
import Guests
import Interrupts
import Rendezvous
import Synchronization
import Telemetry
import Testing
import Threads

@testable import Machine

extension RealGuestTests {
  /// Trigger modes and the I/O APIC's table (rendezvous.md section 7, S11).
  @Suite struct TriggerModeTests {
    /// The vcpus whose level set is not what the table says, after each change of an entry.
    private final class Check: Sendable {
      let writes = Atomic<Int>(0)
      let failures = Guarded<[String]>([])

      func look(_ fabric: InterruptFabric) {
        writes.add(1, ordering: .relaxed)
        fabric.ioapic.withLock { ioapic in
          for cell in fabric.cells where !cell.isDown {
            let wanted = ioapic.triggerModes(for: cell.routingFacts)
            for vector in UInt8.min...UInt8.max
            where (cell.trigger(of: vector) == .level) != wanted.contains(vector) {
              failures.withLock { failures in
                if failures.count < 10 { failures.append("vcpu \(cell.id) vector \(vector)") }
              }
            }
          }
        }
      }
    }

    @Test(
      "after every write each vcpu's level set is the table's",
      arguments: RendezvousPolicy.presets.filter { $0.waiting == .everybody })
    func everyWrite(policy: RendezvousPolicy) throws {
      try withGuest(demo(vcpus: 4, .rerouteStorm, policy: policy)) { guest in
        #expect(guest.until { _ in guest.text.contains("scenario reroute-storm\n") })
        let check = Check()
        let fabric = guest.machine.platform.fabric
        _ = fabric.redirectionProbe.storeIfNil(
          InterruptFabric.RedirectionProbe { check.look($0) })
        #expect(guest.until { _ in check.writes.load(ordering: .relaxed) > enough(400) })
        guest.machine.perform(.stopGuest)
        #expect(guest.until { $0.vcpus.allSatisfy { $0.state == .stopped } })
        let failures = check.failures.withLock { $0 }
        #expect(failures.isEmpty, "\(failures)")
        #expect(guest.last.rendezvous.missingMembers == 0)
      }
    }

    @Test("entries that stay edge cause no rendezvous under tryst, and one that is level does")
    func edges() throws {
      let configuration = Guest.configuration(
        PROGRAM_HALT, ap: PROGRAM_HALT, vcpus: 4, policy: .tryst)
      try withGuest(configuration) { guest in
        #expect(guest.startAPs())
        let before = guest.look().rendezvous.requested
        for round in UInt64(0)..<200 {
          let edge = 0x50 + round % 8 | (round % 4) << 56
          let report = guest.report(.redirectionEntry(pin: Int(round % 24), value: edge))
          #expect(report?.outcome?.isDone == true || report?.outcome == .ignored(.entryUnchanged))
        }
        #expect(guest.look().rendezvous.requested == before)
        #expect(guest.report(.redirectionEntry(pin: 3, value: 0x8060))?.rendezvous.count == 1)
        #expect(guest.report(.redirectionEntry(pin: 3, value: 0x0060))?.rendezvous.count == 1)
      }
    }

    @Test("at delivery: no entry's change causes a rendezvous, a vector's mode comes with it")
    func atDelivery() throws {
      let configuration = Guest.configuration(PROGRAM_HALT, policy: .illumos)
      try withGuest(configuration) { guest in
        #expect(guest.until { $0.vcpus[0].state == .halted })
        let cell = guest.machine.platform.cells[0]
        guest.inject(.redirectionEntry(pin: 3, value: 0x8060))
        #expect(guest.report(.pin(3, .assert))?.firstOutcome?.isDelivered == true)
        #expect(cell.trigger(of: 0x60) == .level)
        #expect(guest.report(.pin(3, .deassert))?.firstOutcome?.isDone == true)
        // The EOI comes back to the pin, which can then deliver again.
        #expect(
          guest.until { _ in
            guest.machine.platform.fabric.ioapic.withLock { $0.entry(3)?.remoteIRR } == false
          })
        // The same vector as an edge: the mode changes when it is delivered, not before.
        guest.inject(.redirectionEntry(pin: 3, value: 0x0060))
        #expect(guest.report(.redirectionEntry(pin: 4, value: 0x0060))?.rendezvous.isEmpty == true)
        #expect(cell.trigger(of: 0x60) == .level)
        #expect(guest.report(.pin(4, .pulse))?.firstOutcome?.isDelivered == true)
        #expect(cell.trigger(of: 0x60) == .edge)
        #expect(guest.look().rendezvous.requested == 0)
        // Back to a policy that relies on the sets: they are the table's at once.
        guest.inject(.redirectionEntry(pin: 5, value: 0x8061))
        guest.machine.perform(.setPolicy(.landed))
        #expect(guest.until { $0.policy == .landed })
        #expect(cell.trigger(of: 0x61) == .level)
      }
    }
  }
}
