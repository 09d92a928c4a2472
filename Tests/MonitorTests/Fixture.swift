import Commands
import Rendezvous
import Telemetry

@testable import Monitor

/// A guest that is the same in every run: numbers from the vcpu's number and the step.
enum Fixture {
  static func snapshot(vcpus count: Int, step: UInt64) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.timeNanoseconds = 192_000_000_000 + step * 100_000_000
    snapshot.hostKVM = "kvm_intel"
    snapshot.hostCPUs = 2
    snapshot.guestName = "demo"
    snapshot.scenario = .mixed
    snapshot.policy = .landed
    snapshot.vcpus = (0..<count).map { vcpu(UInt64($0), step: step) }
    snapshot.rendezvous.requested = 79_000 + step * 3
    snapshot.rendezvous.completed = 78_999 + step * 3
    snapshot.rendezvous.byCause[.initIPI] = 41_200 + step
    snapshot.rendezvous.byCause[.redirectionEntry] = 37_790 + step * 2
    snapshot.rendezvous.byCause[.operatorRequest] = 10
    snapshot.rendezvous.latency.count = snapshot.rendezvous.completed
    snapshot.rendezvous.latency.p50 = 41_300
    snapshot.rendezvous.latency.p90 = 96_200
    snapshot.rendezvous.latency.p99 = 188_400
    snapshot.rendezvous.latency.max = 2_031_800
    snapshot.rendezvous.kicks[.signalled] = 60_000 + step * (2 + step % 3)
    snapshot.rendezvous.kicks[.woken] = 9_100 + step
    snapshot.rendezvous.kicks[.elided] = 7
    snapshot.operatorIPIs[.fixed] = 3
    snapshot.messages = 122 + step * 2
    snapshot.pins = 3_300 + step * (step % 5)
    return snapshot
  }

  static func vcpu(_ id: UInt64, step: UInt64) -> VCPUSnapshot {
    var vcpu = VCPUSnapshot()
    vcpu.id = Int(id)
    let states: [VCPUState] = [.running, .halted, .waiting, .vmm, .kicked, .waitForSIPI]
    vcpu.state = states[Int((id + step) % 6)]
    vcpu.rip = id % 2 == 0 ? 0xffff_ffff_8123_4500 + id * 16 : 0x10_0000 + id * 64
    vcpu.exits[.io] = 5_000 + step * (300 + id % 7 * 40 + step * id % 11)
    vcpu.exits[.hlt] = 2_000 + step * 90 * (id % 4)
    vcpu.exits[.mmio] = 700 + step * 20
    vcpu.ipisSent[.fixed] = 9_000 + step * (20 + step % 4)
    vcpu.ipisSent[.initIPI] = id == 0 ? 41_190 + step : 0
    vcpu.ipisSent[.startup] = id == 0 ? 2 * 41_190 : 0
    vcpu.ipisReceived = 8_000 + step * 19 + id
    vcpu.guestSaw = 7_990 + step * 19 + id
    vcpu.rendezvousExits[.member] = 300 + step
    vcpu.rendezvousExits[.early] = id % 3
    vcpu.rendezvousExits[.bystander] = id == 3 ? 12 + step / 4 : 0
    vcpu.rendezvousTaken = 500 + step
    vcpu.stallNanoseconds = id == 3 ? 1_840_000 + step * 40_000 : 0
    vcpu.haltedNanoseconds = 40_000_000_000 + id * 1_000_000
    vcpu.guestNanoseconds = 90_000_000_000
    return vcpu
  }

  static func record(
    _ id: UInt64, _ cause: RendezvousCause, _ targets: CPUSet, by initiator: Int?,
    latency: UInt64 = 41_000, bystanders: Int = 0
  ) -> RendezvousRecord {
    RendezvousRecord(
      id: id, cause: cause, initiator: initiator, targets: targets, startNanoseconds: 1,
      latencyNanoseconds: latency, slowest: targets.members.last, bystanders: bystanders,
      bystanderStallNanoseconds: UInt64(bystanders) * 920_000, kicksSignalled: 1, kicksWoken: 0,
      kicksElided: 0)
  }

  static func report(
    _ id: UInt64, _ injection: Injection, _ targets: [InjectionReport.Target],
    isFinal: Bool = true, outcome: InjectionOutcome? = nil, rendezvous: [RendezvousRecord] = []
  ) -> InjectionReport {
    InjectionReport(
      id: id, injection: injection, isFinal: isFinal, outcome: outcome, targets: targets,
      rendezvous: rendezvous)
  }

  /// The news of a step: rendezvous, and an injection of each outcome in turn.
  static func events(_ step: UInt64, vcpus count: Int) -> [LogEntry] {
    let time = 192_000_000_000 + step * 100_000_000 - 40_000_000
    let last = count - 1
    var entries = [
      LogEntry(
        timeNanoseconds: time,
        event: .rendezvous(
          record(
            18_800 + step * 2, .initIPI, CPUSet([last]), by: 0,
            latency: 31_000 + step * 977, bystanders: step % 4 == 0 ? 2 : 0))),
      LogEntry(
        timeNanoseconds: time + 12_000_000,
        event: .rendezvous(
          record(
            18_801 + step * 2, .redirectionEntry, .first(count), by: step % 3 == 0 ? nil : 0,
            latency: step % 7 == 6 ? 2_031_000 : 88_000))),
    ]
    let self0 = CPUSet([0])
    let injection: (Injection, InjectionOutcome) =
      switch step % 5 {
      case 0: (.fixed(vector: 0x40, targets: self0), .delivered(afterNanoseconds: 41_000))
      case 1: (.fixed(vector: 0x40, targets: self0), .coalesced)
      case 2: (.fixed(vector: 0x31, targets: self0), .pending(.interruptsDisabled))
      case 3: (.startup(vector: 8, targets: self0), .ignored(.notWaitingForSIPI))
      default: (.initIPI(targets: self0), .done(afterNanoseconds: 35_000))
      }
    let target = InjectionReport.Target(
      vcpu: 0, outcome: injection.1, guestSaw: step % 5 == 0 ? 1 : nil)
    entries.append(
      LogEntry(
        timeNanoseconds: time + 20_000_000,
        event: .injection(report(step + 1, injection.0, [target], isFinal: step % 5 != 2))))
    return entries
  }

  /// A monitor that has seen 40 steps of a guest with so many vcpus.
  static func model(vcpus count: Int, width: Int = 80, height: Int = 24) -> MonitorModel {
    var model = MonitorModel()
    model.resize(width: width, height: height)
    for step in 0..<40 as Range<UInt64> {
      var next = snapshot(vcpus: count, step: step)
      next.events = events(step, vcpus: count)
      next.console = Array(
        "[demo] round \(18_800 + step) ok, skew \(30 + step * 7 % 31) us\r\n".utf8)
      if step == 39 { next.console += Array("[demo] _".utf8) }
      model.absorb(next)
    }
    return model
  }
}
