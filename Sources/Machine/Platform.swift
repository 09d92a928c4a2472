import Emulation
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
  let chipset: Chipset
  let ports: PortBus
  /// What runs.
  let program: GuestProgram
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
  /// kvm_pvm writes an interrupt's frame of 32-bit code to ESP without the base of SS: done by us there.
  let deliversToSegmentedStacks: Bool
  /// kvm_pvm opens interrupt windows late: there the guest is stepped to them.
  let stepsToWindows: Bool
  /// MAXPHYADDR of the guest's processors.
  let physicalAddressBits: Int
  /// Whether CPUID offers x2APIC mode.
  let offersX2APIC: Bool
  /// Whether the guest is stopped where an assertion of the policy's fails.
  let stopsOnAssertion: Bool
  /// Whether a reset of the machine is under way.
  let isResetting = Atomic<Bool>(false)
  /// Resets of the machine that were made.
  let resets = Atomic<UInt64>(0)
  /// Whether a reset that the guest asks for ends the run.
  private let endsAtReset: Bool
  /// Bumped when a vcpu parks, or a reset is wanted; the operator's thread sleeps on it.
  let parkWord = AtomicLazyReference<FutexWord>()
  /// Whether instructions that KVM cannot emulate are repaired.
  let repairsInstructions: Bool
  /// The kinds that were repaired already.
  private let repairKinds = Atomic<UInt64>(0)
  /// The MSRs that were told of already.
  private let unknownMSRs = Guarded<Set<UInt32>>([])
  private static let unknownMSRLimit = 64
  /// How the guest ended, the first vcpu's word; and lines for the log.
  private let ending = Guarded<GuestEnd?>(nil)
  private let hasEnding = Atomic<Bool>(false)
  private let messages = Guarded<[LogEntry]>([])
  private static let messageLimit = 256
  /// Bumped when something happened that a waiting front end wants to know.
  let news = FutexWord(0)

  init(
    cells: [VCPUCell], memory: GuestMemory, policy: RendezvousPolicy, program: GuestProgram,
    chipset configuration: ChipsetConfiguration, physicalAddressBits: Int, endsAtReset: Bool,
    repairsInstructions: Bool, offersX2APIC: Bool, stopsOnAssertion: Bool
  ) {
    self.cells = cells
    self.memory = memory
    self.program = program
    self.physicalAddressBits = physicalAddressBits
    self.endsAtReset = endsAtReset
    self.repairsInstructions = repairsInstructions
    self.offersX2APIC = offersX2APIC
    self.stopsOnAssertion = stopsOnAssertion
    hostKVM = KVMSystem.flavour
    hostCPUs = KVMSystem.hostCPUs
    pollsTaskPriority = hostKVM == "kvm_pvm"
    deliversToSegmentedStacks = hostKVM == "kvm_pvm"
    stepsToWindows = hostKVM == "kvm_pvm"
    fabric = InterruptFabric(cells: cells, policy: policy)
    timers = TimerThread(cells: cells)
    var configuration = configuration
    configuration.bios = program.bios
    chipset = Chipset(
      configuration, lines: InterruptLines(fabric: fabric), timers: timers, news: news)
    ports = PortBus(chipset: chipset)
  }

  /// Nanoseconds since the machine started.
  var now: UInt64 { MonotonicClock.nanoseconds() &- start.start.nanoseconds }

  /// Tells every vcpu.
  func raiseAll(_ request: VCPURequest) {
    for cell in cells { cell.raise(request) }
  }

  /// The guest has ended: all vcpus stay out of it. The first report counts as the reason.
  func end(because lines: [String], isFailure: Bool = true) {
    if !hasEnding.exchange(true, ordering: .acquiringAndReleasing) {
      isStopped.store(true, ordering: .sequentiallyConsistent)
      for line in lines { log(.message(line)) }
      // After the lines: who sees that the guest has ended finds them all.
      ending.withLock { ending in
        ending = lines.first.map { GuestEnd(text: $0, isFailure: isFailure) }
      }
      raiseAll(.stop)
    }
    news.ring()
  }

  /// How the guest ended, or nil.
  var guestEnd: GuestEnd? { ending.withLock { $0 } }

  /// Whether vcpus stay out of the guest: the operator stopped it, it ended, or a reset is under way.
  /// Sequentially consistent: who clears either wakes the vcpus after that.
  var keepsVCPUsOut: Bool {
    isStopped.load(ordering: .sequentiallyConsistent)
      || isResetting.load(ordering: .sequentiallyConsistent)
  }

  // MARK: Reset

  /// The guest (or the operator) asks for a reset of the whole machine. The operator's thread makes it,
  /// once every vcpu is out of the guest. After a panic the guest has ended instead: what it printed
  /// is to be read.
  func requestReset(by what: String) {
    if let panic = chipset.panicLine { return end(because: ["the guest panicked: \(panic)"]) }
    if endsAtReset {
      return end(because: ["the guest reset the machine (\(what))"], isFailure: false)
    }
    guard !isResetting.exchange(true, ordering: .sequentiallyConsistent) else { return }
    log(.message("reset by \(what)"))
    raiseAll(.stop)
    parkWord.load()?.ring()
  }

  /// A vcpu waits outside the guest, with nothing under way.
  func notePark(of cell: VCPUCell) {
    cell.isParked.store(true, ordering: .sequentiallyConsistent)
    if isResetting.load(ordering: .sequentiallyConsistent) { parkWord.load()?.ring() }
  }

  /// Makes the reset that was asked for, if all vcpus are out of the guest. The operator's thread.
  func resetIfParked(timestampKilohertz: UInt32) {
    guard isResetting.load(ordering: .sequentiallyConsistent),
      cells.allSatisfy({ $0.isDown || $0.isParked.load(ordering: .sequentiallyConsistent) })
    else { return }
    memory.clear()
    program.load(into: memory, timestampKilohertz: timestampKilohertz)
    fabric.reset()
    chipset.reset()
    for cell in cells {
      timers.arm(cell, at: 0)
      cell.powerOn()
    }
    resets.wrappingAdd(1, ordering: .relaxed)
    isResetting.store(false, ordering: .sequentiallyConsistent)
    raiseAll(.stop)
  }

  // MARK: Log

  /// An instruction was repaired. Each kind is told of once.
  func noteRepair(_ kind: RepairKind, vcpu: Int) {
    let bit: UInt64 = 1 << UInt64(kind.rawValue)
    guard repairKinds.bitwiseOr(bit, ordering: .relaxed).oldValue & bit == 0 else { return }
    log(.message("vcpu \(vcpu): this KVM cannot emulate \(kind.name); repaired from here on"))
  }

  /// The guest touched an MSR that is not there or, where `isKnown`, that KVM does not let it read or give
  /// this value. Each is told of once.
  func noteRefusedMSR(_ index: UInt32, isWrite: Bool, isKnown: Bool, vcpu: Int) {
    let isNew = unknownMSRs.withLock { known in
      known.count < Self.unknownMSRLimit && known.insert(index).inserted
    }
    guard isNew else { return }
    let name = isWrite ? "WRMSR" : "RDMSR"
    let why =
      !isKnown ? "no such MSR" : isWrite ? "KVM refuses the value" : "KVM refuses the access"
    log(.message("vcpu \(vcpu): \(name) 0x\(String(index, radix: 16)): \(why), #GP"))
  }

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
