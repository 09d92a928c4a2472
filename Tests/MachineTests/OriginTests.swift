import Commands
import Guests
import Interrupts
import Rendezvous
import Telemetry
import Testing

@testable import Machine

extension RealGuestTests {
  /// What exactly asked for a rendezvous, as its record tells.
  @Suite struct OriginTests {
    private func records(_ guest: Guest) -> [RendezvousRecord] {
      guest.events.compactMap {
        if case .rendezvous(let record) = $0.event { record } else { nil }
      }
    }

    @Test("a guest's INIT: the command register's bits")
    func commands() throws {
      try withGuest(demo(vcpus: 4, .initStorm)) { guest in
        #expect(guest.until { $0.rendezvous.byCause[.initIPI] > 20 })
        let storm = records(guest).filter { $0.cause == .initIPI && $0.targets.count == 1 }
        #expect(!storm.isEmpty)
        for record in storm {
          guard case .interruptCommand(let bits) = record.origin else {
            Issue.record("\(record.origin)")
            return
          }
          let command = InterruptCommand(value: bits)
          #expect(command.deliveryMode == .initialize)
          #expect(record.targets.members == [Int(command.destination)])
        }
      }
    }

    @Test("a guest's write to a redirection entry: its pin, before and after")
    func entries() throws {
      try withGuest(demo(vcpus: 4, .rerouteStorm)) { guest in
        #expect(guest.until { $0.rendezvous.byCause[.redirectionEntry] > 50 })
        let writes = records(guest).filter { $0.cause == .redirectionEntry }
        #expect(!writes.isEmpty)
        for record in writes {
          guard case .redirectionEntry(let pin, let before, let after) = record.origin else {
            Issue.record("\(record.origin)")
            return
          }
          #expect(pin < 24)
          let isAnother = RedirectionEntry(rawValue: after)
            .differsBeyondMaskAndPolarity(from: RedirectionEntry(rawValue: before))
          #expect(isAnother)
        }
      }
    }

    @Test("the operator's: the number of the injection")
    func injections() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT, ap: PROGRAM_HALT, vcpus: 2)) { guest in
        #expect(guest.startAPs())
        for injection: Injection in [
          .rendezvous(targets: [0, 1]), .initIPI(targets: [1]),
          .redirectionEntry(pin: 3, value: 0x8060),
        ] {
          let report = guest.report(injection)
          let origin = report?.rendezvous.first?.origin
          #expect(origin == report.map { .injection($0.id) })
        }
      }
    }
  }
}
