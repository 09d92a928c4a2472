import CKVM
import Interrupts
import KVM
import Rendezvous
import Synchronization
import Telemetry
import Threads

/// One vcpu's thread: its loop between the guest and everything that is asked of it meanwhile.
///
/// The path from a PIO exit to the next KVM_RUN takes no lock, allocates nothing, makes no system call
/// and touches the vcpu's own cache lines and the port's. Everything rare is in an extension.
struct VCPURunner: ~Copyable {
  let vcpu: VCPU
  let cell: VCPUCell
  let counters: VCPUCounters
  let platform: Platform
  let request: RendezvousRequest
  let id: Int
  var apic: LocalAPIC
  var activity: Activity
  /// Whether a pending or expected interrupt makes each entry worth a look.
  var watchesInterrupts = false
  /// Whether the instruction of the last exit is unfinished: KVM completes it in the next KVM_RUN.
  var isAccessPending = false
  /// Whether KVM holds an NMI that an NMI handler keeps out.
  var isNMIBlocked = false
  /// CR8's class as the local APIC knows it.
  var taskPriorityClass: UInt8 = 0
  /// Whether the guest exits after each instruction, for an interrupt window to be found.
  var isStepping = false
  /// How many instructions may be stepped through still, for what is pending now.
  var stepsLeft = 0
  /// Whether the operator looks at this vcpu closely, and when it writes down what it is next, monotonic
  /// nanoseconds.
  var isWatched = false
  var nextDetail: UInt64 = 0
  var nextSystemDetail: UInt64 = 0
  /// How many more of an NMI handler's, for the NMI that it keeps out.
  var stepsToNMI = StepAllowance()
  /// The frequency of the guest's time-stamp counter.
  let timestampKilohertz: UInt32

  init(vcpu: consuming VCPU, cell: VCPUCell, platform: Platform) {
    self.vcpu = vcpu
    self.cell = cell
    counters = cell.counters
    self.platform = platform
    request = platform.fabric.coordinator.request
    id = cell.id
    apic = LocalAPIC(id: UInt32(cell.id), isBootstrap: cell.id == 0)
    timestampKilohertz = self.vcpu.timestampKilohertz
    activity = cell.id == 0 ? .runnable : .waitForSIPI
  }

  /// From here on the vcpu counts: it takes part in rendezvous by itself, and messages find it. Before
  /// any vcpu runs, or the first one's messages would go by an id that was never told, and its
  /// rendezvous would be served for this one while it is on its way.
  mutating func enlist() {
    cell.runState.store(RunState.frozen.rawValue, ordering: .sequentiallyConsistent)
    publish()
    // A timer that a BIOS has programmed may have ticked before anybody listened.
    driveLINT0()
  }

  /// The loop. Returns when the machine ends or the vcpu cannot go on.
  mutating func run() {
    counters.begin(.other, at: TimestampCounter.read())
    while true {
      if cell.requests.load(ordering: .relaxed) != 0 && !serveRequests() { break }
      if isWatched { writeDetail() }
      if activity != .runnable {
        sleep()
        continue
      }
      if watchesInterrupts && request.injectsBeforeCheck {
        let decision = prepareInterrupts()
        if decision == .fail { break }
        if decision == .lookAgain { continue }
      }

      // The state first, then the looks at requests and rendezvous; whoever asks stores first and then
      // reads the state. Sequentially consistent on both sides: one of the two sees the other.
      cell.runState.store(RunState.running.rawValue, ordering: .sequentiallyConsistent)
      var lockWait: UInt64 = 0
      let isAsked = request.isPending(for: id, addingLockWaitTo: &lockWait)
      if lockWait != 0 { counters.add(.checkLockWaitNanoseconds, lockWait) }
      if isAsked || cell.requests.load(ordering: .sequentiallyConsistent) != 0 {
        cell.runState.store(RunState.frozen.rawValue, ordering: .releasing)
        if isAsked { meet() }
        continue
      }
      if watchesInterrupts && !request.injectsBeforeCheck {
        let decision = prepareInterrupts()
        if decision != .enter {
          cell.runState.store(RunState.frozen.rawValue, ordering: .releasing)
          if decision == .fail { break }
          continue
        }
      }

      counters.enterGuest(at: TimestampCounter.read())
      let exit = vcpu.enter()
      counters.leaveGuest(at: TimestampCounter.read())
      // Releasing suffices: a kicker that still sees `running` kicks once too often, no more.
      cell.runState.store(RunState.frozen.rawValue, ordering: .releasing)
      counters.setInstructionPointer(vcpu.instructionPointer)
      if vcpu.taskPriorityClass != taskPriorityClass { adoptTaskPriority() }
      if isNMIBlocked { lookAtNMI() }
      isAccessPending = false

      switch exit {
      case .io(let access):
        counters.countExit(.io)
        isAccessPending = true
        if !handle(access) { break }
        continue
      case .mmio(let access):
        counters.countExit(.mmio)
        isAccessPending = true
        handle(access)
        continue
      case .hlt:
        counters.countExit(.hlt)
        activity = .halted
        // What STI, or a lower CR8, has just made deliverable ends the HLT before it sleeps.
        if watchesInterrupts { lookAtInterrupts() }
        // An NMI that came in the shadow of the STI before it does so, too: KVM has it, and nobody would
        // tell of it again.
        if vcpu.isNMIDue { activity = .runnable }
        continue
      case .interrupted:
        counters.countExit(.interrupted)
        // First forget the latch, then look for requests: in the other order a kick could get lost.
        vcpu.runArea.clearImmediateExit()
        continue
      case .irqWindow:
        counters.countExit(.irqWindow)
        watchesInterrupts = true
        continue
      default:
        if handleRare(exit) { continue }
      }
      break
    }
    finish()
  }

