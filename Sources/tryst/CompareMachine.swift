import Commands
import Comparison
import Machine
import Rendezvous
import Telemetry
import Threads

/// A guest that policies are compared in: its start, its policy, its snapshots. One thread owns it.
final class CompareMachine {
  private let machine: VirtualMachine
  private let vcpus: Int
  /// The newest snapshot.
  private(set) var last: Snapshot
  private var console: [UInt8] = []
  private var isUp = false

  /// How long a guest may take until its scenario begins, nanoseconds: hosts that interpret it are slow.
  private static let bootLimit: UInt64 = 60_000_000_000
  /// How long a change of policy, or a rendezvous of all, may take.
  private static let changeLimit: UInt64 = 10_000_000_000
  private static let lookPeriod: UInt64 = 2_000_000
  /// The demo guest says so when its scenario begins: by then its vcpus take interrupts.
  private static let sign = Array("[demo] scenario".utf8)

  /// Starts a guest.
  init(
    _ trial: ComparisonTrial, policy: RendezvousPolicy, device: String
  ) throws(Failure) {
    var configuration = MachineConfiguration()
    configuration.vcpus = trial.vcpus
    configuration.scenario = trial.scenario
    configuration.policy = policy
    configuration.device = device
    configuration.allowsUnsafePolicies = policy.danger != nil
    machine = try MachineStart.start(configuration)
    vcpus = trial.vcpus
    last = Snapshot()
  }

  /// Ends the guest and waits for its threads.
  func end() { machine.end() }

  /// Looks at it.
  @discardableResult
  func look() -> Snapshot {
    last = machine.snapshot()
    if !isUp {
      console += last.console
      if console.indices.contains(where: { console[$0...].starts(with: Self.sign) }) { isUp = true }
    }
    return last
  }

  /// Waits until the guest's scenario has begun, then lets the operator begin. `rests` sleeps, and is true where the
  /// waiting is to end.
  func begin(
    load: [RepeatedInjection], faults: RendezvousFaults = RendezvousFaults(),
    rests: (UInt64) -> Bool
  ) throws(Failure) {
    guard try wait(Self.bootLimit, rests: rests, until: { $0.isUp }) else {
      throw Failure(ExitStatus.guestFailed, "the demo guest did not come up within a minute")
    }
    if faults != RendezvousFaults() { machine.setFaults(faults) }
    for injection in load { _ = machine.perform(injection.command) }
  }

  /// Puts `policy` in force, and lets every vcpu pass a rendezvous under it: what one saw under the policy before
  /// is then over.
  func adopt(_ policy: RendezvousPolicy, rests: (UInt64) -> Bool) throws(Failure) {
    _ = machine.perform(.setPolicy(policy))
    guard try wait(Self.changeLimit, rests: rests, until: { $0.last.policy == policy }) else {
      throw Failure(ExitStatus.guestFailed, "the policy \(policy.preset) did not come into force")
    }
    let all = Injection.rendezvous(targets: .first(vcpus))
    _ = machine.perform(.inject(all))
    _ = try wait(Self.changeLimit, rests: rests) {
      $0.last.events.contains {
        if case .injection(let report) = $0.event {
          report.injection == all && report.isFinal
        } else {
          false
        }
      }
    }
  }

  /// Looks until `test` holds: true; false where that takes longer than `limit` nanoseconds. True as well where
  /// `rests` says that there is nothing to wait for any more.
  private func wait(
    _ limit: UInt64, rests: (UInt64) -> Bool, until test: (CompareMachine) -> Bool
  ) throws(Failure) -> Bool {
    let end = MonotonicClock.nanoseconds() &+ limit
    while true {
      look()
      if test(self) { return true }
      if let ended = last.guestEnded {
        throw Failure(ExitStatus.guestFailed, "the demo guest has ended: \(ended)")
      }
      if MonotonicClock.nanoseconds() >= end { return false }
      if rests(Self.lookPeriod) { return true }
    }
  }
}
