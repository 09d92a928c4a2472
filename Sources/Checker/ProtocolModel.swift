public import Rendezvous

/// What one atomic step was.
public struct Move: Hashable, Sendable, BitwiseCopyable {
  /// Which of the things that a thread may do next.
  public enum Choice: UInt8, Sendable, BitwiseCopyable {
    /// What it must do, as soon as it can.
    case proceed
    /// The guest executes HLT. It may never.
    case halt
    /// The guest does what makes its vcpu initiate, or an operator begins. It may never.
    case initiate
    /// An interrupt wakes a halted vcpu. None may ever come.
    case interrupt
    /// The guest does what needs user space.
    case userSpace
    /// Memory gets the oldest store of its buffer.
    case drain
  }
  /// The thread.
  public var thread: UInt8
  /// Which.
  public var choice: Choice
  /// Whether the protocol relies on it: what a guest or an operator may or may not do is no progress.
  public var isProgress: Bool { choice == .proceed || choice == .drain }
}

/// A state that one step leads to.
public struct Successor: Sendable, BitwiseCopyable {
  /// The state.
  public var state: ModelState
  /// The step.
  public var move: Move
  /// What it broke.
  public var violations: Violations = []
  /// What of it did not help.
  public var kinds: SpuriousKinds = []
}

/// A mistake in what no policy decides about, for the tests of the checker.
public enum ProtocolMutation: String, Sendable, CaseIterable {
  /// Completion when request and done are equal, as in bhyve, not when nobody is missing.
  case equality
  /// A suspended vcpu serves no rendezvous.
  case deafSuspend
  /// A reset takes the function back and leaves the request.
  case resetKeepsRequest
  /// A sleeper wakes by a plain store, and does not wait for who holds it.
  case wakesWhileHeld
}

/// The protocol of rendezvous.md section 1 as small programs, one a thread: what can happen next.
///
/// The policy's dimensions are read where the coordinator reads them. What happens under the lock and is
/// seen by nobody without it is one step; each read and each store that others can see is one of its own.
/// Time-outs never help: what only they would end is a hang.
public struct ProtocolModel: Sendable {
  /// The design.
  public let policy: RendezvousPolicy
  /// Who does what.
  public let scenario: Scenario
  /// How stores become visible.
  public let memory: MemoryModel
  let mutation: ProtocolMutation?
  /// Whether a waiter needs the lock to go on, as in bhyve, whose waiters sleep with it. Ours look at the
  /// function alone; that is the same unless a helper goes on with the lock after it has completed a
  /// rendezvous.
  let waitersTakeLock: Bool
  // Read so often that they are worth a copy.
  let threads: Int
  let suspends: Bool
  let nobodyWaits: Bool
  let servesOnBehalf: Bool

  /// The model of a policy in a scenario.
  public init(
    policy: RendezvousPolicy, scenario: Scenario, memory: MemoryModel = .sequential,
    mutation: ProtocolMutation? = nil, waitersTakeLock: Bool? = nil
  ) {
    precondition(scenario.threads <= ModelState.maximumThreads, "at most six threads")
    precondition(scenario.vcpus <= ModelState.maximumVCPUs, "at most five vcpus")
    self.policy = policy
    self.scenario = scenario
    self.memory = memory
    self.mutation = mutation
    self.waitersTakeLock = waitersTakeLock ?? (scenario.locker != nil)
    threads = scenario.threads
    suspends = scenario.suspends
    nobodyWaits = policy.waiting == .nobody
    servesOnBehalf = policy.service == .onBehalf
  }

  /// All vcpus in our code, on their way to the guest; operators have not begun.
  public var initial: ModelState {
    var state = ModelState()
    state.active = scenario.everybody
    for thread in 0..<threads {
      var it = ThreadState()
      it.place = thread < scenario.vcpus ? .storeRunning : .operatorIdle
      if scenario.locker == thread {
        it.place = .lockAll
        it.condition = .idle
      }
      state[thread] = it
    }
    return state
  }

