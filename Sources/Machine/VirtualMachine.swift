import Boot
public import Commands
import Interrupts
import KVM
import Rendezvous
import Synchronization
public import Telemetry
public import Threads

/// A running guest: one thread a vcpu, one for timers, one for the operator's commands.
///
/// ``perform(_:)`` may be called from any thread, ``snapshot()`` from one at a time; neither waits for a
/// vcpu, nor makes one wait or exit.
public final class VirtualMachine: Sendable {
  private let configuration: MachineConfiguration
  let platform: Platform
  private let operatorThread: Operator
  private let watchdog: Watchdog
  private let observer: Guarded<Observer>
  private let vcpuThreads = ThreadGroup()
  private let otherThreads = ThreadGroup()

  /// Builds the machine and starts it.
  public init(_ configuration: MachineConfiguration) throws(MachineError) {
    try Self.check(configuration)
    self.configuration = configuration
    observer = Guarded(
      Observer(
        versions: Array(repeating: 0, count: configuration.vcpus),
        assertions: AssertionLog(policy: configuration.policy.preset)))
    let memory: GuestMemory
    let machine: SharedMachine
    do throws(KVMError) {
      let system = try KVMSystem(path: configuration.device)
      if configuration.vcpus > system.maximumVCPUs {
        throw .missingCapability(
          name: "\(configuration.vcpus) vcpus (KVM_CAP_MAX_VCPUS is \(system.maximumVCPUs))",
          purpose: "for --cpus \(configuration.vcpus)")
      }
      memory = try GuestMemory(size: configuration.memoryMebibytes << 20)
      machine = SharedMachine(
        try system.makeMachine(
          vcpus: configuration.vcpus, offersX2APIC: configuration.hasX2APIC))
      try machine.machine.map(memory)
    } catch { throw .kvm(error) }
    let cells = (0..<configuration.vcpus).map { VCPUCell(id: $0, of: configuration.vcpus) }
    platform = Platform(
      cells: cells, memory: memory, policy: configuration.policy,
      program: try GuestProgram.make(configuration, memory: memory),
      chipset: ChipsetConfiguration(
        vcpus: configuration.vcpus, memoryBytes: UInt64(memory.size),
        commandLine: configuration.kernel?.commandLine ?? "", isDemo: configuration.kernel == nil),
      physicalAddressBits: machine.machine.physicalAddressBits,
      endsAtReset: configuration.endsAtReset,
      repairsInstructions: configuration.repairsInstructions,
      offersX2APIC: configuration.hasX2APIC, stopsOnAssertion: configuration.stopsOnAssertion)
    operatorThread = Operator(
      platform: platform, scenario: configuration.scenario, policy: configuration.policy,
      allowsUnsafePolicies: configuration.allowsUnsafePolicies)
    watchdog = Watchdog(operatorThread)
    try start(machine)
  }

  private static func check(_ configuration: MachineConfiguration) throws(MachineError) {
    let isDemo = configuration.kernel == nil
    if !configuration.allowsUnsafePolicies && configuration.policy.danger != nil {
      throw .unsafePolicy(configuration.policy)
    }
    guard isDemo else {
      try check(
        configuration.vcpus, "--cpus", 1...MachineConfiguration.maximumKernelVCPUs, " vcpus")
      return try check(
        configuration.memoryMebibytes, "--memory", 1...MachineConfiguration.maximumKernelMemory,
        " MiB")
    }
    try check(
      configuration.vcpus, "--cpus",
      1...(configuration.hasX2APIC
        ? MachineConfiguration.maximumVCPUs : MachineConfiguration.maximumXAPICVCPUs),
      " vcpus for the demo guest" + (configuration.hasX2APIC ? "" : " without x2APIC"))
    let least = MachineConfiguration.minimumMemory(vcpus: configuration.vcpus)
    try check(
      configuration.memoryMebibytes, "--memory", least...MachineConfiguration.maximumMemory,
      least == MachineConfiguration.minimumMemory(vcpus: 1)
        ? " MiB" : " MiB for \(configuration.vcpus) vcpus")
  }

  private static func check(
    _ value: Int, _ name: String, _ allowed: ClosedRange<Int>, _ advice: String
  ) throws(MachineError) {
    guard allowed.contains(value) else {
      throw .outOfRange(name: name, value: value, allowed: allowed, advice: advice)
    }
  }

