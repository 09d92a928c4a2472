@testable import Checker
@testable import Comparison
@testable import Rendezvous
@testable import Threads

/// A random walk through the model, with the real coordinator's threads led the same way. After each step of
/// the model, what others can see and what has run must be the same in both.
///
/// The model has more steps than the coordinator has stops: what happens under the lock, and is seen by nobody
/// without it, is done by the real thread with the next step that is seen. Where the real thread takes two of
/// the model's steps at once (the two reads of the halt test; the assertion's read and the store that the vcpu
/// has left the guest), the walk does not interleave others between them.
struct TraceReplay {
  /// The model's vcpus as members, in the same order; from the third on they are in the second word.
  static let members = [0, 1, 64, 65, 66]

  let model: ProtocolModel
  private let threads: ReplayThreads
  private let host: ReplayHost
  private let coordinator: RendezvousCoordinator<ReplayHost>
  private var state: ModelState
  private var random: SeededGenerator
  /// The coordinator's numbers of the model's rendezvous.
  private var ids: [Int: UInt64] = [:]
  /// Initiators whose rendezvous ended before they took part in it themselves.
  private var comesToOwn: Set<Int> = []
  /// How the exit of each thread must be classified.
  private var classes: [Int: RendezvousExitClass] = [:]
  private var failsAssertion: Set<Int> = []
  private(set) var steps = 0
  /// The last steps, for people.
  private(set) var trail: [String] = []

  init(
    _ policy: RendezvousPolicy, _ scenario: Scenario, seed: UInt64,
    mutations: CoordinatorMutation = []
  ) throws {
    precondition(
      scenario.operators.isEmpty && scenario.locker == nil && policy.waiting == .everybody)
    var scenario = scenario
    scenario.firstWord = 0b11
    model = ProtocolModel(policy: policy, scenario: scenario)
    state = model.initial
    random = SeededGenerator(state: seed)
    let threads = ReplayThreads(count: scenario.vcpus)
    let host = ReplayHost(threads)
    let coordinator = RendezvousCoordinator(
      host: host, memberCount: 67, policy: policy,
      active: CPUSet(Self.members.prefix(scenario.vcpus)), recordCapacity: 16,
      waitLimitNanoseconds: 1_000_000_000, scheduler: threads)
    coordinator.guarded.withLock { $0.mutations = mutations }
    (self.threads, self.host, self.coordinator) = (threads, host, coordinator)
    try threads.start { thread, command in
      let member = Self.members[thread]
      var answer = ReplayThreads.Answer()
      switch command {
      case .end: break
      case .look: answer.isPositive = coordinator.isPending(for: member)
      case .mayHalt: answer.isPositive = coordinator.mayHalt(member) != .sleep
      case .exit: answer.report = coordinator.exit(member: member)
      case .initiate(let token, let targets):
        // Cut off: at the end of a walk, which nobody looks at any more.
        _ = try? coordinator.initiate(
          by: member, targets: targets, cause: .operatorRequest, action: token)
      }
      return answer
    }
  }

  /// Walks `limit` steps at most; what the coordinator did otherwise, or nil. Ends the threads.
  mutating func run(limit: Int) -> String? {
    var difference: String?
    while difference == nil, steps < limit, let next = choose() {
      difference = apply(next)
      steps += 1
    }
    threads.finish { [coordinator] in
      guard coordinator.guarded.lock.state.load() == 0 else { return }
      if let progress = coordinator.progress { _ = coordinator.abort(id: progress.id) }
      _ = coordinator.clearStaleRequest()
    }
    return difference
  }

  // MARK: The walk

  private mutating func choose() -> Successor? {
    var list: [Successor] = []
    model.appendSuccessors(of: state, to: &list)
    let bound = (0..<model.threads).first {
      state[$0].place == .exitStore || state[$0].place == .haltLookAgain
    }
    list.removeAll { next in
      if next.state == state { return true }
      if let bound { return Int(next.move.thread) != bound }
      // Its last step takes the lock in the coordinator, to hand over the record.
      return state[Int(next.move.thread)].place == .initiated && state.owner != 0
    }
    return list.isEmpty ? nil : list[Int(random.next() % UInt64(list.count))]
  }

