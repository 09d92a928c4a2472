import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// What is said of a rendezvous is true of the policy it met under.
@Suite struct ExplainSentenceTests {
  private func said(_ meeting: Fixture.Meeting, _ policy: RendezvousPolicy?) -> [String] {
    ExplainSentences.sentences(meeting.record, lanes: meeting.lanes, policy: policy)
  }

  // MARK: The three of the issue

  @Test func aBystanderOfTheFunctionPointer() {
    #expect(
      said(Fixture.meeting(.bystander).0, .baseline) == [
        "vcpu 3 alone was asked: it was in the guest and took 37 µs to leave",
        "vcpu 2 was not asked, saw a rendezvous because the check looks at the function pointer, "
          + "and slept 40 µs",
        "under landed it would have stayed in the guest: there a vcpu looks at its own bit alone",
      ])
  }

  @Test func allAsleep() {
    var (meeting, _) = Fixture.meeting(.behalf)
    #expect(
      said(meeting, .tryst) == [
        "all 3 other members were asleep: the initiator ran their part and woke nobody",
        "nobody else was held up: a vcpu that is not asked stays in the guest",
      ])
    meeting.record.initiator = nil
    meeting.record.targets = CPUSet([1, 2, 3])
    meeting.lanes = []
    #expect(
      said(meeting, .tryst)[0]
        == "all 3 members were asleep: the operator's thread ran their part and woke nobody")
    // Without that service it was another reason, and who ran it is not known.
    #expect(
      said(meeting, .landed)[0]
        == "all 3 members were idle, without a thread that could come: another thread ran their part"
    )
    #expect(said(meeting, nil)[0].hasPrefix("all 3 members were served by another thread"))
    // Where somebody was kicked it is not said that nobody was woken.
    meeting.record.kicksWoken = 1
    meeting.record.servedOnBehalf = 2
    #expect(
      said(meeting, .tryst)[0]
        == "2 of 3 members were asleep: the operator's thread ran their part; only the other one had to come"
    )
  }

  @Test func anEdgeEntryNeedsNone() {
    let (meeting, _) = Fixture.meeting(.entry)
    let needless = "the entry was and is edge-triggered, so no vcpu's trigger modes could change"
    #expect(
      said(meeting, .landed) == [
        "vcpu 5 was last: it slept, and took 68 µs to wake up and come",
        "vcpu 7 saw its bit before the function was there: the request is stored first",
        "nobody else was held up: a vcpu that is not asked stays in the guest",
        "\(needless): with the filter levelOnly (tryst) there would have been no rendezvous",
      ])
    #expect(said(meeting, .tryst).last == needless)
    #expect(said(meeting, nil).last == needless)
    #expect(said(meeting, .atomic)[1].hasSuffix("; bhyve's assertion fires there"))
    #expect(!said(meeting, .barrier)[1].contains("the request is stored first"))
  }

  // MARK: Every policy

  /// Why a bystander came out is the check's matter: the function pointer is named where it is looked at.
  @Test(arguments: RendezvousPolicy.presets + RendezvousPolicy.unsafePresets)
  func theReasonIsThatOfTheCheck(policy: RendezvousPolicy) {
    let (meeting, _) = Fixture.meeting(.bystander)
    let text = said(meeting, policy).joined(separator: "; ")
    #expect(text.contains("function pointer") == (policy.check == .anyFunction))
    #expect(text.contains("whether the set has any member") == (policy.check == .notEmpty))
    #expect(text.contains("the whole first word of the set") == (policy.check == .firstWord))
    #expect(text.contains("under landed") == BystanderSentences.asksForAnybody(policy.check))
    let looksAtOwn = !BystanderSentences.asksForAnybody(policy.check)
    #expect(
      text.contains("another one that was over by then") == (looksAtOwn && policy.clearsRequest))
    #expect(
      text.contains("an earlier rendezvous had left behind")
        == (looksAtOwn && !policy.clearsRequest))
    #expect(text.contains("nobody waited") == (policy.waiting == .nobody))
    #expect(!text.contains("was left out"), "a guest of four vcpus has one word")
  }

  /// Nothing is claimed where nobody else was held up: with a check that asks for anybody it was luck.
  @Test(arguments: RendezvousPolicy.presets + RendezvousPolicy.unsafePresets)
  func withoutBystanders(policy: RendezvousPolicy) {
    let (meeting, _) = Fixture.meeting(.entry)
    let text = said(meeting, policy).joined(separator: "; ")
    #expect(text.contains("nobody else was held up"))
    #expect(text.contains("by chance") == BystanderSentences.asksForAnybody(policy.check))
  }

  @Test func membersBeyondTheFirstWord() {
    var (meeting, _) = Fixture.meeting(.bystander)
    meeting.record.targets = .first(70)
    #expect(
      said(meeting, .firstWordSet)[0]
        == "vcpus 64-69 were left out: only the first word of the set is stored, which ends at vcpu 63; "
        + "the rendezvous completed without their part")
    meeting.record.targets = CPUSet([3, 64])
    #expect(said(meeting, .firstWordSet)[0].hasSuffix("completed without its part"))
    #expect(!said(meeting, .firstWord)[0].contains("left out"))
  }

  // MARK: The last one

  private func last(
    _ role: RendezvousLane.Role, _ kick: Kick?, told: UInt64 = 0, left: UInt64 = 0, came: UInt64
  ) -> String {
    let record = Fixture.record(
      7, .operatorRequest, by: nil, [1, 2], microseconds: 80, slowest: 2)
    let lanes = [
      Fixture.lane(record, 1, .member, .elided, told: 10, came: 12, ran: 14, on: 800),
      Fixture.lane(record, 2, role, kick, told: told, left: left, came: came, ran: came, on: 810),
    ]
    return ExplainSentences.sentences(record, lanes: lanes, policy: .landed)[0]
  }

  @Test func howTheLastOneCame() {
    #expect(
      last(.member, .signalled, told: 16, left: 396, came: 410)
        == "vcpu 2 was last: it was in the guest and took 38 µs to leave")
    #expect(
      last(.member, .signalled, told: 16, left: 96, came: 410)
        == "vcpu 2 was last: it left the guest 8.0 µs after the signal, and took 31 µs more to the handler"
    )
    #expect(
      last(.member, .signalled, told: 16, left: 4, came: 410)
        == "vcpu 2 was last: it had left the guest by itself before the signal, and came after 41 µs"
    )
    #expect(
      last(.member, .signalled, told: 16, came: 410)
        == "vcpu 2 was last: it was signalled in the guest, and came after 41 µs")
    #expect(
      last(.served, .woken, told: 16, came: 416)
        == "vcpu 2 was last: it slept, and took 40 µs to wake up and come")
    #expect(
      last(.member, .elided, told: 16, came: 410)
        == "vcpu 2 was last: it was in our code already, needed no kick and came after 41 µs")
    #expect(
      last(.early, nil, came: 410)
        == "vcpu 2 was last: it came by itself, before it was told, after 41 µs")
  }

  @Test func withoutLanesNothingIsInvented() {
    let record = Fixture.record(
      7, .operatorRequest, by: nil, [1, 2], microseconds: 80, slowest: 2, bystanders: 3,
      stall: 90_000)
    #expect(
      ExplainSentences.sentences(record, lanes: [], policy: .baseline) == [
        "vcpu 2 was last, within 80 µs; how it came is not kept",
        "3 vcpus came that had not been asked, and lost 90 µs by it",
        "under landed they would have stayed in the guest: there a vcpu looks at its own bit alone",
      ])
  }

  @Test func nobodyAndOnlyItself() {
    let none = Fixture.record(7, .initIPI, by: 1, [], microseconds: 1, slowest: nil)
    #expect(
      ExplainSentences.sentences(none, lanes: [], policy: .landed)[0]
        == "nobody had to come: of those that were asked none was active")
    let own = Fixture.record(7, .initIPI, by: 1, [1], microseconds: 1, slowest: 1)
    #expect(
      ExplainSentences.sentences(own, lanes: [], policy: .landed)[0]
        == "vcpu 1 asked itself alone: it ran its part and told nobody")
  }

  @Test func manyBystandersHaveOneSentenceForTheRest() {
    var (meeting, _) = Fixture.meeting(.bystander)
    meeting.record.bystanders = 6
    meeting.record.bystanderStallNanoseconds = 500_000
    for vcpu in 10..<15 {
      meeting.lanes.append(
        Fixture.lane(meeting.record, vcpu, .bystander, came: 100, on: 200 + UInt64(vcpu)))
    }
    let text = said(meeting, .empty)
    #expect(text.filter { $0.contains("was not asked") }.count == 3)
    #expect(text.contains("so did 3 more; all bystanders together lost 500 µs"))
  }
}