  /// Appends every state that one step leads to.
  public func appendSuccessors(of state: ModelState, to list: inout [Successor]) {
    for thread in 0..<threads {
      let now = state[thread]
      if now.buffered > 0 {
        var next = successor(state, thread, .drain)
        drain(thread, &next)
        list.append(next)
      }
      var next = successor(state, thread, .proceed)
      if proceed(thread, now.place, &next) { list.append(next) }
      switch now.place {
      case .guest:
        if now.isKicked { continue }
        next = successor(state, thread, .halt)
        next.state[thread].place = .haltLeave
        list.append(next)
        if scenario.action(of: thread, after: now.initiated) != 0 {
          next = successor(state, thread, .initiate)
          next.state[thread].place = .initiateLeave
          list.append(next)
        }
        if scenario.locker != nil {
          next = successor(state, thread, .userSpace)
          next.state[thread].place = .idleLeave
          list.append(next)
        }
      case .asleep:
        if now.isKicked { continue }
        next = successor(state, thread, .interrupt)
        if wake(thread, &next) { list.append(next) }
      case .operatorIdle:
        next = successor(state, thread, .initiate)
        begin(operator: thread, &next)
        list.append(next)
      default: break
      }
    }
  }

  private func successor(_ state: ModelState, _ thread: Int, _ choice: Move.Choice) -> Successor {
    Successor(state: state, move: Move(thread: UInt8(truncatingIfNeeded: thread), choice: choice))
  }

  /// Whether all are where they may stay for ever: in the guest, asleep, or at the end; nothing pending.
  public func isAtRest(_ state: ModelState) -> Bool {
    if state.function != 0 || state.owner != 0 { return false }
    for thread in 0..<threads {
      let it = state[thread]
      if it.buffered != 0 || it.isKicked { return false }
      switch it.place {
      case .guest, .operatorIdle, .over: break
      case .asleep: if it.condition != .sleeping { return false }
      default: return false
      }
    }
    return !nobodyWaits || unserved(state) == 0
  }

  // MARK: Memory

  /// A store that others may read without a lock; false where the buffer must drain first.
  func store(_ word: MemoryWord, _ value: Int, _ thread: Int, _ next: inout Successor) -> Bool {
    if memory.buffers(word, value) {
      if next.state[thread].buffered == ThreadState.bufferDepth { return false }
      next.state[thread].push(word, value)
      return true
    }
    if next.state[thread].buffered != 0 { return false }
    write(word, value, thread, &next)
    return true
  }

  func store(_ condition: Condition, _ thread: Int, _ next: inout Successor) -> Bool {
    store(.condition, Int(condition.rawValue), thread, &next)
  }

  private func write(_ word: MemoryWord, _ value: Int, _ thread: Int, _ next: inout Successor) {
    switch word {
    case .request: next.state.request = value
    case .function: next.state.function = value
    case .condition: next.state[thread].condition = Condition(rawValue: UInt8(value)) ?? .frozen
    }
  }

  private func drain(_ thread: Int, _ next: inout Successor) {
    let (word, value) = next.state[thread].pop()
    write(word, value, thread, &next)
  }

  /// A thread reads its own stores before others do.
  func load(_ word: MemoryWord, _ thread: Int, _ state: ModelState) -> Int {
    let it = state[thread]
    var index = it.buffered - 1
    while index >= 0 {
      if it.bufferedWord(index) == word { return it.bufferedValue(index) }
      index -= 1
    }
    return word == .request ? state.request : state.function
  }

  /// Whether the lock can be taken: it is free, and the locked operation finds the buffer drained.
  func canLock(_ thread: Int, _ state: ModelState) -> Bool {
    state.owner == 0 && state[thread].buffered == 0
  }

  // MARK: Members

  /// The active targets of rendezvous `number`.
  func intended(_ number: Int, _ state: ModelState) -> Int {
    scenario.targets(number) & state.active
  }

  /// Where nobody waits: the vcpus with an action that they have not run yet.
  func unserved(_ state: ModelState) -> Int {
    var missing = 0
    for number in 1...scenario.actions.count where state.published >> number & 1 == 1 {
      missing |= intended(number, state) & ~state.ran(number)
    }
    return missing
  }

  /// `vcpu` runs the action of rendezvous `number`, on its own thread or on another.
  func run(_ number: Int, _ vcpu: Int, _ next: inout Successor) {
    if next.state.ran(number) >> vcpu & 1 == 1 { next.violations.insert(.actionTwice) }
    if next.state[vcpu].place == .guest { next.violations.insert(.actionInGuest) }
    next.state.markRan(number, vcpu)
  }
}
