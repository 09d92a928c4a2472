import Rendezvous
import Telemetry

@testable import Monitor

extension Fixture {
  /// A rendezvous that has a page of its own in the goldens.
  enum Case: String, CaseIterable, Sendable { case bystander, behalf, entry }

  /// When the machine started, by the monotonic clock.
  static let machineStart: UInt64 = 3_000_000_000

  /// A lane; times are microseconds after the request, in tenths.
  static func lane(
    _ record: RendezvousRecord, _ vcpu: Int, _ role: RendezvousLane.Role, _ kick: Kick? = nil,
    told: UInt64 = 0, left: UInt64 = 0, came: UInt64, ran: UInt64 = 0, on: UInt64
  ) -> RendezvousLane {
    func time(_ tenths: UInt64) -> UInt64 {
      tenths == 0 ? 0 : record.startNanoseconds + tenths * 100
    }
    return RendezvousLane(
      rendezvous: record.id, vcpu: vcpu, role: role, kick: kick, kickedNanoseconds: time(told),
      leftGuestNanoseconds: time(left), arrivedNanoseconds: time(came), ranNanoseconds: time(ran),
      releasedNanoseconds: time(on))
  }

  static func record(
    _ id: UInt64, _ cause: RendezvousCause, by initiator: Int?, _ targets: [Int],
    microseconds: UInt64, slowest: Int?, signalled: Int = 0, woken: Int = 0, elided: Int = 0,
    served: Int = 0, bystanders: Int = 0, stall: UInt64 = 0, origin: RendezvousOrigin = .unspecified
  ) -> RendezvousRecord {
    var record = RendezvousRecord(
      id: id, cause: cause, initiator: initiator, targets: CPUSet(targets),
      startNanoseconds: machineStart + 192_000_000_000, latencyNanoseconds: microseconds * 1_000,
      slowest: slowest, bystanders: bystanders, bystanderStallNanoseconds: stall,
      kicksSignalled: signalled, kicksWoken: woken, kicksElided: elided)
    record.servedOnBehalf = served
    record.origin = origin
    return record
  }

  static func meeting(_ which: Case) -> (Meeting, RendezvousPolicy) {
    switch which {
    case .bystander:
      let record = record(
        18_841, .initIPI, by: 0, [3], microseconds: 43, slowest: 3, signalled: 1, bystanders: 1,
        stall: 36_600, origin: .interruptCommand(0x0300_0000_0000_4500))
      let lanes = [
        lane(record, 0, .initiator, came: 21, on: 458),
        lane(record, 2, .bystander, came: 62, on: 471),
        lane(record, 3, .member, .signalled, told: 16, left: 394, came: 415, ran: 427, on: 462),
      ]
      return (Meeting(record: record, lanes: lanes), .baseline)
    case .behalf:
      let record = record(
        18_842, .redirectionEntry, by: 0, [0, 1, 2, 3], microseconds: 4, slowest: 0, served: 3,
        origin: .redirectionEntry(pin: 4, before: 0x1_0000, after: 0x0100_0000_0000_8034))
      let lanes = [lane(record, 0, .initiator, came: 31, ran: 36, on: 42)]
      return (Meeting(record: record, lanes: lanes), .tryst)
    case .entry:
      let record = record(
        18_843, .redirectionEntry, by: 1, Array(0..<8), microseconds: 71, slowest: 5, signalled: 4,
        woken: 2, elided: 1,
        origin: .redirectionEntry(
          pin: 2, before: 0x0100_0000_0000_0030, after: 0x0500_0000_0001_0031))
      var lanes = [lane(record, 1, .initiator, came: 35, ran: 41, on: 725)]
      for (vcpu, kick) in [(0, Kick.signalled), (2, .signalled), (4, .signalled), (6, .signalled)] {
        let told = 15 + UInt64(vcpu) * 2
        lanes.append(
          lane(
            record, vcpu, .member, kick, told: told, left: told + 90 + UInt64(vcpu) * 11,
            came: told + 121 + UInt64(vcpu) * 11, ran: told + 127 + UInt64(vcpu) * 11,
            on: 720 + UInt64(vcpu) * 4))
      }
      lanes.append(lane(record, 3, .served, .woken, told: 19, came: 388, ran: 394, on: 731))
      lanes.append(lane(record, 5, .served, .woken, told: 23, came: 703, ran: 709, on: 722))
      lanes.append(lane(record, 7, .early, .elided, told: 27, came: 24, ran: 29, on: 741))
      return (Meeting(record: record, lanes: lanes), .landed)
    }
  }

  /// A monitor in whose log that rendezvous is the newest entry.
  static func model(_ which: Case, width: Int = 80, height: Int = 24) -> MonitorModel {
    let (meeting, policy) = meeting(which)
    let count = which == .entry ? 8 : 4
    var model = MonitorModel()
    model.resize(width: width, height: height)
    for step in 0..<3 as Range<UInt64> {
      var next = snapshot(vcpus: count, step: step)
      next.policy = policy
      if step == 2 {
        next.events = [entry(meeting.record)]
        next.lanes = meeting.lanes
      }
      model.absorb(next)
    }
    return model
  }

  static func entry(_ record: RendezvousRecord) -> LogEntry {
    LogEntry(
      timeNanoseconds: record.startNanoseconds + record.latencyNanoseconds - machineStart,
      event: .rendezvous(record))
  }

  /// What is shown, lines that were broken put together.
  static func flat(_ model: MonitorModel) -> String {
    model.frame(glyphs: .unicode).text.split { $0 == "\n" || $0 == " " }.joined(separator: " ")
  }

  static func pressed(_ keys: Key..., in model: MonitorModel) -> MonitorModel {
    var model = model
    for key in keys { _ = model.handle(key) }
    return model
  }
}
