import BenchFloor
import Commands
public import Machine
import Rendezvous
import Telemetry
import Threads

/// Why a measurement cannot go on.
public enum BenchmarkError: Error, CustomStringConvertible {
  /// The machine did not start. ``MachineError`` in its own words.
  case machine(MachineError)
  /// A floor did not start or failed: which.
  case floor(String)
  /// A guest did not do what it should: which, and what.
  case guest(String)
  /// The bench is to end.
  case cut

  /// One line.
  public var description: String {
    switch self {
    case .machine(let error): error.description
    case .floor(let what): "the floor failed: \(what)"
    case .guest(let what): "the guest failed: \(what)"
    case .cut: "ended"
    }
  }
}

/// A real machine that runs one of the bench's guests. One thread owns it.
final class BenchmarkGuest {
  let machine: VirtualMachine
  let vcpus: Int
  private let isCut: () -> Bool

  /// Longer than anything takes on a host that interprets its guests, nanoseconds.
  private static let patience: UInt64 = 60_000_000_000

  /// Starts one of those of the floors.
  convenience init(
    _ guest: floor_guest, isFlat: Bool = false, vcpus: Int = 1, _ run: BenchmarkRun,
    policy: RendezvousPolicy = .landed
  ) throws(BenchmarkError) {
    try self.init(code: Floor.code(guest), isFlat: isFlat, vcpus: vcpus, run, policy: policy)
  }

  /// Starts one. In real mode it is put over the demo guest, whose start is the bootstrap processor's; a flat one is
  /// a kernel.
  convenience init(
    code: [UInt8], isFlat: Bool = false, vcpus: Int, _ run: BenchmarkRun,
    policy: RendezvousPolicy = .landed
  ) throws(BenchmarkError) {
    var configuration = run.configuration(vcpus: vcpus, policy: policy)
    if isFlat {
      var kernel = KernelFiles(image: code, name: "bench")
      kernel.flatAddress = UInt64(FLOOR_FLAT_ADDRESS)
      configuration.kernel = kernel
    } else {
      configuration.overlays[UInt64(FLOOR_REAL_ADDRESS)] = code
    }
    try self.init(configuration, run)
  }

  /// Starts what `configuration` says.
  init(_ configuration: MachineConfiguration, _ run: BenchmarkRun) throws(BenchmarkError) {
    isCut = run.isCut
    vcpus = configuration.vcpus
    do throws(MachineError) { machine = try VirtualMachine(configuration) } catch {
      throw .machine(error)
    }
  }

  /// Ends it and waits for its threads.
  func end() { machine.end() }

  /// Looks again and again until `test` holds, `pause` nanoseconds between two looks.
  @discardableResult
  func wait(
    for what: String, pause: UInt64 = 0, until test: (Snapshot) -> Bool
  ) throws(BenchmarkError) -> Snapshot {
    let limit = MonotonicClock.nanoseconds() &+ Self.patience
    while true {
      let now = machine.snapshot()
      if test(now) { return now }
      if let ended = now.guestEnded { throw .guest(ended) }
      if isCut() { throw .cut }
      if MonotonicClock.nanoseconds() > limit { throw .guest("no \(what) within a minute") }
      if pause > 0 { Pause.nanoseconds(pause) } else { Pause.yield() }
    }
  }

  /// Lets it run for `nanoseconds`, and on until `count` has risen by `enough`: the time from the first look to the
  /// last one, nanoseconds, by that rise; and both looks.
  func slice(
    _ nanoseconds: UInt64, _ what: String, enough: UInt64, count: (Snapshot) -> UInt64
  ) throws(BenchmarkError) -> (each: Double, first: Snapshot, last: Snapshot) {
    let first = machine.snapshot()
    Pause.nanoseconds(nanoseconds)
    let last = try wait(for: what, pause: nanoseconds / 4) { count($0) &- count(first) >= enough }
    let time = Double(last.timeNanoseconds &- first.timeNanoseconds)
    return (time / Double(count(last) &- count(first)), first, last)
  }

  /// Stops every vcpu outside the guest, or lets them go on, and waits until they have.
  func setStopped(_ isStopped: Bool) throws(BenchmarkError) {
    _ = machine.perform(isStopped ? .stopGuest : .continueGuest)
    try wait(for: isStopped ? "stop" : "start again") {
      $0.vcpus.allSatisfy { ($0.state == .stopped) == isStopped }
    }
  }

  /// Waits until every vcpu halts, each started once but the first.
  func awaitHalted() throws(BenchmarkError) {
    try wait(for: "HLT of all vcpus", pause: vcpus > 64 ? 1_000_000 : 0) {
      $0.vcpus.allSatisfy { $0.state == .halted && ($0.id == 0 || $0.startups > 0) }
    }
  }

  /// Waits until every vcpu but the first halts, each started once, and that one is in the guest.
  func awaitMixed() throws(BenchmarkError) {
    try wait(for: "HLT of all vcpus but one", pause: vcpus > 64 ? 1_000_000 : 0) {
      $0.vcpus.allSatisfy {
        $0.id == 0 ? $0.state == .running : $0.state == .halted && $0.startups > 0
      }
    }
  }

  /// Puts `policy` in force.
  func adopt(_ policy: RendezvousPolicy) throws(BenchmarkError) {
    _ = machine.perform(.setPolicy(policy))
    try wait(for: "policy \(policy.preset)") { $0.policy == policy }
  }

  /// Waits until every vcpu is in the guest.
  func awaitSpinning() throws(BenchmarkError) {
    try wait(for: "all vcpus in the guest") { $0.vcpus.allSatisfy { $0.state == .running } }
  }

  /// Nanoseconds of a rendezvous of `targets`, or of all vcpus, and its record.
  func meet(
    _ targets: CPUSet? = nil
  ) throws(BenchmarkError) -> (nanoseconds: Double, record: RendezvousRecord) {
    let targets = targets ?? .first(vcpus)
    let begin = MonotonicClock.nanoseconds()
    guard let record = machine.meet(targets) else { throw .guest("a rendezvous was aborted") }
    return (Double(MonotonicClock.nanoseconds() &- begin), record)
  }
}
