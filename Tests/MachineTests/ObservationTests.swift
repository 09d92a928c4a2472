import Commands
import Guests
import Rendezvous
import Telemetry
import Testing

@testable import Machine

extension RealGuestTests {
  /// What snapshots tell beyond counters, and that nothing is disturbed for it.
  @Suite struct ObservationTests {
    @Test("a rendezvous leaves a lane of each member, its steps in order")
    func lanes() throws {
      try withGuest(Guest.configuration(PROGRAM_PORT_LOOP, ap: PROGRAM_HALT, vcpus: 3)) { guest in
        guest.inject(.startup(vector: 0x10, targets: [1]))
        #expect(guest.until { $0.vcpus[1].state == .halted && $0.vcpus[0].exits[.io] > 10 })
        let report = try #require(guest.report(.rendezvous(targets: [0, 1, 2])))
        let record = try #require(report.rendezvous.first)
        #expect(guest.until { _ in guest.lanes.count { $0.rendezvous == record.id } == 3 })
        let lanes = guest.lanes.filter { $0.rendezvous == record.id }
        #expect(Set(lanes.map(\.vcpu)) == [0, 1, 2])
        let end = record.startNanoseconds + record.latencyNanoseconds
        for lane in lanes {
          // Early: it saw its bit before the function was stored.
          #expect(lane.role == .member || lane.role == .early)
          #expect(lane.arrivedNanoseconds >= record.startNanoseconds)
          #expect(
            lane.ranNanoseconds >= lane.arrivedNanoseconds
              && lane.ranNanoseconds <= lane.releasedNanoseconds)
          #expect(lane.releasedNanoseconds >= end)
          if lane.kickedNanoseconds != 0 {
            #expect(lane.kickedNanoseconds >= record.startNanoseconds)
          }
        }
        // Those that sleep were woken, not signalled. On one CPU the whole rendezvous may be over before its
        // initiator comes to note how: then the lane does not know, but the record does.
        #expect(record.kicksWoken == 2)
        for lane in lanes where lane.vcpu != 0 {
          #expect((lane.kick ?? .woken) == .woken && lane.leftGuestNanoseconds == 0)
        }
      }
    }