  // MARK: Ports

  /// False where the guest says that it is lost.
  @inline(__always)
  private mutating func handle(_ access: PortAccess) -> Bool {
    var element: UInt32 = 0
    // INS and OUTS with REP come as up to a page of elements.
    while element < access.count {
      if access.isOut {
        let value = vcpu.value(of: access, element: element)
        let effect = platform.ports.write(port: access.port, size: access.size, value: value)
        if effect != .none && !apply(effect) { return false }
      } else {
        let value = platform.ports.read(port: access.port, size: access.size)
        vcpu.setValue(value, of: access, element: element)
      }
      element &+= 1
    }
    return true
  }

  // MARK: Interrupts

  /// Puts the highest deliverable vector into the guest if it takes one now, and asks for a window
  /// where one must wait.
  private mutating func prepareInterrupts() -> EntryDecision {
    // An instruction that is stepped ends with a debug exit, or, if the steps end before it does, with #DB
    // in the guest (seen on 6.18). The entry that ends it comes first, then the next look.
    if isStepping && isAccessPending { return endAccess() }
    // The 8259 pair knows no priority of ours: it goes first, as its vector stands above all here.
    let isExternal = isExtINTPending
    let next = isExternal ? nil : apic.deliverableVector()
    guard isExternal || next != nil else {
      // Nothing, or only what the priority holds back: an interrupt window knows no priority and would
      // exit for ever (machine.md section 3.6). EOI and TPR writes bring us back here.
      vcpu.requestInterruptWindow(false)
      noteBlocked()
      return stepTowardsNMI()
    }
    // An NMI goes first, and its handler runs with interrupts off.
    guard vcpu.canInjectInterrupt && !vcpu.isNMIDue else {
      vcpu.requestInterruptWindow(true)
      notePending(
        !vcpu.interruptFlag
          ? .interruptsDisabled : vcpu.isEventInFlight ? .eventInFlight : .interruptShadow)
      return stepTowardsWindow()
    }
    let vector = next ?? acknowledgeExtINT()
    do throws(KVMError) {
      if try !deliverToSegmentedStack(vector) { try vcpu.inject(vector: vector) }
    } catch {
      end(error)
      return .fail
    }
    if next != nil { _ = apic.acknowledge() }
    counters.add(.interruptsInjected, 1)
    cell.watch.noteDelivered(vector)
    // What is still pending in the local APIC has no higher class, or it would have been next: an EOI
    // must come first. Beside the 8259 pair's there may be one.
    let isMorePending = isExternal && (isExtINTPending || apic.deliverableVector() != nil)
    vcpu.requestInterruptWindow(isMorePending)
    if !isMorePending { noteBlocked() }
    return stopStepping()
  }

  /// For observers: why what is pending waits.
  func notePending(_ reason: PendingReason) {
    cell.pendingReason.store(reason.rawValue, ordering: .relaxed)
  }

  /// Nothing is deliverable: says why, and has what only CR8 holds back looked at again where the host
  /// does not report CR8 changes.
  private mutating func noteBlocked() {
    watchesInterrupts = isNMIBlocked && platform.stepsToWindows && stepsToNMI.left > 0
    guard apic.pendingVector() != nil else {
      cell.pendingReason.store(0, ordering: .relaxed)
      return
    }
    notePending(.processorPriority)
    guard platform.pollsTaskPriority, taskPriorityClass != 0 else { return }
    let now = MonotonicClock.nanoseconds()
    let timer = max(apic.nextDeadline() ?? .max, now &+ Self.shortestTimer)
    platform.timers.arm(cell, at: min(now &+ 1_000_000, timer))
  }

  /// What others need to know of the local APIC to route messages.
  func publishRouting() {
    cell.routing.store(apic.routing.packed, ordering: .releasing)
  }

  func publish() {
    publishRouting()
    cell.activity.store(activity.rawValue, ordering: .relaxed)
  }
}
