import Commands
import Guests
import Rendezvous
import Telemetry
import Testing

@testable import Machine

extension RealGuestTests {
  /// Properties of rendezvous.md section 7 (S4, S8, S19, L2, L8) on 64 real vcpus that are held up at the
  /// protocol's points, by a seed.
  @Suite struct FaultPropertyTests {
    private static let count = 64

    @Test(
      "64 vcpus held up by a seed: everybody meets, once, and no time-out helps",
      arguments: RendezvousPolicy.presets, [1, 2] as [UInt64])
    func everybodyMeets(policy: RendezvousPolicy, seed: UInt64) throws {
      let configuration = Guest.configuration(
        PROGRAM_HALT, ap: PROGRAM_HALT, vcpus: Self.count, policy: policy)
      try withGuest(configuration) { guest in
        let comment = Comment(rawValue: "\(policy.preset), seed \(seed)")
        #expect(guest.startAPs(), comment)
        var faults = RendezvousFaults()
        faults.schedule = FaultSchedule(seed: seed, maximumNanoseconds: 50_000)
        guest.machine.platform.fabric.coordinator.setFaults(faults)
        let before = guest.look()
        var bits = seed
        var asked: UInt64 = 0
        for round in 0..<30 {
          bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let some = CPUSet((0..<Self.count).filter { bits >> UInt64($0) & 1 == 1 })
          let targets = round % 10 == 0 ? CPUSet.first(Self.count) : some
          asked += UInt64(targets.count)
          let report = guest.report(.rendezvous(targets: targets))
          #expect(report?.outcome?.isDone == true, comment)
        }
        func records() -> ArraySlice<RendezvousRecord> {
          guest.events.compactMap {
            if case .rendezvous(let record) = $0.event { record } else { nil }
          }.suffix(30)
        }
        let done = guest.until { last in
          let served = records().reduce(0) { $0 + UInt64($1.servedOnBehalf) }
          // The last one is counted as completed after its last member has run its part.
          return last.sum(\.rendezvousTaken) + served == before.sum(\.rendezvousTaken) + asked
            && last.rendezvous.requested == last.rendezvous.completed
        }
        #expect(done, comment)
        for record in records() {
          let told = record.kicksSignalled + record.kicksWoken + record.kicksElided
          #expect(told == record.targets.count, comment)
        }
        let totals = guest.last.rendezvous
        #expect(totals.requested == totals.completed, comment)
        #expect(totals.missingMembers == 0 && totals.timeoutRescues == 0, comment)
      }
    }
  }
}
