import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct TimelineAnatomyTests {
  /// Members 1 to 4, asked by 0 at 1,000: lags 10, 12, 14 and 90 µs; vcpu 6 is a bystander.
  static func lanes() -> [RendezvousLane] {
    func lane(_ vcpu: Int, _ role: RendezvousLane.Role, kick: Kick?, at arrived: UInt64)
      -> RendezvousLane
    {
      RendezvousLane(
        rendezvous: 3, vcpu: vcpu, role: role, kick: kick,
        kickedNanoseconds: kick == nil ? 0 : 2_000,
        leftGuestNanoseconds: kick == .signalled ? 6_000 + UInt64(vcpu) * 500 : 0,
        arrivedNanoseconds: arrived, ranNanoseconds: role == .member ? arrived + 300 : 0,
        releasedNanoseconds: 95_000 + UInt64(vcpu) * 1_000)
    }
    return [
      lane(4, .member, kick: .signalled, at: 91_000),
      lane(2, .member, kick: .signalled, at: 13_000),
      lane(0, .initiator, kick: nil, at: 5_000), lane(1, .member, kick: .signalled, at: 11_000),
      lane(3, .member, kick: .woken, at: 15_000), lane(6, .bystander, kick: nil, at: 21_000),
    ]
  }

  static func anatomy(_ lanes: [RendezvousLane], bystanders: Int = 1) -> RendezvousAnatomy {
    let record = RendezvousRecord(
      id: 3, cause: .initIPI, initiator: 0, targets: CPUSet(1...4), startNanoseconds: 1_000,
      latencyNanoseconds: 90_300, slowest: 4, bystanders: bystanders,
      bystanderStallNanoseconds: 70_300, kicksSignalled: 3, kicksWoken: 1, kicksElided: 0)
    return RendezvousAnatomy(
      RendezvousHistory.Entry(record: record, timeNanoseconds: 1, policy: "baseline"), lanes)
  }

  @Test func lagsAndStragglers() {
    let anatomy = Self.anatomy(Self.lanes())
    #expect(anatomy.parts.map(\.lane.vcpu) == [0, 1, 2, 3, 4, 6])
    #expect(anatomy.parts.map(\.lag) == [4_000, 10_000, 12_000, 14_000, 90_000, 20_000])
    // The initiator is no member here, nor is the bystander.
    #expect(anatomy.medianLag == 12_000)
    #expect(anatomy.parts.filter(\.isMember).map(\.lane.vcpu) == [1, 2, 3, 4])
    #expect(anatomy.parts.filter(\.isStraggler).map(\.lane.vcpu) == [4])
    #expect(anatomy.last?.lane.vcpu == 4 && anatomy.lastBy == 76_000)
    #expect(anatomy.bystanders.map(\.lane.vcpu) == [6])
    #expect(anatomy.expected == 6 && anatomy.span == 100_000)
  }

  @Test func whereTheTimeWent() {
    let anatomy = Self.anatomy(Self.lanes())
    #expect(
      anatomy.kickToExit
        == .init(count: 3, least: 4_500, median: 5_000, most: 6_000, longest: 4))
    #expect(anatomy.exitToArrival?.most == 83_000)
    #expect(
      anatomy.wakeToArrival
        == .init(count: 1, least: 13_000, median: 13_000, most: 13_000, longest: 3))
    #expect(anatomy.arrivalToRelease?.least == 8_000)
    #expect(anatomy.release.map { $0.most - $0.least } == 3_000)
    #expect(
      anatomy.stall == .init(count: 1, least: 80_000, median: 80_000, most: 80_000, longest: 6))
  }

  /// Who was on the way already when it was told does not count as told out of the guest.
  @Test func whoLeftByItselfIsLeftOut() {
    var lanes = Self.lanes()
    lanes[0].leftGuestNanoseconds = 1_900
    let anatomy = Self.anatomy(lanes)
    #expect(anatomy.kickToExit?.count == 2 && anatomy.exitToArrival?.count == 2)
  }

  /// The last one's lane is not there: nobody else is called the last.
  @Test func whatIsNotKeptIsNotInvented() {
    let anatomy = Self.anatomy(Self.lanes().filter { $0.vcpu != 4 })
    #expect(anatomy.last == nil && anatomy.parts.allSatisfy { !$0.isStraggler })
    #expect(RendezvousWords.kept(anatomy) == "lanes of 5 of 6 vcpus kept")
    let sentence = RendezvousWords.sentence(anatomy, width: 79).map(\.text).joined()
    #expect(
      sentence
        == "vcpu4 came last of 4, within 90 µs (no lane kept); 1 bystander lost 70 µs")
    let none = Self.anatomy([])
    #expect(none.medianLag == nil && none.release == nil && none.span == 90_300)
    #expect(
      RendezvousWords.nothing(none, isOnlyLate: false, lost: 7).last == "lanes lost so far: 7")
  }

  @Test func plainWords() {
    let anatomy = Self.anatomy(Self.lanes(), bystanders: 0)
    let sentence = RendezvousWords.sentence(anatomy, width: 79).map(\.text).joined()
    #expect(sentence == "vcpu4 came last, after 90 µs, 7 times the median; no bystanders")
    let short = RendezvousWords.sentence(Self.anatomy(Self.lanes()), width: 40).map(\.text).joined()
    #expect(short == "vcpu4 last, 90 µs; 1 lost 70 µs")
    let title = RendezvousWords.title(anatomy.entry, width: 80)
    #expect(title == "#3 INIT vcpu0 → 1-4  90 µs  baseline")
  }

  /// Twice in the same rendezvous: a vcpu has one lane, that of its first arrival.
  @Test func aVCPUHasOneLane() {
    var again = Self.lanes()[1]
    again.arrivedNanoseconds = 60_000
    let anatomy = Self.anatomy(Self.lanes() + [again])
    #expect(anatomy.parts.count == 6 && anatomy.parts[2].lag == 12_000)
  }

  @Test func promptOnesAreFoldedWhereThereIsNoRoom() {
    let anatomy = Self.anatomy(Self.lanes())
    var state = TimelineState()
    #expect(TimelineRows(anatomy, state, capacity: 6).vcpus == [0, 1, 2, 3, 4, 6])
    // Straggler, bystander and initiator stay; then there is room for the slowest of the others.
    let folded = TimelineRows(anatomy, state, capacity: 5)
    #expect(folded.vcpus == [4, 6, 3, 0] && folded.sort == .lag)
    guard case .folded(let count, let by) = folded.rows.last else {
      Issue.record("nothing is folded")
      return
    }
    #expect(count == 2 && by == 12_000)
    state.sort = .number
    #expect(TimelineRows(anatomy, state, capacity: 2).vcpus == [0, 4, 6])
    state.isOnlyLate = true
    let late = TimelineRows(anatomy, state, capacity: 1)
    #expect(late.vcpus == [4, 6] && !late.isFolded)
    state.sort = .lag
    #expect(TimelineRows(anatomy, TimelineState(), capacity: 0).rows.count == 4)
  }
}
