@testable import Rendezvous
@testable import Threads

/// A machine of ``SteppedHost``'s vcpus, each on a thread that does what a vcpu's loop does, and what its
/// guest does by the generator. Properties that must hold at every step are looked at at every step.
final class SteppedMachine: @unchecked Sendable {
  typealias Coordinator = RendezvousCoordinator<SteppedHost>
  /// What the guests and the threads around them may do.
  struct Habits: OptionSet, Sendable {
    let rawValue: Int
    /// Leave the guest by themselves: port I/O.
    static let exits = Habits(rawValue: 1 << 0)
    static let halts = Habits(rawValue: 1 << 1)
    /// Leave the loop, and come back.
    static let idles = Habits(rawValue: 1 << 2)
    static let all: Habits = [.exits, .halts, .idles]
  }

  let threads: SteppedThreads
  let host: SteppedHost
  let coordinator: Coordinator
  let habits: Habits
  var isStopping = false
  /// What vcpus do between two entries, as guests that write an ICR or a redirection entry do.
  var between: (Int) -> Void = { _ in }
  /// Vcpus whose thread ends at the next opportunity.
  var killed = CPUSet()

  /// Members that were deactivated at some time: nobody need have waited for them.
  var wentInactive = CPUSet()

  // What was counted.
  var classes: [RendezvousExitClass: Int] = [:]
  /// Exits whose own thread ran something, by how.
  var ranInExits = 0
  var ranByInitiators = 0
  var ranStopped = 0
  var haltSpins = 0
  var assertions = 0
  /// Looks that took the lock between the last checks and the guest.
  var forbiddenLocks = 0
  var completed = 0
  var aborted = 0
  private var scriptsLeft = 0
  private var nextToken = 0
  private var tokens: [(token: Int, targets: CPUSet, isFinished: Bool)] = []
  private var policies: [UInt64: RendezvousPolicy] = [:]
  private var greatestID: UInt64 = 0

  /// `vcpus`: the members with threads, the others are idle for good; nil: all.
  init(
    _ count: Int, _ policy: RendezvousPolicy, seed: UInt64, habits: Habits = .all,
    mutations: CoordinatorMutation = [], vcpus: [Int]? = nil
  ) throws {
    threads = SteppedThreads(seed: seed)
    host = SteppedHost(count: count, threads: threads)
    coordinator = Coordinator(
      host: host, memberCount: count, policy: policy, active: nil, recordCapacity: 1024,
      waitLimitNanoseconds: 1_000_000_000, scheduler: threads)
    self.habits = habits
    coordinator.guarded.withLock { $0.mutations = mutations }
    let lock = coordinator.guarded.lock
    host.isLockHeld = { lock.state.load() != 0 }
    let running = vcpus ?? Array(0..<count)
    for member in Set(0..<count).subtracting(running) { host.members[member].condition = .idle }
    for member in running {
      try threads.spawn("vcpu \(member)") { [unowned self] in run(member) }
    }
    threads.onStep = { [unowned self] in inspect() }
    threads.onLock = { [unowned self] in
      for member in running
      where host.members[member].condition == .inGuest && threads.name == "vcpu \(member)" {
        forbiddenLocks += 1
      }
    }
  }

  // MARK: Rendezvous

  /// One of `targets`, by the calling thread's vcpu or the operator. Nil where it was aborted.
  @discardableResult
  func meet(
    by initiator: Int?, _ targets: CPUSet, _ kind: SteppedHost.Kind = .nothing
  ) -> RendezvousInitiation? {
    let token = nextToken
    nextToken += 1
    host.meant[token] = targets
    if kind == .modes { host.table += 1 }
    let table = host.table
    let cause: RendezvousCause =
      switch kind {
      case .nothing: .operatorRequest
      case .modes: .redirectionEntry
      case .reset: .initIPI
      }
    do throws(RendezvousAborted) {
      let done = try coordinator.initiate(
        by: initiator, targets: targets, cause: cause, origin: .injection(UInt64(token)),
        action: .init(token: token, kind: kind))
      completed += 1
      ranByInitiators += done.taken
      tokens.append((token, done.record.targets, done.isFinished))
      judge(done, token, kind == .modes ? table : nil)
      return done
    } catch {
      aborted += 1
      ranByInitiators += error.taken
      return nil
    }
  }