  // MARK: Start

  private func start(_ machine: SharedMachine) throws(MachineError) {
    KickSignal.installEmptyHandler()
    let gate = StartGate(vcpus: configuration.vcpus)
    let platform = platform
    var failure: ThreadError?
    for cell in platform.cells where failure == nil {
      do throws(ThreadError) {
        try vcpuThreads.spawn(
          name: "vcpu \(cell.id)", stackSize: 256 << 10, unblockedSignals: [KickSignal.number]
        ) {
          Self.vcpuThread(cell, platform, machine, gate)
        }
      } catch { failure = error }
    }
    let error = failure == nil ? gate.awaitVCPUs() : nil
    if failure == nil && error == nil {
      platform.program.load(into: platform.memory, timestampKilohertz: gate.timestampKilohertz)
      operatorThread.setTimestampKilohertz(gate.timestampKilohertz)
      do throws(ThreadError) {
        let timers = platform.timers
        let chipset = platform.chipset
        try otherThreads.spawn(name: "timers") { timers.run(chipset) }
        let operatorThread = operatorThread
        try otherThreads.spawn(name: "operator") { operatorThread.run() }
        let watchdog = watchdog
        try otherThreads.spawn(name: "watchdog") { watchdog.run() }
      } catch { failure = error }
    }
    if let failure {
      gate.open(isCancelled: true)
      end()
      throw .thread(failure)
    }
    if let error {
      gate.open(isCancelled: true)
      end()
      throw .kvm(error)
    }
    if let plan = platform.program.plan { platform.log(.message("booting: \(plan.kind)")) }
    gate.open(isCancelled: false)
  }

  /// A vcpu's thread: creates the vcpu (KVM wants its ioctls from one thread), waits for the others, runs.
  private static func vcpuThread(
    _ cell: VCPUCell, _ platform: Platform, _ machine: SharedMachine, _ gate: StartGate
  ) {
    do throws(KVMError) {
      run(try machine.machine.makeVCPU(id: cell.id), cell, platform, gate)
    } catch {
      gate.arrive(failed: error)
    }
  }

  private static func run(
    _ vcpu: consuming VCPU, _ cell: VCPUCell, _ platform: Platform, _ gate: StartGate
  ) {
    if cell.id == 0 { gate.setTimestampKilohertz(vcpu.timestampKilohertz) }
    cell.publish(runArea: vcpu.runArea, thread: .current)
    var runner = VCPURunner(vcpu: vcpu, cell: cell, platform: platform)
    guard runner.powerOn() else {
      return gate.arrive(failed: .ioctl(name: "the vcpu's first state", errno: 22))
    }
    runner.enlist()
    gate.arrive(failed: nil)
    guard gate.awaitOpening() else { return }
    runner.run()
  }

  // MARK: Operation

  /// Queues a command for the operator's thread; false where too many wait already. Serial input goes
  /// to the guest's port at once, all of it or, where the guest has too much to read still, nothing:
  /// false then too, and the caller keeps it.
  @discardableResult
  public func perform(_ command: Command) -> Bool {
    if case .serialInput(let bytes) = command { return platform.chipset.type(bytes) }
    return operatorThread.perform(command)
  }

  /// Bumped whenever something happens that a waiting front end may want to know: the guest's end, a
  /// line for the log, output of the guest's where the last snapshot asked for it.
  public var news: FutexWord { platform.news }

  /// How the guest ended, or nil while it lives.
  public var guestEnded: String? { platform.guestEnd?.text }

  /// Whether it ended by a failure: powering off is none.
  public var guestFailed: Bool { platform.guestEnd?.isFailure ?? false }

  /// Looks closely at `vcpu` from now on, or at none: snapshots have its ``Telemetry/VCPUDetail``. The
  /// vcpu does not leave the guest for that. The thread that takes snapshots only.
  public func watch(_ vcpu: Int?) {
    let wanted = vcpu.flatMap { platform.cells.indices.contains($0) ? $0 : nil }
    observer.withLock { observer in
      guard wanted != observer.watched else { return }
      if let old = observer.watched { platform.cells[old].watch(false) }
      observer.watched = wanted
      if let wanted { platform.cells[wanted].watch(true) }
    }
  }

