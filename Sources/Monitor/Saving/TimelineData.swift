import Rendezvous
import Telemetry

/// What `w` saves of the timeline: the rendezvous that are kept, oldest first, and the lanes of the selected
/// one. Times of lanes are of the clock of `startMonotonicNanoseconds`; a moment that did not come is not
/// there.
enum TimelineData {
  static func members(_ model: MonitorModel) -> [ReportValue.Member] {
    let history = model.shown.rendezvous
    let numbers = history.numbers
    var members: [ReportValue.Member] = [
      .init("rendezvous", .list(numbers.compactMap { history.entry($0).map(entry) })),
      .init("droppedBefore", .count(history.entries.dropped)),
      .init("lanesLost", .number(history.lostLanes)),
    ]
    if let number = model.ui.timeline.number(of: numbers), let selected = history.entry(number) {
      let lanes = history.lanes(of: selected.record.id).sorted { $0.vcpu < $1.vcpu }
      // A vcpu has one part; more would be somebody's mistake, and must not fill a disk.
      let kept = lanes.prefix(CPUSet.capacity)
      members.append(
        .init(
          "selected",
          .object([
            .init("id", .number(selected.record.id)), .init("lanes", .list(kept.map(lane))),
          ])))
    }
    return members
  }

  private static func entry(_ entry: RendezvousHistory.Entry) -> ReportValue {
    .object(
      RendezvousData.members(entry.record) + [
        .init("endNanoseconds", .number(entry.timeNanoseconds)),
        .init("policy", .text(entry.policy)),
      ])
  }

  private static func lane(_ lane: RendezvousLane) -> ReportValue {
    var members: [ReportValue.Member] = [
      .init("vcpu", .count(lane.vcpu)), .init("role", .text("\(lane.role)")),
    ]
    if let kick = lane.kick { members.append(.init("kick", .text("\(kick)"))) }
    for (name, time) in [
      ("kickedMonotonicNanoseconds", lane.kickedNanoseconds),
      ("leftGuestMonotonicNanoseconds", lane.leftGuestNanoseconds),
      ("arrivedMonotonicNanoseconds", lane.arrivedNanoseconds),
      ("ranMonotonicNanoseconds", lane.ranNanoseconds),
      ("releasedMonotonicNanoseconds", lane.releasedNanoseconds),
    ] where time != 0 {
      members.append(.init(name, .number(time)))
    }
    return .object(members)
  }
}