  /// What holds when an initiator returns.
  private func judge(_ done: RendezvousInitiation, _ token: Int, _ table: Int?) {
    let record = done.record
    if record.origin != .injection(UInt64(token)) { host.violated("origin of \(token)") }
    let told = record.kicksSignalled + record.kicksWoken + record.kicksElided
    let others = record.targets.subtracting(CPUSet(record.initiator.map { [$0] } ?? []))
    if told != others.count { host.violated("S19: \(told) told of \(others.count)") }
    if record.kicksSignalled + record.kicksWoken > others.count { host.violated("L8") }
    guard done.isFinished else { return }
    let mustHaveRun = record.targets.subtracting(wentInactive)
    if !mustHaveRun.isSubset(of: host.executed[token] ?? CPUSet()) {
      host.violated("S8: \(token) returned without \(mustHaveRun)")
    }
    if let table {
      for member in mustHaveRun where host.members[member].modes < table {
        host.violated("S11: \(member) has old trigger modes")
      }
    }
  }

  /// After everything has ended: each action ran once for each of its targets, in one of the ways that are
  /// counted.
  func settle() {
    for (token, targets, isFinished) in tokens {
      let ran = host.executed[token] ?? CPUSet()
      // What nobody waited for may have been cut off since.
      let isCutOff = !isFinished && coordinator.snapshot().aborted > 0
      let must = isCutOff ? CPUSet() : targets.subtracting(wentInactive)
      if !ran.isSubset(of: targets) || !must.isSubset(of: ran) {
        host.violated("S4: \(token) ran for \(ran) of \(targets)")
      }
    }
    let total = host.executed.values.reduce(0) { $0 + $1.count }
    let counted = ranInExits + ranByInitiators + ranStopped + host.onBehalf
    if total != counted { host.violated("S19: \(counted) of \(total) actions counted") }
    let totals = coordinator.snapshot()
    if totals.requested != totals.completed + totals.aborted { host.violated("S19: totals") }
    if totals.timeoutRescues != 0 { host.violated("L2: a rescue without a time-out") }
    if totals.servedOnBehalf != UInt64(host.onBehalf) { host.violated("S19: on behalf") }
  }

  // MARK: At every step

  private func inspect() {
    let lock = coordinator.guarded.lock
    guard lock.tryLock() else { return }
    lock.unlock()
    coordinator.guarded.withLock { state in
      let function = coordinator.request.function.load(ordering: .relaxed)
      if state.isInProgress && function != state.id { host.violated("S2: function") }
      if state.isAtRest && function != 0 { host.violated("S2: function at rest") }
      if state.isInProgress && state.id != state.lastID { host.violated("S1: not the last") }
      if state.lastID < greatestID { host.violated("S1: ids descend") }
      greatestID = state.lastID
      if !state.done.subtracting(state.targets).isEmpty
        || !state.intended.isSubset(of: state.targets)
      {
        host.violated("S3: sets")
      }
      if state.isResetting && !state.isAtRest { host.violated("S15: in progress in a reset") }
      if state.isAtRest && (state.policy.clearsRequest || state.isResetting) {
        let isEmpty = coordinator.request.requested.isEmptyScan()
        if !isEmpty { host.violated("S2: a request at rest") }
      }
      guard let id = state.isInProgress ? state.id : state.oldestUnawaited?.record.id else {
        if coordinator.progress != nil { host.violated("progress at rest") }
        return
      }
      if coordinator.progress?.id != id { host.violated("progress of another") }
      if policies[id, default: state.policy] != state.policy { host.violated("S20: \(id)") }
      policies[id] = state.policy
    }
  }

  // MARK: A vcpu

  private func run(_ member: Int) {
    while true {
      if isStopping || killed.contains(member) { break }
      between(member)
      if host.isStopped || host.members[member].waitsForStartup {
        stayOut(member)
        continue
      }
      if host.members[member].wantsIdle {
        idle(member)
        continue
      }
      // The kicks, the state, then the looks: one that comes from here on is latched.
      var kicks = host.members[member].kicks.load()
      host.become(member, .inGuest)
      let isAsked = coordinator.isPending(for: member)
      // What others ask, read after the state as well.
      if isAsked || isStopping || host.isStopped || host.members[member].wantsIdle {
        host.become(member, .frozen)
        if isAsked { exit(member) }
        continue
      }
      threads.step()
      // Unless that counts: then only what comes after the entry is seen.
      if !coordinator.request.latchesKicks { kicks = host.members[member].kicks.load() }
      if host.members[member].waitsForStartup { host.violated("S12: \(member) runs after INIT") }
      host.members[member].entries += 1
      let leaves = habits.contains(.exits) && threads.random.oneIn(3)
      let halts = habits.contains(.halts) && threads.random.oneIn(4)
      if leaves || halts {
        threads.step()
      } else {
        host.sleep(member, kicks)
      }
      host.become(member, .frozen)
      if halts { halt(member) }
      if habits.contains(.idles) && threads.random.oneIn(6) { idle(member) }
    }
    host.become(member, .idle)
    if killed.contains(member) { coordinator.deactivate(member) }
    coordinator.assist()
  }

