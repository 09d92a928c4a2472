import Rendezvous

/// A step of the model in words.
struct Narration {
  private let model: ProtocolModel
  private let before: ModelState
  private let step: Successor
  private let thread: Int

  init(_ model: ProtocolModel, _ before: ModelState, _ step: Successor) {
    self.model = model
    self.before = before
    self.step = step
    thread = Int(step.move.thread)
  }

  /// "vcpu1  reads function: rendezvous A".
  var sentence: String {
    let name = Self.name(thread, model)
    return name + "  " + what
  }

  static func name(_ thread: Int, _ model: ProtocolModel) -> String {
    if thread < model.scenario.vcpus { return "vcpu\(thread)" }
    return model.scenario.operators.count == 1
      ? "operator" : "operator\(thread - model.scenario.vcpus + 1)"
  }

  /// A, B, C.
  static func letter(_ number: Int) -> String {
    String(UnicodeScalar(UInt8(ascii: "A") + UInt8(truncatingIfNeeded: number - 1)))
  }

  static func set(_ members: Int) -> String {
    let each = (0..<ModelState.maximumVCPUs).filter { members >> $0 & 1 == 1 }
    return "{" + each.map { "\($0)" }.joined(separator: ",") + "}"
  }

  private var me: ThreadState { before[thread] }
  private var after: ModelState { step.state }

  private var what: String {
    switch step.move.choice {
    case .drain:
      let (word, value) = (me.bufferedWord(0), me.bufferedValue(0))
      return "its buffered store reaches memory: \(Self.words(word, value))"
    case .halt: return "the guest executes HLT and leaves"
    case .interrupt: return "an interrupt wakes it"
    case .userSpace: return "the guest leaves for user space"
    case .initiate:
      if me.place == .operatorIdle { return "begins" }
      let number = model.scenario.action(of: thread, after: me.initiated)
      return "the guest leaves and wants rendezvous \(Self.letter(number)) of "
        + Self.set(model.scenario.targets(number))
    case .proceed: return proceeding
    }
  }

  private static func words(_ word: MemoryWord, _ value: Int) -> String {
    switch word {
    case .request: "request := \(set(value))"
    case .function: "function := \(value == 0 ? "NULL" : letter(value))"
    case .condition:
      "state := \(Condition(rawValue: UInt8(truncatingIfNeeded: value)) ?? .frozen)"
    }
  }

  /// A store, which the buffer may keep.
  private func stores(_ word: MemoryWord, _ value: Int) -> String {
    let isBuffered = after[thread].buffered > me.buffered
    return "stores \(Self.words(word, value))" + (isBuffered ? " (still in its buffer)" : "")
  }

  private func stores(_ condition: Condition) -> String {
    stores(.condition, Int(condition.rawValue))
  }

  private var function: String {
    before.function == 0 ? "NULL" : "set, rendezvous \(Self.letter(before.function))"
  }
  private var bit: String {
    before.request >> thread & 1 == 1 ? "its own bit is set" : "its own bit is clear"
  }
  private var isPending: Bool {
    after[thread].place == .exitRead
  }
  private var verdict: String { isPending ? ": leaves for it" : ": nothing to do" }

  private var proceeding: String {
    switch me.place {
    case .storeRunning: return stores(.running)
    case .lookForSuspend:
      return before.isSuspending
        ? "sees that the machine is being suspended" : "no suspend is pending"
    case .look, .lookAgain: return looking
    case .enter:
      return after[thread].place == .guest
        ? "enters the guest" : "KVM_RUN returns at once: a kick was latched"
    case .guest: return "is kicked out of the guest"
    case .leave, .haltLeave, .initiateLeave, .exitStore, .haltBack, .idleLeave, .suspendServe,
      .suspendBack:
      return stores(.frozen)
    case .exitRead:
      let assertion =
        step.violations.contains(.assertion) ? ": the assertion fails" : ""
      return "at the exit, function is \(function)\(assertion)"
    case .handle, .own: return takingPart
    case .wait: return "wakes: rendezvous \(Self.letter(me.rendezvous)) is over"
    case .clearRequest: return stores(.request, 0)
    case .clearFunction: return stores(.function, 0)
    case .unlock, .publishUnlock: return "lets the lock go"
    case .haltStore, .suspendStore: return stores(.sleeping)
    case .haltLook, .haltLookAgain: return halting
    case .asleep: return "wakes up"
    default: return initiating
    }
  }

