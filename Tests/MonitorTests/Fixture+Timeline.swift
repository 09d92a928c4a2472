import Commands
import Rendezvous
import Telemetry

@testable import Monitor

extension Fixture {
  /// A rendezvous with the lanes of all that took part.
  struct Meeting {
    var record: RendezvousRecord
    var lanes: [RendezvousLane]
  }

  /// Rendezvous `id` of a guest with so many vcpus. Every third one is of the last vcpu alone, and brings
  /// up to three bystanders; of the others one vcpu is late. The same in every run.
  static func meeting(_ id: UInt64, vcpus count: Int) -> Meeting {
    let start = 5_000_000_000 + id * 9_000_000
    let isINIT = id % 3 == 0 && count > 1
    let targets = isINIT ? CPUSet([count - 1]) : .first(count)
    let late = count > 5 ? 5 : count - 1
    let delay: UInt64 = id % 4 == 0 ? 1_790_000 : 40_000 + id % 7 * 11_000
    func noise(_ vcpu: Int, _ bound: UInt64) -> UInt64 {
      (UInt64(vcpu) * 7_919 + id * 104_729) % bound
    }
    var lanes: [RendezvousLane] = []
    var end = start
    var signalled = 0
    var woken = 0
    for vcpu in targets where vcpu != 0 {
      let kicked = start + 1_500 + UInt64(vcpu) * 180
      let kick: Kick = vcpu % 4 == 3 ? .woken : vcpu % 9 == 8 ? .elided : .signalled
      if kick == .signalled { signalled += 1 } else if kick == .woken { woken += 1 }
      var left: UInt64 = 0
      var arrived = kicked + 2_000 + noise(vcpu, 6_000)
      if kick == .signalled {
        left = kicked + 9_000 + noise(vcpu, 14_000)
        arrived = left + 2_800 + noise(vcpu, 1_900)
      }
      if kick == .woken { arrived += 31_000 }
      if vcpu == late { arrived += delay }
      end = max(end, arrived + 1_200)
      lanes.append(
        RendezvousLane(
          rendezvous: id, vcpu: vcpu, role: .member, kick: kick, kickedNanoseconds: kicked,
          leftGuestNanoseconds: left, arrivedNanoseconds: arrived, ranNanoseconds: arrived + 1_200))
    }
    let told = start + 2_000 + UInt64(targets.count) * 180
    lanes.append(
      RendezvousLane(
        rendezvous: id, vcpu: 0, role: .initiator, arrivedNanoseconds: told,
        ranNanoseconds: targets.contains(0) ? told + 900 : 0))
    end = max(end, told + 900)
    let bystanders = isINIT ? min(3, count - 2) : 0
    var stall: UInt64 = 0
    for vcpu in 1..<(1 + bystanders) {
      let arrived = start + 6_000 + UInt64(vcpu) * 4_000
      stall += end - min(end, arrived)
      lanes.append(
        RendezvousLane(rendezvous: id, vcpu: vcpu, role: .bystander, arrivedNanoseconds: arrived))
    }
    for place in lanes.indices {
      lanes[place].releasedNanoseconds = end + 3_000 + noise(lanes[place].vcpu, 9_000)
    }
    let slowest = lanes.filter { $0.ranNanoseconds > 0 }.max {
      $0.arrivedNanoseconds < $1.arrivedNanoseconds
    }
    let record = RendezvousRecord(
      id: id, cause: isINIT ? .initIPI : .redirectionEntry, initiator: 0, targets: targets,
      startNanoseconds: start, latencyNanoseconds: end - start, slowest: slowest?.vcpu,
      bystanders: bystanders, bystanderStallNanoseconds: stall, kicksSignalled: signalled,
      kicksWoken: woken, kicksElided: lanes.count - 1 - bystanders - signalled - woken)
    return Meeting(record: record, lanes: lanes)
  }

  /// What is told of `meetings` at once.
  static func news(_ meetings: [Meeting], vcpus count: Int, step: UInt64) -> Snapshot {
    var next = snapshot(vcpus: count, step: step)
    next.events = meetings.map {
      LogEntry(
        timeNanoseconds: $0.record.startNanoseconds + $0.record.latencyNanoseconds,
        event: .rendezvous($0.record))
    }
    next.lanes = meetings.flatMap(\.lanes)
    return next
  }

  /// A monitor that shows the timeline of rendezvous 18,700 to 18,800: of the newest every lane is there,
  /// of the one before half of them, of the one before that none.
  static func timeline(vcpus count: Int, width: Int = 80, height: Int = 24) -> MonitorModel {
    var model = MonitorModel()
    model.resize(width: width, height: height)
    for id in 18_700...18_800 as ClosedRange<UInt64> {
      var one = meeting(id, vcpus: count)
      if id == 18_798 { one.lanes = [] }
      if id == 18_799 { one.lanes.removeLast(one.lanes.count / 2) }
      var next = news([one], vcpus: count, step: id - 18_700)
      next.policy = id < 18_790 ? .landed : .baseline
      model.absorb(next)
    }
    _ = model.handle(.character("2"))
    return model
  }
}