  // MARK: One step

  private mutating func apply(_ next: Successor) -> String? {
    let thread = Int(next.move.thread)
    let (old, new) = (state[thread], next.state[thread])
    trail.append("vcpu \(thread) \(old.place) -> \(new.place)")
    if trail.count > 14 { trail.removeFirst() }
    let before = state
    state = next.state
    if next.move.choice == .interrupt { host.set(Self.members[thread], .frozen) }
    if next.move.choice == .proceed,
      let refusal = follow(thread, from: old, in: before, to: new.place, next.kinds)
    {
      return refusal
    }
    return difference()
  }

  /// Leads `thread` to `stop`; where it went instead.
  private func lead(
    _ thread: Int, _ command: ReplayThreads.Command? = nil, to stops: ReplayThreads.Stop...,
    passing count: Int = 0
  ) -> String? {
    var found = threads.resume(thread, command)
    var left = count
    for _ in 0..<16 {
      if stops.contains(found) {
        if left == 0 { return nil }
        left -= 1
      }
      if found == .idle { break }
      found = threads.resume(thread)
    }
    return "vcpu \(thread) came to \(found), not to \(stops)"
  }

  private mutating func follow(
    _ thread: Int, from old: ThreadState, in before: ModelState, to new: Place,
    _ kinds: SpuriousKinds
  ) -> String? {
    let member = Self.members[thread]
    switch old.place {
    case .storeRunning: host.set(member, .running)
    case .look:
      if new == .lookAgain { return lead(thread, .look, to: .betweenReads) }
      return lead(thread, .look, to: .idle) ?? answered(thread, new == .exitRead)
    case .lookAgain: return lead(thread, to: .idle) ?? answered(thread, new == .exitRead)
    case .enter, .guest: break
    case .leave, .haltLeave, .haltBack, .asleep: host.set(member, .frozen)
    case .haltStore: host.set(member, .sleeping)
    case .haltLook, .haltLookAgain:
      if new == .haltLookAgain { return nil }
      return lead(thread, .mayHalt, to: .idle) ?? answered(thread, new == .haltBack)
    case .exitRead:
      classes[thread] = kinds.contains(.early) ? .early : .member
      if kinds.contains(.functionNull) { failsAssertion.insert(thread) }
    case .exitStore:
      host.set(member, .frozen)
      return lead(thread, .exit, to: .lock)
    case .handle:
      if kinds.contains(.void) { classes[thread] = .void }
      if kinds.contains(.bystander) { classes[thread] = .bystander }
      return meets(thread, new)
    case .wait: return goesOn(thread, new)
    case .clearRequest: return lead(thread, to: .betweenClears)
    case .clearFunction: return goesOn(thread, new)
    case .initiateLeave:
      host.set(member, .frozen)
      let number = model.scenario.action(of: thread, after: old.initiated)
      let targets = CPUSet(
        Self.members.indices.filter { model.scenario.targets(number) >> $0 & 1 == 1 }
          .map { Self.members[$0] })
      return lead(thread, .initiate(token: number, targets: targets), to: .lock)
    case .initiate:
      guard new == .publishFirst || new == .claim else { return meets(thread, new) }
      ids[state[thread].rendezvous] = UInt64(ids.count + 1)
      comesToOwn.remove(thread)
    case .claim, .serveClaimed: return serves(thread, old, new)
    case .publishFirst: return lead(thread, to: .stored)
    case .publishSecond:
      switch new {
      case .clearRequest: return lead(thread, to: .stored)
      case .clearFunction: return lead(thread, to: .betweenClears)
      default: return lead(thread, to: .beforeNotify, .lock)
      }
    case .notifyRead:
      if new == .notifyKick {
        return lead(thread, to: .telling(Self.members[state[thread].cursor]))
      }
      let isLeft = (old.cursor..<model.scenario.vcpus).contains { old.mine >> $0 & 1 == 1 }
      return isLeft ? lead(thread, to: .beforeNotify, .lock) : nil
    case .notifyKick: return lead(thread, to: .beforeNotify, .lock)
    case .own:
      comesToOwn.insert(thread)
      return meets(thread, new)
    case .initiated: return lead(thread, to: .idle)
    default: return "\(old.place) is not replayed"
    }
    return nil
  }