  private var looking: String {
    let isFirst = me.place == .look
    switch model.policy.check {
    case .anyFunction: return "reads function: \(function)\(verdict)"
    case .member: return "reads request: \(bit)\(verdict)"
    case .notEmpty: return "reads request: \(Self.set(before.request))\(verdict)"
    case .firstWord:
      let word = before.request & model.scenario.firstWord
      return "reads the first word of request: \(Self.set(word))\(verdict)"
    case .lockedMember:
      if before.owner != 0 {
        return "wants the lock before it reads its bit: "
          + "\(Self.name(before.owner - 1, model)) has it, so it would sleep"
      }
      return "takes the lock, reads request: \(bit)\(verdict)"
    case .functionAndMember:
      return isFirst
        ? "reads function: \(function)" : "reads request: \(bit)\(verdict)"
    case .memberAndFunction:
      return isFirst ? "reads request: \(bit)" : "reads function: \(function)\(verdict)"
    }
  }

  private var halting: String {
    let read = me.place == .haltLookAgain || model.nobodyWaits ? bit : "function is \(function)"
    switch after[thread].place {
    case .asleep: return "HLT: \(read): sleeps"
    case .haltLookAgain: return "HLT: \(read)"
    default: return "HLT: \(read): does not sleep"
    }
  }

  /// What a thread that has just taken the lock does in a rendezvous.
  private var takingPart: String {
    var parts = ["takes the lock"]
    if before.function == 0 && !model.nobodyWaits {
      parts.append("nothing is in progress")
      return parts.joined(separator: ", ")
    }
    for number in 1...model.scenario.actions.count
    where after.ran(number) >> thread & 1 > before.ran(number) >> thread & 1 {
      parts.append("runs the action of \(Self.letter(number))")
    }
    if parts.count == 1 { parts.append("has nothing to run") }
    parts += ending
    return parts.joined(separator: ", ")
  }

  private var ending: [String] {
    if after.finished != before.finished {
      let number = before.function
      let missing = model.intended(number, after) & ~after.ran(number)
      return ["all have come"]
        + (missing == 0 ? [] : ["but \(Self.set(missing)) has not run the action"])
    }
    if after[thread].place == .wait {
      return ["waits for the end of \(Self.letter(after[thread].rendezvous))"]
    }
    return []
  }

  private var initiating: String {
    switch me.place {
    case .initiate:
      if before.function != 0 { return takingPart }
      let number = after[thread].rendezvous
      return "takes the lock and begins rendezvous \(Self.letter(number)) of "
        + Self.set(model.intended(number, before))
    case .claim:
      if after[thread].place == .serveClaimed {
        return "finds vcpu\(after[thread].cursor) asleep and holds it"
      }
      if after.finished != before.finished { return "everybody is served" }
      return after[thread].place == .publishFirst
        ? "nobody else sleeps" : "sees vcpu\(after[thread].cursor - 1) awake"
    case .serveClaimed:
      return "runs the action for vcpu\(me.cursor) and lets it sleep on"
    case .publishFirst, .publishSecond: return publishing
    case .notifyRead:
      if after[thread].place == .notifyKick {
        return "sees vcpu\(after[thread].cursor) \(after[thread].read)"
      }
      if after[thread].cursor > me.cursor {
        let vcpu = after[thread].cursor - 1
        let why = before[vcpu].condition == .frozen ? "it will look by itself" : "nobody to tell"
        return "sees vcpu\(vcpu) \(before[vcpu].condition): \(why)"
      }
      return "has told everybody"
    case .notifyKick: return kicking(me.cursor)
    case .initiated:
      return "returns from rendezvous \(Self.letter(me.rendezvous))"
    default: return controlling
    }
  }

