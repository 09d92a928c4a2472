import Machine
import Rendezvous
import Threads

/// A bench at work: takes its sections one after the other and hands out what it finds. One thread owns it.
public final class BenchmarkRun {
  let plan: BenchmarkPlan
  /// Whether it is to end soon.
  let isCut: () -> Bool
  private let changed: (BenchmarkState) -> Void
  private var state: BenchmarkState
  private let start = MonotonicClock.nanoseconds()
  /// When the section's time is over, and how many of its parts have begun.
  private var sectionEnd: UInt64 = 0
  private var partsBegun = 0

  /// A bench of `plan` on `host`. Between measurements it asks `isCut`, and tells `changed` how far it is.
  public init(
    _ plan: BenchmarkPlan, host: BenchmarkHost, isCut: @escaping () -> Bool,
    changed: @escaping (BenchmarkState) -> Void
  ) {
    self.plan = plan
    self.isCut = isCut
    self.changed = changed
    state = BenchmarkState(plan)
    state.host = host
  }

  /// Measures all of it. What was found until then is in what `changed` was told, whatever happens.
  public func run() throws(BenchmarkError) {
    defer { finish() }
    do throws(BenchmarkError) {
      // Without KVM that is the first thing to say, in the machine's words and not in a floor's.
      if plan.sections != [.check] { _ = try vcpuLimit() }
      for section in plan.sections { try measure(section) }
    } catch .cut {
      state.isCut = true
    } catch {
      state.problem = error.description
      throw error
    }
  }

  private func finish() {
    state.isFinished = true
    state.progress = ""
    tell()
  }

  private func measure(_ section: BenchmarkSection) throws(BenchmarkError) {
    sectionEnd = MonotonicClock.nanoseconds() &+ plan.nanoseconds(section)
    partsBegun = 0
    switch section {
    case .exit: try measureExits()
    case .check: try measureLooks()
    case .rendezvous: try measureRendezvous()
    case .kick: try measureKicks()
    case .start: try measureStart()
    case .telemetry: try measureTelemetry()
    case .ipi: try measureIPIs()
    case .monitor: try measureMonitor()
    }
  }

  // MARK: For the sections

  /// Says what is measured now.
  func begin(_ section: BenchmarkSection, _ what: String) throws(BenchmarkError) {
    if isCut() { throw .cut }
    state.progress = "\(section.rawValue): \(what)"
    tell()
  }

  /// Takes a figure; one without samples is noted as missing.
  func add(_ result: BenchmarkResult) {
    if result.ours.values.isEmpty {
      omit(result.section, result.name, "there was no sample")
    } else {
      state.add(result)
      tell()
    }
  }

  /// Notes that a figure is missing.
  func omit(_ section: BenchmarkSection, _ name: String, _ reason: String) {
    state.add(BenchmarkOmission(section, name, reason))
    tell()
  }

  private func tell() {
    state.elapsedNanoseconds = MonotonicClock.nanoseconds() &- start
    changed(state)
  }

  /// Calls `turn` again and again for one of the section's `parts`, which share what is left of its time: `most` times at
  /// most, and `least` times however long that takes; once in a short run.
  func turns(
    _ section: BenchmarkSection, parts: Int, least: Int = 3, most: Int = 10_000,
    _ turn: () throws(BenchmarkError) -> Void
  ) throws(BenchmarkError) {
    let now = MonotonicClock.nanoseconds()
    let left = sectionEnd > now ? sectionEnd - now : 0
    let end = now &+ left / UInt64(max(1, parts - partsBegun))
    partsBegun += 1
    var count = 0
    while count < (plan.isShort ? 1 : least)
      || count < most && MonotonicClock.nanoseconds() < end
    {
      if isCut() { throw .cut }
      try turn()
      count += 1
    }
  }

  /// A machine's configuration, but for its guest.
  func configuration(vcpus: Int, policy: RendezvousPolicy) -> MachineConfiguration {
    var configuration = MachineConfiguration()
    configuration.vcpus = vcpus
    configuration.policy = policy
    configuration.device = plan.device
    return configuration
  }

  /// A floor that has to be there.
  func floor<Value>(_ value: Value?, _ what: String) throws(BenchmarkError) -> Value {
    guard let value else { throw .floor("\(what) on \(plan.device)") }
    return value
  }

  /// A floor's time per event; a failure where it is 0.
  func each(_ nanoseconds: UInt64, of count: Int, _ what: String) throws(BenchmarkError) -> Double {
    guard nanoseconds > 0 else { throw .floor(what) }
    return Double(nanoseconds) / Double(count)
  }
}
