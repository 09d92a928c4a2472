import Rendezvous
import Synchronization
import Telemetry
import Threads

/// What the vcpu writes down of each rendezvous, for the timeline.
extension VCPURunner {
  /// A rendezvous exit is over.
  mutating func noteLane(of report: RendezvousExitReport) {
    let role: RendezvousLane.Role
    switch report.classification {
    case .member: role = .member
    case .early: role = .early
    case .bystander: role = .bystander
    // There was none any more that it could be a lane of.
    case .void: return
    }
    push(role, report.id, report.times)
  }

  /// Takes part in a rendezvous while the guest is stopped, without an exit.
  mutating func serveWhileStopped() {
    let service = platform.fabric.coordinator.serve(member: id)
    counters.add(.rendezvousTaken, UInt64(service.actionsRun))
    if service.id != 0 { push(.served, service.id, service.times) }
  }

  private func push(_ role: RendezvousLane.Role, _ rendezvous: UInt64, _ times: RendezvousTimes) {
    var lane = RendezvousLane(rendezvous, id, role, times)
    cell.summons.tell(&lane)
    if lane.kick == .signalled { lane.leftGuestNanoseconds = lastExit(before: times.arrived) }
    cell.lanes.push(lane)
  }

  /// When the vcpu, which is in our code since, last left the guest, nanoseconds of the monotonic clock; at
  /// most `now`.
  private func lastExit(before now: UInt64) -> UInt64 {
    let pair = TimestampPair.now()
    let ago = platform.start.nanoseconds(forTicks: pair.ticks &- counters.activitySince, at: pair)
    return min(now, pair.nanoseconds &- ago)
  }
}

extension RendezvousLane {
  init(_ rendezvous: UInt64, _ vcpu: Int, _ role: Role, _ times: RendezvousTimes) {
    self.init(
      rendezvous: rendezvous, vcpu: vcpu, role: role, arrivedNanoseconds: times.arrived,
      ranNanoseconds: times.ran, releasedNanoseconds: times.released)
  }
}
