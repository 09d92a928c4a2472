import Commands
import Guests
import Rendezvous
import Telemetry
import Testing
import Threads

@testable import Machine

extension RealGuestTests {
  /// Injections that are made again and again.
  @Suite struct RepeatedInjectionTests {
    private static func fixed(_ count: Int, every period: UInt64) -> RepeatedInjection {
      RepeatedInjection(
        .fixed(vector: 0x40, targets: [0]), count: count, periodNanoseconds: period)
    }

    /// The last report of `wanted` for which `condition` holds.
    private func repetition(
      _ guest: Guest, _ wanted: RepeatedInjection,
      where condition: @escaping (InjectionReport) -> Bool = \.isFinal
    ) -> InjectionRepetition? {
      var found: InjectionRepetition?
      _ = guest.until { _ in
        found = guest.reports(wanted.injection).last(where: condition)?.repetition
        return found != nil
      }
      return found
    }

    @Test("each of them arrives, at its time, and the guest counts what was delivered")
    func arrives() throws {
      try withGuest(Guest.configuration(PROGRAM_SPIN)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        let wanted = Self.fixed(40, every: 3_000_000)
        guest.machine.perform(.injectRepeatedly(wanted))
        let end = try #require(repetition(guest, wanted))
        #expect(end.made == 40 && end.wanted == 40 && end.stop == nil)
        // A busy host may let one merge into the one before.
        #expect(end.delivered + end.coalesced == 40)
        #expect(end.delivered > 0 && end.pending == 0 && end.ignored == 0)
        #expect(guest.count(0x40) == end.guestSaw)
        // Whether one merged is known to the vcpu a moment before the operator looks: never more than that.
        #expect((end.delivered...end.delivered + end.coalesced).contains(guest.count(0x40)))
        #expect(end.latency.count == end.delivered && end.latency.max > 0)
        // The times are absolute: only the first and the last can be late.
        let span = 39 * wanted.periodNanoseconds
        #expect(end.spanNanoseconds + end.latestNanoseconds >= span)
        if end.latestNanoseconds < InjectionRun.catchUpNanoseconds {
          #expect(end.spanNanoseconds <= span + end.latestNanoseconds)
        }
        #expect(guest.last.operatorIPIs[.fixed] == 40)
        // One line in the log, replaced as they went.
        #expect(Set(guest.reports(wanted.injection).map(\.id)) == [1])
      }
    }

    @Test("a rendezvous each, and every one is done")
    func rendezvous() throws {
      try withGuest(Guest.configuration(PROGRAM_HALT, ap: PROGRAM_HALT, vcpus: 2)) { guest in
        #expect(guest.startAPs())
        let before = guest.look().rendezvous.completed
        let wanted = RepeatedInjection(
          .rendezvous(targets: [0, 1]), count: 25, periodNanoseconds: 10_000)
        guest.machine.perform(.injectRepeatedly(wanted))
        let end = try #require(repetition(guest, wanted))
        #expect(end.made == 25 && end.done == 25)
        #expect(guest.look().rendezvous.completed == before + 25)
      }
    }

    @Test("stopping ends all, and nothing comes after")
    func stopping() throws {
      try withGuest(Guest.configuration(PROGRAM_SPIN)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        let wanted = Self.fixed(100_000, every: 1_000_000)
        guest.machine.perform(.injectRepeatedly(wanted))
        let course = try #require(
          repetition(guest, wanted) { $0.repetition?.made ?? 0 > 3 && !$0.isFinal })
        #expect(course.stop == nil)
        guest.machine.perform(.stopRepeating)
        let end = try #require(repetition(guest, wanted))
        #expect(end.stop == .byOperator)
        #expect(end.made >= course.made && end.made < 100_000)
        #expect(end.delivered + end.coalesced == UInt64(end.made))
        let count = guest.count(0x40)
        #expect((end.delivered...end.delivered + end.coalesced).contains(count))
        // Both are answered by lines in the log, in order: the first would have come before.
        guest.machine.perform(.stopRepeating)
        #expect(guest.until { _ in guest.messages.contains("no repeated injection is under way") })
        #expect(guest.count(0x40) == count)
      }
    }

    @Test("eight at a time; other commands do not wait for them")
    func limit() throws {
      try withGuest(Guest.configuration(PROGRAM_SPIN)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        for vector in 0x41..<0x49 as Range<UInt8> {
          guest.machine.perform(
            .injectRepeatedly(
              RepeatedInjection(
                .fixed(vector: vector, targets: [0]), count: 100_000, periodNanoseconds: 200_000)))
        }
        let ninth = Self.fixed(2, every: 1_000_000)
        guest.machine.perform(.injectRepeatedly(ninth))
        #expect(repetition(guest, ninth)?.stop == .tooMany)
        #expect(guest.count(0x40) == 0)
        let single = Injection.fixed(vector: 0x51, targets: [0])
        guest.machine.perform(.inject(single))
        #expect(guest.laterReport(single) { $0.isFinal }?.firstOutcome?.isDelivered == true)
        guest.machine.perform(.stopRepeating)
        #expect(
          guest.until { _ in
            (0x41..<0x49).allSatisfy { vector in
              guest.reports(.fixed(vector: vector, targets: [0])).contains { $0.isFinal }
            }
          })
      }
    }

    @Test("in a stopped guest the first waits and the others merge into it")
    func stoppedGuest() throws {
      try withGuest(Guest.configuration(PROGRAM_SPIN)) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        guest.machine.perform(.stopGuest)
        #expect(guest.until { $0.vcpus[0].state == .stopped })
        let wanted = Self.fixed(5, every: 1_000_000)
        guest.machine.perform(.injectRepeatedly(wanted))
        let end = try #require(repetition(guest, wanted))
        #expect(end.made == 5 && end.coalesced == 4 && end.delivered == 0)
        #expect(end.pending == 1 && end.pendingReason == .stopped)
      }
    }

    @Test("they end with the guest")
    func guestEnds() throws {
      let program = Guest.configuration(PROGRAM_DISABLED_UNTIL_GO)
      try withGuest(program) { guest in
        #expect(guest.until { _ in guest.progress() > 0 })
        let wanted = RepeatedInjection(
          .fixed(vector: 0x40, targets: [0]), count: 100_000, periodNanoseconds: 1_000_000)
        guest.machine.perform(.injectRepeatedly(wanted))
        _ = repetition(guest, wanted) { $0.repetition?.made ?? 0 > 2 }
        guest.machine.platform.end(because: ["ended by the test"])
        #expect(repetition(guest, wanted)?.stop == .guestEnded)
      }
    }
  }
}