  private func exit(_ member: Int) {
    let report = coordinator.exit(member: member)
    classes[report.classification, default: 0] += 1
    ranInExits += report.actionsRun
    if report.assertionFailed { assertions += 1 }
    if report.assertionFailed && report.sawBit != (report.classification == .early)
      && report.classification != .void && report.classification != .bystander
    {
      host.violated("an assertion's bit")
    }
  }

  private func halt(_ member: Int) {
    let kicks = host.members[member].kicks.load()
    host.become(member, .halted)
    switch coordinator.mayHalt(member) {
    case .sleep:
      if !isStopping && !host.isStopped && !host.members[member].wantsIdle {
        // A timer of its own ends some sleeps.
        if habits.contains(.exits) && threads.random.oneIn(4) {
          threads.step()
        } else {
          host.sleep(member, kicks)
        }
      }
    case .member: break
    case .bystander: haltSpins += 1
    }
    host.leave(member, .halted)
  }

  private func idle(_ member: Int) {
    host.become(member, .idle)
    host.members[member].wantsIdle = false
    coordinator.assist()

    for _ in 0..<threads.random.below(4) { threads.step() }
    host.leave(member, .idle)
  }

  /// Stopped by the operator or waiting for a SIPI: takes part, and does not enter the guest (S16).
  private func stayOut(_ member: Int) {
    let kicks = host.members[member].kicks.load()
    let entries = host.members[member].entries
    host.become(member, .stopped)
    if !coordinator.request.isMember(member) && !isStopping
      && (host.isStopped || host.members[member].waitsForStartup)
      && !host.members[member].wantsIdle
    {
      host.sleep(member, kicks)
    }
    host.leave(member, .stopped)
    if host.members[member].wantsIdle { idle(member) }
    if coordinator.request.isMember(member) {
      ranStopped += coordinator.serve(member: member).actionsRun
    }
    if host.members[member].entries != entries { host.violated("S16: \(member) entered") }
  }

  /// A startup IPI, which starts those who wait for one, once (S13 is the machine's).
  func startup(_ members: CPUSet) {
    for member in members where host.members[member].waitsForStartup {
      host.members[member].waitsForStartup = false
      host.kick(member)
    }
  }

  /// Ends every vcpu's thread.
  func stop() {
    isStopping = true
    for member in host.members.indices { host.kick(member) }
  }

  // MARK: A whole run

  /// Runs `scripts`, each on a thread of its own, and stops the machine when all are done. The names of
  /// properties that did not hold.
  func run(
    _ scripts: [(SteppedMachine) -> Void], steps: Int = 200_000
  ) throws -> (outcome: SteppedThreads.Outcome, violations: [String]) {
    scriptsLeft = scripts.count
    for (index, script) in scripts.enumerated() {
      let script = Script(body: script)
      try threads.spawn("script \(index)") { [unowned self] in
        script.body(self)
        scriptsLeft -= 1
        if scriptsLeft == 0 { stop() }
      }
    }
    var outcome = threads.run(steps: steps)
    let first = outcome
    if outcome != .finished { outcome = endByForce() }
    threads.join()
    if first == .finished { settle() }
    return (first, host.violations)
  }

  private struct Script: @unchecked Sendable { let body: (SteppedMachine) -> Void }

  /// What a watchdog does, as often as it takes.
  private func endByForce() -> SteppedThreads.Outcome {
    var outcome = SteppedThreads.Outcome.exhausted
    letGoOfLock()
    let isMutated = coordinator.guarded.withLock { state in
      defer { state.mutations = [] }
      return !state.mutations.isEmpty
    }
    for _ in 0..<1000 where outcome != .finished {
      letGoOfLock()
      if let progress = coordinator.progress { _ = coordinator.abort(id: progress.id) }
      _ = coordinator.clearStaleRequest()
      // No watchdog makes up for a wake-up that a bug kept back.
      if isMutated { coordinator.locked { ($0.needsWake, $0.isInitiatorReady) = (true, true) } }
      stop()
      outcome = threads.run(steps: 20_000)
    }
    precondition(outcome == .finished, "a machine could not be ended")
    return outcome
  }

  /// Whoever has the lock goes on until it has not: the test's thread, which takes it next, would wait for a
  /// thread that waits for its turn.
  private func letGoOfLock() {
    while coordinator.guarded.lock.state.load() != 0 { _ = threads.run(steps: 1) }
  }
}