  /// With the lock just taken: the own action, and the end or the wait for it.
  private mutating func meets(_ thread: Int, _ new: Place) -> String? {
    switch new {
    case .wait: lead(thread, to: .asleep)
    case .clearRequest: lead(thread, to: .afterAction)
    case .clearFunction: lead(thread, to: .betweenClears)
    default: goesOn(thread, new)
    }
  }

  /// Released: back to the guest, to its own rendezvous, or to the end of that.
  private mutating func goesOn(_ thread: Int, _ new: Place) -> String? {
    switch new {
    case .storeRunning: lead(thread, to: .idle) ?? classified(thread)
    case .initiate: lead(thread, to: .lock)
    // Where all were served before it came to itself, it passes that lock first.
    default: lead(thread, to: .lock, passing: comesToOwn.contains(thread) ? 0 : 1)
    }
  }

  /// Sleepers that are served by `thread`, one after the other.
  private mutating func serves(_ thread: Int, _ old: ThreadState, _ new: Place) -> String? {
    if old.place == .serveClaimed {
      return lead(thread, to: .released(Self.members[old.cursor]))
    }
    let examined = (old.cursor..<model.scenario.vcpus).first {
      old.mine >> $0 & 1 == 1 && $0 != thread
    }
    guard let examined else { return new == .publishFirst ? nil : goesOn(thread, new) }
    host.setClaimer(Self.members[thread])
    defer { host.setClaimer(nil) }
    return lead(thread, to: .claimed(Self.members[examined], new == .serveClaimed))
  }

  // MARK: What must agree

  private func answered(_ thread: Int, _ expected: Bool) -> String? {
    threads.answer(of: thread).isPositive == expected
      ? nil : "vcpu \(thread) answered \(!expected)"
  }

  private mutating func classified(_ thread: Int) -> String? {
    guard let report = threads.answer(of: thread).report, let expected = classes[thread] else {
      return "vcpu \(thread) has no report"
    }
    let fails = failsAssertion.remove(thread) != nil
    return report.classification == expected && report.assertionWouldFire == fails
      ? nil
      : "vcpu \(thread) came as \(report.classification), not \(expected); assertion \(!fails)"
  }

  private func difference() -> String? {
    let vcpus = 0..<model.scenario.vcpus
    for vcpu in vcpus where host.condition(Self.members[vcpu]) != state[vcpu].condition {
      return "vcpu \(vcpu) is \(host.condition(Self.members[vcpu])), not \(state[vcpu].condition)"
    }
    let request = vcpus.filter { coordinator.request.requested.contains(Self.members[$0]) }
    let expected = vcpus.filter { state.request >> $0 & 1 == 1 }
    if request != expected { return "the request is \(request), not \(expected)" }
    let function = coordinator.request.function.load(ordering: .sequentiallyConsistent)
    let id = state.function == 0 ? 0 : ids[state.function] ?? 0
    if function != id { return "the function is \(function), not \(id)" }
    for number in ids.keys {
      let ran = vcpus.filter { host.ran(number).contains(Self.members[$0]) }
      let expected = vcpus.filter { state.ran(number) >> $0 & 1 == 1 }
      if ran != expected { return "action \(number) ran for \(ran), not \(expected)" }
    }
    if host.ranTwice { return "an action ran twice" }
    if state.owner == 0 && coordinator.guarded.lock.state.load() != 0 { return "the lock is held" }
    return nil
  }
}
