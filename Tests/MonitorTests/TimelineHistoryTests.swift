import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct TimelineHistoryTests {
  /// Lanes come before their record, with it, after it, in a sample or between two.
  @Test func lanesFindTheirRecordInWhateverOrderTheyCome() {
    let meeting = Fixture.meeting(7, vcpus: 8)
    var recording = Recording()
    var early = Snapshot()
    early.lanes = Array(meeting.lanes.prefix(3))
    recording.absorbNews(early)
    var news = Fixture.news([meeting], vcpus: 8, step: 1)
    news.lanes = [meeting.lanes[3]]
    recording.absorb(news)
    var late = Snapshot()
    late.lanes = Array(meeting.lanes.dropFirst(4))
    late.droppedLanes = 12
    recording.absorbNews(late)
    let history = recording.rendezvous
    #expect(history.entry(0)?.record == meeting.record)
    #expect(history.lanes(of: 7) == meeting.lanes)
    #expect(history.keptLanes == 8 && history.lostLanes == 12)
    #expect(history.number(of: 7) == 0 && history.number(of: 8) == nil)
    #expect(history.lanes(of: 8).isEmpty)
  }

  @Test func eachHasThePolicyOfItsTime() {
    var history = RendezvousHistory()
    func entry(_ id: UInt64) -> LogEntry {
      LogEntry(
        timeNanoseconds: id, event: .rendezvous(Fixture.record(id, .initIPI, CPUSet([1]), by: 0)))
    }
    var next = Snapshot()
    next.policy = .baseline
    next.events = [entry(1)]
    history.absorb(next)
    next.policy = .landed
    next.events = [
      entry(2), LogEntry(timeNanoseconds: 3, event: .policyChanged("landed")), entry(4),
    ]
    history.absorb(next)
    next.events = [entry(5)]
    history.absorb(next)
    let policies = history.numbers.compactMap { history.entry($0)?.policy }
    #expect(policies == ["baseline", "baseline", "landed", "landed"])
  }

  /// Ten thousand rendezvous a second of eight vcpus, or a few of 1,024: the oldest go.
  @Test(arguments: [8, 1_024])
  func memoryIsBounded(vcpus: Int) {
    var history = RendezvousHistory()
    let rounds: UInt64 = vcpus == 8 ? 6_000 : 60
    for id in 1...rounds {
      history.absorb(Fixture.news([Fixture.meeting(id * 3 + 1, vcpus: vcpus)], vcpus: 1, step: id))
    }
    let newest = rounds * 3 + 1
    #expect(history.entries.count == Int(min(rounds, 1_000)))
    #expect(history.keptLanes <= RendezvousHistory.laneCount)
    #expect(history.lanes(of: newest).count == vcpus)
    #expect(history.numbers.upperBound == Int(rounds))
    #expect(history.lanes(of: 4).isEmpty)
    // What is selected is followed by its number while it is kept.
    #expect(history.entry(Int(rounds) - 1)?.record.id == newest)
    #expect(history.entry(Int(rounds)) == nil && history.entry(-1) == nil)
    let kept = history.numbers.reduce(0) { sum, number in
      sum + (history.entry(number).map { history.lanes(of: $0.record.id).count } ?? 0)
    }
    #expect(kept == history.keptLanes)
  }

  /// Lanes whose record never comes, of any number, do not pile up.
  @Test func lanesWithoutRecordsAreBoundedToo() {
    var history = RendezvousHistory()
    for step in 0..<50 as Range<UInt64> {
      var next = Snapshot()
      next.lanes = (0..<1_000).map {
        RendezvousLane(rendezvous: .max &- (step * 1_000 + UInt64($0)), vcpu: $0, role: .member)
      }
      history.absorb(next)
      #expect(history.keptLanes <= RendezvousHistory.laneCount)
    }
    #expect(history.keptLanes == RendezvousHistory.laneCount)
    #expect(history.lanes(of: .max).isEmpty)
  }

  /// Lanes of a rendezvous that is no longer in the list are not taken.
  @Test func lanesThatComeFarTooLateAreLeftOut() {
    var history = RendezvousHistory()
    for id in 1...1_001 as ClosedRange<UInt64> {
      history.absorb(Fixture.news([Fixture.meeting(id, vcpus: 1)], vcpus: 1, step: id))
    }
    let before = history.keptLanes
    var late = Snapshot()
    late.lanes = Fixture.meeting(1, vcpus: 1).lanes
    history.absorb(late)
    #expect(history.keptLanes == before && history.lanes(of: 1).isEmpty)
  }
}
