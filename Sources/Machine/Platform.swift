import Interrupts
import KVM
import Rendezvous
import Synchronization
import Telemetry
import Threads

/// What the vcpus of one machine share.
final class Platform: Sendable {
  let cells: [VCPUCell]
  let fabric: InterruptFabric
  let timers: TimerThread
  let ports = PortBus()
  let memory: GuestMemory
  /// Nanoseconds of the monotonic clock at the start.
  let start = TimestampCalibration()
  /// Whether vcpus stay out of the guest: the operator stopped it, or it ended.
  let isStopped = Atomic<Bool>(false)
  /// KVM's flavour and the host's CPUs: asked once, as each costs system calls and every snapshot tells.
  let hostKVM: String
  let hostCPUs: Int
  /// kvm_pvm reports no CR8 changes: what only the task priority holds back is looked at again each ms.
  let pollsTaskPriority: Bool
  /// How the guest ended, the first vcpu's word; and lines for the log.
  private let ending = Guarded<String?>(nil)
  private let hasEnding = Atomic<Bool>(false)
  private let messages = Guarded<[LogEntry]>([])
  private static let messageLimit = 256
  /// Bumped when something happened that a waiting front end wants to know.
  let news = FutexWord(0)

  init(cells: [VCPUCell], memory: GuestMemory, policy: RendezvousPolicy) {
    self.cells = cells
    self.memory = memory
    hostKVM = KVMSystem.flavour
    hostCPUs = KVMSystem.hostCPUs
    pollsTaskPriority = hostKVM == "kvm_pvm"
    fabric = InterruptFabric(cells: cells, policy: policy)
    timers = TimerThread(cells: cells)
  }

  /// Nanoseconds since the machine started.
  var now: UInt64 { MonotonicClock.nanoseconds() &- start.start.nanoseconds }

  /// Tells every vcpu.
  func raiseAll(_ request: VCPURequest) {
    for cell in cells { cell.raise(request) }
  }

  /// The guest has ended: all vcpus stay out of it. The first report counts as the reason.
  func end(because lines: [String]) {
    if !hasEnding.exchange(true, ordering: .acquiringAndReleasing) {
      isStopped.store(true, ordering: .sequentiallyConsistent)
      for line in lines { log(.message(line)) }
      // After the lines: who sees that the guest has ended finds them all.
      ending.withLock { $0 = lines.first }
      raiseAll(.stop)
    }
    news.ring()
  }

  /// How the guest ended, or nil.
  var guestEnded: String? { ending.withLock { $0 } }

  /// Adds a line to the log; the oldest make room, and are counted, where nobody reads.
  func log(_ event: LogEvent) {
    let entry = LogEntry(timeNanoseconds: now, event: event)
    let isOneLost = messages.withLock { messages in
      defer { messages.append(entry) }
      guard messages.count >= Self.messageLimit else { return false }
      messages.removeFirst()
      return true
    }
    if isOneLost { lost.wrappingAdd(1, ordering: .relaxed) }
    news.ring()
  }

  /// Log lines that nobody read in time.
  let lost = Atomic<UInt64>(0)

  /// The log lines since the last call.
  func takeMessages() -> [LogEntry] {
    messages.withLock { messages in
      defer { messages.removeAll(keepingCapacity: true) }
      return messages
    }
  }
}
