/// Who does what, besides what vcpus do anyway: enter the guest, halt, be woken.
public struct Scenario: Hashable, Sendable {
  /// A rendezvous that a thread initiates once.
  struct Action: Hashable, Sendable {
    /// The initiating thread.
    var initiator: Int
    /// The targets, bit by bit.
    var targets: Int
  }
  /// What a thread that is no vcpu does.
  enum OperatorProgram: Hashable, Sendable {
    /// Initiates, as "vcpu -1" once could.
    case initiate
    /// Suspends the machine, waits for all vcpus, and resets.
    case suspendAndReset
    /// Resets at once, whatever is in progress.
    case reset
    /// Makes this vcpu inactive.
    case deactivate(Int)
  }

  /// The name on the command line.
  public var name: String
  /// What happens, for people.
  public var summary: String
  /// How many vcpus.
  public internal(set) var vcpus = 3
  /// Rendezvous `n` is entry `n - 1`.
  var actions: [Action] = []
  /// The threads after the vcpus.
  var operators: [OperatorProgram] = []
  /// The vcpus whose number is below 64, bit by bit: what a first word shows.
  var firstWord = 0b1111_1101
  /// The vcpu whose thread begins by locking all, or nil.
  var locker: Int?

  var threads: Int { vcpus + operators.count }
  var everybody: Int { (1 << vcpus) - 1 }
  var suspends: Bool { operators.contains(.suspendAndReset) }

  /// The targets of rendezvous `number`, 1 and up.
  func targets(_ number: Int) -> Int { actions[number - 1].targets }
  /// The rendezvous that `thread` initiates after `count` others, or 0.
  func action(of thread: Int, after count: Int) -> Int {
    var seen = 0
    for index in 0..<actions.count where actions[index].initiator == thread {
      if seen == count { return index + 1 }
      seen += 1
    }
    return 0
  }

  /// Whether the model has room for this scenario with so many vcpus.
  public func fits(vcpus count: Int) -> Bool {
    count <= ModelState.maximumVCPUs && count + operators.count <= ModelState.maximumThreads
  }

  /// The same with more vcpus; those added are bystanders, and members of what asks for all.
  public func with(vcpus count: Int) -> Scenario {
    var wider = self
    wider.vcpus = count
    for index in wider.actions.indices {
      if wider.actions[index].targets == everybody {
        wider.actions[index].targets = wider.everybody
      }
      if wider.actions[index].initiator >= vcpus {
        wider.actions[index].initiator += count - vcpus
      }
    }
    return wider
  }

  // MARK: Section 9 of rendezvous.md

  /// One initiator, one target, one bystander. The target's number is 64 or more.
  public static let single = Scenario(
    name: "single", summary: "one initiator, one target, one bystander",
    actions: [Action(initiator: 0, targets: 0b010)])
  /// The same initiator, then another target.
  public static let backToBack = Scenario(
    name: "back-to-back", summary: "two back-to-back subset rendezvous",
    actions: [Action(initiator: 0, targets: 0b010), Action(initiator: 0, targets: 0b100)])
  /// Two that begin when they like.
  public static let twoInitiators = Scenario(
    name: "two-initiators", summary: "two initiators, all + one",
    actions: [Action(initiator: 0, targets: 0b111), Action(initiator: 2, targets: 0b010)])
  /// The three of the table.
  public static let section9: [Scenario] = [.single, .backToBack, .twoInitiators]

  // MARK: Locking all vcpus (section 1.8)

  /// The locker and everybody are targets.
  public static let lockAll = Scenario(
    name: "lock-all", summary: "vcpu 1's thread locks all, a rendezvous of all",
    actions: [Action(initiator: 0, targets: 0b111)], locker: 1)
  /// The locker is the target.
  public static let lockAllLocker = Scenario(
    name: "lock-all-locker", summary: "vcpu 1's thread locks all, a rendezvous of vcpu 1",
    actions: [Action(initiator: 0, targets: 0b010)], locker: 1)
  /// The initiator is the target.
  public static let lockAllOther = Scenario(
    name: "lock-all-other", summary: "vcpu 1's thread locks all, a rendezvous of vcpu 0",
    actions: [Action(initiator: 0, targets: 0b001)], locker: 1)
  /// All three.
  public static let locking: [Scenario] = [.lockAll, .lockAllLocker, .lockAllOther]

  // MARK: Suspend, reset, and who leaves (sections 1.7 and 1.9)

  /// Suspended members serve, and nothing is left after the reset.
  public static let suspend = Scenario(
    name: "suspend", summary: "a rendezvous of all, suspend and reset",
    actions: [Action(initiator: 0, targets: 0b111)], operators: [.suspendAndReset])
  /// A reset cuts off what is in progress.
  public static let reset = Scenario(
    name: "reset", summary: "an operator's rendezvous of all, cut off by a reset",
    actions: [Action(initiator: 3, targets: 0b111)], operators: [.initiate, .reset])
  /// A member becomes inactive, before or after it has come.
  public static let deactivate = Scenario(
    name: "deactivate", summary: "a rendezvous of all, vcpu 2 becomes inactive",
    actions: [Action(initiator: 0, targets: 0b111)], operators: [.deactivate(2)])
  /// All three.
  public static let control: [Scenario] = [.suspend, .reset, .deactivate]

  /// Every scenario.
  public static let all: [Scenario] = section9 + locking + control
  /// The scenario called `name`, or nil.
  public static func named(_ name: String) -> Scenario? { all.first { $0.name == name } }
}
