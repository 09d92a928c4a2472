import Interrupts
import KVM
import Rendezvous
import Synchronization
import Telemetry
import Threads

extension VCPURunner {
  /// Serves all that was asked. False where the thread is to end.
  mutating func serveRequests() -> Bool {
    // Acquiring: what a request is about was stored before its bit.
    var asked = VCPURequest(
      rawValue: cell.requests.exchange(0, ordering: .sequentiallyConsistent))
    if asked.contains(.end) { return false }
    // Where nobody waits for the end of an INIT, its SIPI may be faster than this vcpu.
    if asked.contains(.startup), activity != .waitForSIPI, !asked.contains(.initReset),
      request.isMember(id)
    {
      meet()
      asked.formUnion(
        VCPURequest(rawValue: cell.requests.exchange(0, ordering: .sequentiallyConsistent)))
      if asked.contains(.end) { return false }
    }
    if asked.contains(.watch) { adoptWatch() }
    // INIT before the SIPI that may have come with it; neither is lost (machine.md section 3.13).
    if asked.contains(.powerOn) && !resetByPowerOn() { return false }
    if asked.contains(.initReset) && !resetByINIT() { return false }
    if asked.contains(.startup) && !start() { return false }
    if asked.contains(.timer) { expireTimer() }
    if asked.contains(.localPin) { driveLINT0() }
    if asked.contains(.interrupt) || asked.contains(.timer) { acceptPosted() }
    if !asked.isDisjoint(with: [.nmi, .startup]) && !acceptNMI() { return false }
    if asked.contains(.yield) { yield() }
    if platform.keepsVCPUsOut { return stayStopped() }
    return true
  }

  // MARK: INIT and SIPI

  private mutating func resetByINIT() -> Bool {
    do throws(KVMError) {
      // Registers that are changed while an instruction is unfinished would be overwritten by its end.
      if isAccessPending { vcpu.completePendingAccess() }
      isAccessPending = false
      try leaveStepping()
      try vcpu.resetForINIT()
      if id == 0 { try platform.program.start(vcpu) }
    } catch {
      end(error)
      return false
    }
    counters.add(.initResets)
    apic.resetForINIT()
    adoptReset()
    return true
  }

  /// What a window was searched for is gone with the reset.
  private mutating func leaveStepping() throws(KVMError) {
    guard isStepping else { return }
    isStepping = false
    try vcpu.setSingleStep(false)
  }

  /// Power-on, with the first guest instruction or anew: as no vcpu has run, nothing is kept.
  private mutating func resetByPowerOn() -> Bool {
    guard powerOn() else { return false }
    // An INIT's was noted with it.
    cell.watch.noteReset()
    adoptReset()
    return true
  }

  /// Registers, local APIC and entry as at power-on. False where KVM fails.
  mutating func powerOn() -> Bool {
    do throws(KVMError) {
      if isAccessPending { vcpu.completePendingAccess() }
      isAccessPending = false
      try leaveStepping()
      try vcpu.resetForPowerOn()
      if id == 0 { try platform.program.start(vcpu) }
      apic = LocalAPIC(id: UInt32(id), isBootstrap: id == 0)
      try vcpu.setAPICBase(apic.apicBase)
    } catch {
      end(error)
      return false
    }
    if id == 0 && platform.program.hasFirmwareState { takeFirmwareState() }
    cell.listensToLINT0.store(apic.listensToLINT0, ordering: .sequentiallyConsistent)
    return true
  }

  /// What firmware leaves in the bootstrap processor's local APIC: enabled, the 8259 pair's interrupts
  /// let through by LINT0, NMI on LINT1 (MultiProcessor Specification, "virtual wire mode").
  mutating func takeFirmwareState() {
    let now = MonotonicClock.nanoseconds()
    for (offset, value) in [(0xf0, 0x1ff), (0x350, 0x700), (0x360, 0x400)] as [(UInt32, UInt32)] {
      _ = apic.write(offset: offset, value: value, now: now)
    }
  }

