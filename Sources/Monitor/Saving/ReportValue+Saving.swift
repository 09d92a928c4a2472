import Commands
import Rendezvous
import Telemetry

extension ReportValue {
  /// A number that is not negative; a negative one, which hostile values may be, is 0.
  static func count(_ value: Int) -> ReportValue { .number(UInt64(clamping: value)) }

  /// A register or an address: as text, since JSON's numbers hold 53 bits with many readers.
  static func hex(_ value: UInt64) -> ReportValue { .text(NumberText.hexadecimal(value)) }

  /// Each case with its count.
  static func tally<Key>(_ tally: Tally<Key>) -> ReportValue {
    .object(Key.allCases.map { Member("\($0)", .number(tally[$0])) })
  }
}

/// What is saved of a rendezvous, in the timeline and in the log.
enum RendezvousData {
  static func members(_ record: RendezvousRecord) -> [ReportValue.Member] {
    var members: [ReportValue.Member] = [
      .init("id", .number(record.id)), .init("cause", .text("\(record.cause)")),
    ]
    // Without one it was the operator.
    if let initiator = record.initiator { members.append(.init("initiator", .count(initiator))) }
    members += [
      .init("targets", .text("\(record.targets)")),
      .init("targetCount", .count(record.targets.count)),
      .init("startMonotonicNanoseconds", .number(record.startNanoseconds)),
      .init("latencyNanoseconds", .number(record.latencyNanoseconds)),
    ]
    if let slowest = record.slowest { members.append(.init("slowest", .count(slowest))) }
    return members + [
      .init("bystanders", .count(record.bystanders)),
      .init("bystanderStallNanoseconds", .number(record.bystanderStallNanoseconds)),
      .init("kicksSignalled", .count(record.kicksSignalled)),
      .init("kicksWoken", .count(record.kicksWoken)),
      .init("kicksElided", .count(record.kicksElided)),
    ]
  }
}