  private var publishing: String {
    let isRequest =
      model.nobodyWaits
      || (me.place == .publishFirst) == (model.policy.publishOrder == .requestThenFunction)
    return
      (isRequest
      ? stores(.request, model.nobodyWaits ? before.request | me.mine : me.mine)
      : stores(.function, me.rendezvous))
      + (after.finished != before.finished ? ", all that were asked have come" : "")
  }

  private func kicking(_ vcpu: Int) -> String {
    let does = me.read == .running ? "kicks vcpu\(vcpu)" : "rings vcpu\(vcpu)"
    return after[vcpu].isKicked ? does : "\(does), which has left that state: the kick is lost"
  }

  private var controlling: String {
    switch me.place {
    case .idleStore: return stores(.idle)
    case .idle: return "comes back from user space"
    case .lockAll, .lockAllAgain:
      return model.policy.lockAll == .plain
        ? "looks at the vcpus" : "takes the lock, function is \(function)"
    case .lockAllHelp: return helping
    case .lockAllGather:
      if after[thread].place == .idle { return "holds all vcpus, and lets them go" }
      return "holds \(Self.set(after[thread].mine)), asks vcpu\(after[thread].cursor) to go idle"
    case .lockAllWait: return "looks again"
    case .suspendJoin: return "joins the suspended vcpus"
    case .suspendLook:
      return after[thread].place == .suspendServe
        ? "is asked for by a rendezvous" : "no rendezvous asks for it"
    case .suspended: return "wakes up"
    case .suspendAll: return "suspends the machine"
    case .awaitSuspended: return "sees that all vcpus are suspended"
    case .reset: return "takes the lock and resets"
    case .deactivate:
      return "takes the lock, active := \(Self.set(after.active))"
    case .deactivated:
      return after.finished != before.finished ? "all that remain have come" : "somebody is missing"
    default: return "goes on"
    }
  }

  private var helping: String {
    if after[thread].place == .lockAllGather { return "has helped" }
    let vcpu = me.cursor
    if step.violations.contains(.helperAssertion) {
      return "helps vcpu\(vcpu): function is NULL: its assertion fails"
    }
    if after.effects != before.effects {
      return "holds vcpu\(vcpu) and runs its action"
        + (after.finished != before.finished ? ": all have come" : "")
    }
    return after[thread].mine >> vcpu & 1 == 1
      ? "holds vcpu\(vcpu), which has nothing to run" : "sees vcpu\(vcpu) not idle"
  }

  /// Where `thread` is when nobody can go on.
  static func whereabouts(of thread: Int, _ model: ProtocolModel, _ state: ModelState) -> String {
    let it = state[thread]
    let place: String
    switch it.place {
    case .guest: place = "in the guest"
    case .asleep: place = "asleep in HLT"
    case .suspended: place = "suspended"
    case .wait: place = "waits for the end of \(letter(it.rendezvous))"
    case .operatorIdle: place = "has not begun"
    case .over: place = "is done"
    case .idle:
      place = it.condition == .heldIdle ? "idle, held by another thread" : "in user space"
    case .lockAllWait: place = "waits for vcpu\(it.cursor) to go idle"
    case .awaitSuspended: place = "waits for all to be suspended"
    default: place = "at \(it.place)"
    }
    guard thread < model.scenario.vcpus else { return "\(name(thread, model))  \(place)" }
    let isMissing =
      model.nobodyWaits
      ? model.unserved(state) >> thread & 1 == 1
      : state.function != 0
        && (model.intended(state.function, state)
          & ~state.ran(state.function)) >> thread & 1 == 1
    return "\(name(thread, model))  \(place)" + (isMissing ? ", and is missing" : "")
  }
}