  /// What hangs on the local APIC's state, after a reset.
  private mutating func adoptReset() {
    vcpu.requestInterruptWindow(false)
    // A failure shows at the next entry.
    _ = stopStepping()
    watchesInterrupts = false
    taskPriorityClass = 0
    isNMIBlocked = false
    cell.isNMIBlocked.store(false, ordering: .relaxed)
    cell.pendingReason.store(0, ordering: .relaxed)
    // Only the bootstrap processor starts by itself, at the guest's entry: there is no firmware.
    activity = id == 0 ? .runnable : .waitForSIPI
    publish()
    // The logical id is another now, and with it what entries reach this vcpu.
    adoptRouting()
  }

  private mutating func start() -> Bool {
    guard activity == .waitForSIPI else { return true }
    do throws(KVMError) {
      try vcpu.start(atPage: cell.startupVector.load(ordering: .acquiring))
    } catch {
      end(error)
      return false
    }
    counters.add(.startups)
    activity = .runnable
    publish()
    return true
  }

  // MARK: Interrupts

  /// Moves posted vectors into IRR.
  mutating func acceptPosted() {
    for index in 0..<4 {
      var word = cell.takePosted(word: index)
      while word != 0 {
        let vector = UInt8(truncatingIfNeeded: index * 64 + word.trailingZeroBitCount)
        word &= word - 1
        let trigger = cell.trigger(of: vector)
        switch apic.accept(vector: vector, trigger: trigger) {
        case .accepted: cell.watch.noteAccepted(vector)
        case .coalesced: cell.watch.noteCoalesced(vector)
        case .illegalVector: cell.watch.noteDisabled(vector)
        case .disabled:
          cell.watch.noteDisabled(vector)
          // Posted before the guest disabled the APIC: no EOI will come, and the I/O APIC tries on.
          if trigger == .level { platform.fabric.broadcastEOI(vector) }
        }
      }
    }
    lookAtInterrupts()
  }

  /// Something about what is pending changed: the next entry looks, and a halted vcpu wakes up if the
  /// guest would.
  mutating func lookAtInterrupts() {
    watchesInterrupts = true
    stepsLeft = platform.stepsToWindows ? Self.stepLimit : 0
    guard activity == .halted else { return }
    let isDeliverable = apic.deliverableVector() != nil || isExtINTPending
    if isDeliverable && vcpu.interruptFlag {
      activity = .runnable
    } else if apic.pendingVector() != nil {
      notePending(vcpu.interruptFlag ? .processorPriority : .interruptsDisabled)
    }
  }

  private mutating func acceptNMI() -> Bool {
    // It stays posted while the vcpu waits for a SIPI, and does not make it run.
    if activity == .waitForSIPI { return true }
    let count = cell.nmisPosted.exchange(0, ordering: .acquiring)
    guard count > 0 else { return true }
    let acceptance: NMIAcceptance
    do throws(KVMError) { acceptance = try vcpu.injectNMI(count: count) } catch {
      end(error)
      return false
    }
    switch acceptance {
    case .merged: cell.watch.noteCoalesced(DeliveryWatch.nmi)
    case .blocked:
      counters.add(.nmisInjected)
      isNMIBlocked = true
      stepsToNMI.refill(at: MonotonicClock.nanoseconds())
      watchesInterrupts = true
      cell.isNMIBlocked.store(true, ordering: .relaxed)
      cell.watch.noteAccepted(DeliveryWatch.nmi)
    case .accepted:
      counters.add(.nmisInjected, UInt64(count))
      cell.watch.noteAccepted(DeliveryWatch.nmi)
      cell.watch.noteDelivered(DeliveryWatch.nmi)
      if activity == .halted { activity = .runnable }
    }
    return true
  }

  /// After an exit: whether the NMI that a handler kept out has got in.
  mutating func lookAtNMI() {
    guard (try? vcpu.isNMIPending()) != true else { return }
    isNMIBlocked = false
    cell.isNMIBlocked.store(false, ordering: .relaxed)
    cell.watch.noteDelivered(DeliveryWatch.nmi)
  }

  // MARK: The timer

  /// The deadline passed: the model sets its vector.
  private mutating func expireTimer() {
    apic.advance(to: MonotonicClock.nanoseconds())
    armTimer()
  }