  /// What snapshots remember of the ones before: only their own thread takes this lock.
  private struct Observer: Sendable {
    /// The vcpu that is looked at.
    var watched: Int?
    /// How much of each vcpu's traffic was told.
    var versions: [UInt64]
    /// What was told of failed assertions.
    var assertions: AssertionLog
  }

  /// Everything there is to see. Takes the events and the console's bytes since the last call with it.
  /// One thread at a time; no lock that a running vcpu waits for. `ringsForOutput`: the guest's next output rings
  /// ``news``; without it only output that would soon be lost does.
  public func snapshot(ringsForOutput: Bool = true) -> Snapshot {
    var result = Snapshot()
    let now = TimestampPair.now()
    result.timeNanoseconds = now.nanoseconds &- platform.start.start.nanoseconds
    result.hostKVM = platform.hostKVM
    result.hostCPUs = platform.hostCPUs
    result.guestName = platform.program.name
    result.isStopped = platform.isStopped.load(ordering: .relaxed)
    let guestEnd = platform.guestEnd
    result.guestEnded = guestEnd?.text
    result.guestFailed = guestEnd?.isFailure ?? false
    result.guestResets = platform.resets.load(ordering: .relaxed)
    result.scenario = operatorThread.scenario
    result.policy = operatorThread.policy
    result.allowsUnsafePolicies = operatorThread.allowsUnsafePolicies
    let coordinator = platform.fabric.coordinator
    result.rendezvous = RendezvousSnapshot(coordinator.snapshot())
    result.vcpus = platform.cells.map { cell in
      var row = cell.counters.snapshot(
        id: cell.id, guestSaw: platform.program.demo?.interruptsSeen(by: cell.id) ?? 0,
        calibration: platform.start,
        now: now)
      row.state = cell.state
      row.taskPriorityClass = cell.routingFacts.priorityClass
      row.guestWork = platform.program.demo?.work(by: cell.id) ?? 0
      return row
    }
    result.operatorIPIs = operatorThread.ipisSent
    result.messages = platform.fabric.messages.load(ordering: .relaxed)
    result.pins = platform.fabric.pins.load(ordering: .relaxed)
    platform.chipset.console.drain(into: &result.console, rings: ringsForOutput)
    var records: [RendezvousRecord] = []
    coordinator.records.drain(into: &records)
    let start = platform.start.start.nanoseconds
    result.events = records.map { record in
      LogEntry(
        timeNanoseconds: record.startNanoseconds &+ record.latencyNanoseconds &- start,
        event: .rendezvous(record))
    }
    result.events += platform.takeMessages()
    observer.withLock {
      result.events += $0.assertions.take(platform.cells, result.events, start: start)
    }
    result.events.sort { $0.timeNanoseconds < $1.timeNanoseconds }
    observer.withLock { observe(&$0, &result) }
    result.droppedEvents =
      coordinator.records.droppedCount &+ platform.chipset.console.droppedCount
      &+ platform.lost.load(ordering: .relaxed)
    return result
  }

  /// The closer looks.
  private func observe(_ observer: inout Observer, _ result: inout Snapshot) {
    for cell in platform.cells {
      cell.lanes.drain(into: &result.lanes)
      result.droppedLanes &+= cell.lanes.droppedCount
      let version = cell.traffic.version
      guard version != observer.versions[cell.id] else { continue }
      observer.versions[cell.id] = version
      result.traffic.append(cell.traffic.row(source: cell.id))
    }
    result.controllers.pins = platform.fabric.ioapic.pins
    platform.chipset.lines.observe(&result.controllers)
    if let watched = observer.watched {
      result.detail = platform.cells[watched].observed.detail(of: watched)
    }
  }

  /// Ends every thread and waits for them. Once; afterwards ``snapshot()`` still tells how it was.
  public func end() {
    operatorThread.end()
    platform.raiseAll(.end)
    // The vcpus first: the operator's thread may wait in a rendezvous, which their leaving ends; and one
    // that an unsafe policy hangs, the watchdog.
    vcpuThreads.join()
    platform.timers.end()
    watchdog.end()
    otherThreads.join()
  }
}