    @Test("bystanders and initiators have lanes, too")
    func otherLanes() throws {
      var configuration = demo(vcpus: 4, .initStorm)
      configuration.policy = .baseline
      try withGuest(configuration) { guest in
        var roles: Set<RendezvousLane.Role> = []
        #expect(
          guest.until { snapshot in
            roles.formUnion(snapshot.lanes.map(\.role))
            return roles.isSuperset(of: [.initiator, .member, .bystander])
          })
      }
    }

    @Test("the matrix has every IPI once: what a vcpu sent is what it has by vector")
    func traffic() throws {
      try withGuest(demo(vcpus: 4, .broadcast)) { guest in
        var rows: [Int: IPITrafficRow] = [:]
        func take(_ snapshot: Snapshot) {
          for row in snapshot.traffic { rows[row.source] = row }
        }
        #expect(
          guest.until { snapshot in
            take(snapshot)
            return rows.values.contains { $0.broadcasts > 10 }
          })
        guest.machine.perform(.setScenario(.pingPong))
        #expect(
          guest.until { snapshot in
            take(snapshot)
            return rows.values.contains { $0.pairs.contains { $0.count > 10 } }
          })
        // Quiet, so that the matrix and the counters are of one moment.
        guest.machine.perform(.stopGuest)
        #expect(
          guest.until { snapshot in
            take(snapshot)
            return snapshot.vcpus.allSatisfy { $0.state == .stopped }
          })
        take(guest.look())
        for vcpu in guest.last.vcpus {
          let sent = rows[vcpu.id]?.vectors.reduce(0) { $0 + $1.count } ?? 0
          #expect(sent == vcpu.ipisSent.total, "vcpu \(vcpu.id)")
        }
        for row in rows.values {
          #expect(row.pairs.allSatisfy { (0..<4).contains($0.destination) })
          #expect(row.pairs.map(\.destination) == row.pairs.map(\.destination).sorted())
        }
        // What did not change is not told again.
        #expect(guest.look().traffic.isEmpty)
      }
    }

    @Test("a halted vcpu that is looked at tells its registers without leaving its sleep")
    func haltedDetail() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT)) { guest in
        #expect(guest.until { $0.vcpus[0].state == .halted })
        #expect(guest.last.detail == nil)
        let exits = guest.last.vcpus[0].exits
        guest.machine.watch(0)
        #expect(guest.until { $0.detail?.registers.systemTimeNanoseconds ?? 0 > 0 })
        let detail = try #require(guest.last.detail)
        #expect(detail.vcpu == 0 && detail.registers.rip == guest.last.vcpus[0].rip)
        #expect(detail.registers.cr0 & 0x8000_0001 == 0x8000_0001 && detail.registers.isLongMode)
        #expect(detail.registers.cr3 != 0 && detail.registers.selectors[0] != 0)
        // IF, as nobody waits for an interrupt without it here, and the local APIC as it powers up but for
        // its enable bit.
        #expect(detail.interruptFlag && detail.registers.rflags & 0x200 != 0)
        #expect(
          detail.localAPIC.base & 0xFFFF_F000 == 0xFEE0_0000
            && detail.localAPIC.spuriousVector & 0x100 != 0)
        #expect(guest.last.vcpus[0].exits == exits)
        // An interrupt changes it.
        guest.inject(.fixed(vector: 0x41, targets: [0]))
        #expect(guest.until { $0.vcpus[0].interruptsInjected == 1 && $0.vcpus[0].state == .halted })
        let before = detail.timeNanoseconds
        #expect(guest.until { $0.detail?.timeNanoseconds ?? 0 > before })
        guest.machine.watch(nil)
        #expect(guest.look().detail == nil)
      }
    }

    @Test("a vcpu in the middle of port accesses tells its control registers, too")
    func busyDetail() throws {
      try withGuest(Guest.configuration(PROGRAM_PORT_LOOP)) { guest in
        #expect(guest.until { $0.vcpus[0].exits[.io] > 10 })
        guest.machine.watch(0)
        #expect(guest.until { $0.detail?.registers.systemTimeNanoseconds ?? 0 > 0 })
        #expect((guest.last.detail?.registers.cr0 ?? 0) & 0x8000_0001 == 0x8000_0001)
        // And goes on as it would without.
        let progress = guest.last.vcpus[0].exits[.io]
        #expect(guest.until { $0.vcpus[0].exits[.io] > progress + 1_000 })
      }
    }

    @Test("a vcpu that never leaves the guest is not made to leave it for being looked at")
    func spinningDetail() throws {
      try withGuest(Guest.configuration(PROGRAM_SPIN)) { guest in
        #expect(guest.until { _ in guest.progress() > 1_000 })
        let exits = guest.look().vcpus[0].exits
        guest.machine.watch(0)
        let start = guest.progress()
        #expect(guest.until { _ in guest.progress() > start + 100_000 })
        #expect(guest.last.vcpus[0].exits == exits && guest.last.detail == nil)
        // What makes it leave makes it tell.
        guest.inject(.rendezvous(targets: [0]))
        #expect(guest.until { $0.detail != nil })
      }
    }

    @Test("pins and the 8259 pair are seen as they are")
    func controllers() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT)) { guest in
        #expect(guest.until { $0.vcpus[0].state == .halted })
        #expect(guest.last.controllers.pins.count == 24)
        #expect(guest.last.controllers.pins[7].entry == 0x1_0000)
        // Level, fixed 0x47 to APIC 0.
        #expect(guest.report(.redirectionEntry(pin: 7, value: 0x8047))?.outcome?.isDone == true)
        #expect(guest.look().controllers.pins[7].entry == 0x8047)
        guest.inject(.pin(7, .assert))
        #expect(
          guest.until { $0.controllers.pins[7].isAsserted && $0.controllers.pins[7].delivered > 0 })
        guest.inject(.pin(7, .deassert))
        #expect(
          guest.until {
            !$0.controllers.pins[7].isAsserted && $0.controllers.pins[7].entry & 0x4000 == 0
          })
      }
    }
  }
}