  /// Tells the timer thread of the next deadline. A guest may ask for a period of 1 ns: it gets one
  /// wake-up in 50 us at most, and the periods between merge as a busy processor's would.
  func armTimer() {
    guard let next = apic.nextDeadline() else { return platform.timers.arm(cell, at: 0) }
    platform.timers.arm(cell, at: max(next, MonotonicClock.nanoseconds() &+ Self.shortestTimer))
  }
  static var shortestTimer: UInt64 { 50_000 }

  // MARK: Sleep

  /// HLT or wait-for-SIPI: sleeps until something is asked, or a rendezvous that the policy lets through.
  mutating func sleep() {
    cell.activity.store(activity.rawValue, ordering: .relaxed)
    // As before an entry: the state, then the looks.
    cell.runState.store(RunState.sleeping.rawValue, ordering: .sequentiallyConsistent)
    let seen = cell.sleepWord.load()
    defer {
      cell.leaveSleep()
      cell.activity.store(activity.rawValue, ordering: .relaxed)
    }
    if cell.requests.load(ordering: .sequentiallyConsistent) != 0 { return }
    let since = MonotonicClock.nanoseconds()
    var lockWait: UInt64 = 0
    let isDeaf = activity == .halted && request.haltsDeaf
    let isAsked = !isDeaf && request.isPending(for: id, addingLockWaitTo: &lockWait)
    if lockWait != 0 { counters.add(.checkLockWaitNanoseconds, lockWait) }
    if isAsked {
      cell.leaveSleep()
      if request.isStillPending(for: id) { meet() }
      return
    }
    // Wait-for-SIPI is our own state (bhyve parks such vcpus in user space): it never spins.
    if activity == .halted {
      switch request.mayHalt(id) {
      case .sleep: break
      case .member: return
      case .bystander:
        // As bhyve: HLT neither sleeps nor stalls, it goes back to the guest and comes again.
        counters.add(.haltSpins, 1)
        activity = .runnable
        return
      }
    }
    if isWatched { writeDetail(beforeSleep: true) }
    if activity == .halted { counters.begin(.halted, at: TimestampCounter.read()) }
    let result = cell.sleepWord.wait(whileEqualTo: seen, untilNanoseconds: since &+ 1_000_000_000)
    counters.begin(.other, at: TimestampCounter.read())
    cell.leaveSleep()
    if result == .timedOut,
      platform.fabric.coordinator.haltTimedOut(member: id, sinceNanoseconds: since)
    {
      meet()
    }
  }

  /// Stays out of the guest until the operator lets it go on, and takes part in rendezvous meanwhile, as
  /// a suspended vcpu does in bhyve. False where the machine ends.
  private mutating func stayStopped() -> Bool {
    cell.activity.store(Activity.stopped.rawValue, ordering: .relaxed)
    defer { cell.activity.store(activity.rawValue, ordering: .relaxed) }
    if isWatched { writeDetail(beforeSleep: true) }
    while platform.keepsVCPUsOut {
      cell.runState.store(RunState.sleeping.rawValue, ordering: .sequentiallyConsistent)
      let seen = cell.sleepWord.load()
      // Again, now that the state is stored: who lets the guest go on stores that first and then reads
      // the state, so it may have found us awake and not woken us.
      if !platform.keepsVCPUsOut { break }
      let asked = VCPURequest(rawValue: cell.requests.load(ordering: .sequentiallyConsistent))
      let isMember = request.isMember(id)
      let interrupting: VCPURequest = [.end, .initReset, .watch, .yield]
      if isMember || !asked.isDisjoint(with: interrupting) {
        cell.leaveSleep()
        if isMember { serveWhileStopped() }
        if !asked.isDisjoint(with: interrupting) { return true }
        continue
      }
      platform.notePark(of: cell)
      _ = cell.sleepWord.wait(whileEqualTo: seen)
      cell.isParked.store(false, ordering: .sequentiallyConsistent)
      cell.leaveSleep()
    }
    cell.leaveSleep()
    return true
  }

  // MARK: Rendezvous

  /// A rendezvous exit: the pending check said yes.
  mutating func meet() {
    cell.activity.store(Activity.rendezvous.rawValue, ordering: .relaxed)
    let report = platform.fabric.coordinator.exit(member: id)
    cell.activity.store(activity.rawValue, ordering: .relaxed)
    counters.count(report)
    noteLane(of: report)
    if report.assertionFailed { noteAssertion(report) }
  }
}
