import Benchmarks
import Documents
import KVM
import Machine
import Synchronization
import Threads

/// Measures a plan on a thread of its own; whoever shows it reads how far it is.
final class BenchWorker: MeasurementWorker {
  private let plan: BenchmarkPlan
  private let commit: String
  private let state: Guarded<BenchmarkState>
  private let status = Guarded<Failure?>(nil)
  private let isEnding = Atomic<Bool>(false)
  private let thread = ThreadGroup()
  private let changed: @Sendable () -> Void

  /// Starts it. `changed` is called on its thread after each figure and at the end.
  init(
    _ plan: BenchmarkPlan, commit: String, changed: @escaping @Sendable () -> Void
  ) throws(ThreadError) {
    self.plan = plan
    self.commit = commit
    self.changed = changed
    state = Guarded(BenchmarkState(plan))
    // Snapshots of 1,024 vcpus and sets of 4,096 bits are on its stack now and then.
    try thread.spawn(name: "bench", stackSize: 2 << 20) { self.run() }
  }

  /// As far as it has come. Any thread.
  var now: BenchmarkState { state.withLock { $0 } }

  var progressLine: String {
    let state = now
    return "\(state.elapsedNanoseconds / 1_000_000_000) s \(state.progress)"
  }

  var isFinished: Bool { now.isFinished }

  var failure: Failure? { status.withLock { $0 } }

  func cut() { isEnding.store(true, ordering: .sequentiallyConsistent) }

  func join() { thread.join() }

  // MARK: Its thread

  private func run() {
    MachineStart.raiseDescriptorLimit()
    let bench = BenchmarkRun(plan, host: host()) {
      self.isEnding.load(ordering: .sequentiallyConsistent)
    } changed: { now in
      self.state.withLock { $0 = now }
      self.changed()
    }
    do throws(BenchmarkError) { try bench.run() } catch {
      let status = Self.status(error)
      self.status.withLock { $0 = Failure(status, error.description) }
    }
  }

  private static func status(_ error: BenchmarkError) -> Int32 {
    switch error {
    case .machine(let error): MachineStart.failure(error).status
    case .guest: ExitStatus.guestFailed
    case .floor, .cut: ExitStatus.ourFault
    }
  }

  private func host() -> BenchmarkHost {
    var host = BenchmarkHost()
    host.kvm = KVMSystem.flavour
    host.cpus = KVMSystem.hostCPUs
    host.kernel = kernelRelease
    host.commit = commit
    host.date = BenchmarkDate.text(unixSeconds: WallClock.unixSeconds())
    #if DEBUG
      host.isOptimized = false
    #endif
    return host
  }

  /// What uname -r prints, by /proc; empty where that cannot be read.
  private var kernelRelease: String {
    guard let bytes = try? DocumentFile.read("/proc/sys/kernel/osrelease").get() else { return "" }
    return String(decoding: bytes.prefix { $0 > 0x20 && $0 < 0x7f }, as: UTF8.self)
  }
}
