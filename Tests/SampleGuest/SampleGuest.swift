import Commands
import Rendezvous
public import Telemetry

/// A guest without a machine, for what measures or tests the way from snapshots to the terminal: busy in
/// every vcpu, and the same in every run. Everything is made from the vcpu's number and the step.
public struct SampleGuest: Sendable {
  /// How much changes from one step to the next.
  public enum Pace: Sendable {
    /// Rates move a little, every counter counts, states change now and then: busier than a real guest.
    case busy
    /// Every vcpu's state and every counter changes in every step: the worst for a screen.
    case allChanging
    /// Nothing but the clock.
    case still
  }

  /// Vcpus.
  public let vcpus: Int
  /// How much changes.
  public let pace: Pace

  /// A guest of so many vcpus, 1 or more.
  public init(vcpus: Int, pace: Pace) {
    self.vcpus = max(1, vcpus)
    self.pace = pace
  }

  /// The snapshot of a step, 100 ms after the one before.
  public func snapshot(step: UInt64) -> Snapshot {
    let moment = pace == .still ? 0 : step
    var snapshot = Snapshot()
    snapshot.timeNanoseconds = 60_000_000_000 + step * 100_000_000
    snapshot.hostKVM = "kvm_intel"
    snapshot.hostCPUs = 2
    snapshot.guestName = "sample"
    snapshot.vcpus = (0..<vcpus).map { vcpu(UInt64($0), moment) }
    snapshot.rendezvous.requested = 70_000 + moment * 9
    snapshot.rendezvous.completed = snapshot.rendezvous.requested
    snapshot.rendezvous.byCause[.initIPI] = 40_000 + moment * 4
    snapshot.rendezvous.byCause[.redirectionEntry] = 30_000 + moment * 5
    snapshot.rendezvous.kicks[.signalled] = 50_000 + moment * (6 + moment % 3)
    snapshot.rendezvous.kicks[.woken] = 9_000 + moment
    snapshot.rendezvous.latency.count = snapshot.rendezvous.completed
    snapshot.rendezvous.latency.p50 = 41_300 + moment % 4 * 700
    snapshot.rendezvous.latency.p90 = 96_200
    snapshot.rendezvous.latency.p99 = 188_400
    snapshot.rendezvous.latency.max = 2_031_800
    snapshot.messages = 100 + moment * 2
    snapshot.pins = 3_000 + moment * (moment % 5)
    if pace != .still {
      snapshot.events = events(step)
      snapshot.console = console(step)
      snapshot.traffic = (0..<vcpus).map { traffic($0, moment) }
    }
    return snapshot
  }

  private func vcpu(_ id: UInt64, _ step: UInt64) -> VCPUSnapshot {
    // A busy vcpu is most of the time in the guest; of the worst one no two samples are alike.
    let turn = pace == .allChanging ? id + step : (id * 7 + step / 4) % 13
    let states: [VCPUState] = [.running, .halted, .waiting, .vmm, .kicked, .waitForSIPI]
    var vcpu = VCPUSnapshot()
    vcpu.id = Int(id)
    vcpu.state = pace == .allChanging || turn < 6 ? states[Int(turn % 6)] : .running
    vcpu.rip = 0xffff_ffff_8123_4500 &+ id * 16 &+ step % 3 * 64
    let swing = pace == .allChanging ? (id * 31 + step * 97) % 900 : (id + step) % 9
    vcpu.exits[.io] = 5_000 + step * 400 + swing * 20
    vcpu.exits[.hlt] = 2_000 + step * 90 * (id % 4)
    vcpu.exits[.mmio] = 700 + step * 20
    vcpu.ipisSent[.fixed] = 9_000 + step * 22 + swing
    vcpu.ipisSent[.initIPI] = id == 0 ? 40_000 + step * 4 : 0
    vcpu.ipisReceived = 8_000 + step * 19 + swing
    vcpu.guestSaw = 7_990 + step * 19 + swing
    vcpu.rendezvousExits[.member] = 300 + step
    vcpu.rendezvousExits[.bystander] = step * (id % 5) / 3 + swing / 4
    vcpu.rendezvousTaken = 500 + step
    vcpu.stallNanoseconds = (step * (id % 5) + swing) * 40_000
    vcpu.haltedNanoseconds = 40_000_000_000 + step * 3_000_000 * (id % 30)
    vcpu.guestNanoseconds = 90_000_000_000 + step * 80_000_000
    return vcpu
  }

  private func events(_ step: UInt64) -> [LogEntry] {
    let record = RendezvousRecord(
      id: 70_000 + step, cause: step % 2 == 0 ? .initIPI : .redirectionEntry, initiator: 0,
      targets: step % 2 == 0 ? CPUSet([vcpus - 1]) : .first(min(vcpus, CPUSet.capacity)),
      startNanoseconds: 1, latencyNanoseconds: 31_000 + step % 90 * 977, slowest: vcpus - 1,
      bystanders: 0, bystanderStallNanoseconds: 0, kicksSignalled: 1, kicksWoken: 0, kicksElided: 0)
    let time = 60_000_000_000 + step * 100_000_000 - 40_000_000
    return [LogEntry(timeNanoseconds: time, event: .rendezvous(record))]
  }

  /// Lines in colours, with wide characters.
  private func console(_ step: UInt64) -> [UInt8] {
    let color = 31 + step % 6
    return Array(
      "\u{1b}[\(color)m[guest]\u{1b}[0m round \(step) \u{1b}[1;4;44m漢字\u{1b}[0m é 한글 \u{1b}[7mok\u{1b}[0m\r\n"
        .utf8)
  }

  private func traffic(_ source: Int, _ step: UInt64) -> IPITrafficRow {
    var row = IPITrafficRow(source: source)
    row.pairs = Set((1...3).map { (source + $0 * $0) % vcpus }).sorted().filter { $0 != source }
      .map {
        IPITrafficRow.Pair(
          destination: $0, count: (step + 1) * UInt64($0 % 7 + 1), lastVector: 0xfd)
      }
    row.vectors = [IPITrafficRow.VectorCount(vector: 0xfd, count: (step + 1) * 9)]
    return row
  }
}
