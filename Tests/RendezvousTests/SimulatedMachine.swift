import Rendezvous
import Synchronization
import Threads

/// Simulated vcpus that run on threads of their own, as the machine's do.
final class SimulatedMachine: Sendable {
  /// What a member does when nobody wants anything from it.
  enum Habit: Sendable {
    case guest, halts, idles
    /// All three in turn.
    case wanders
  }

  let coordinator: Coordinator
  let classes = InlineArray<4, Atomic<Int>> { _ in Atomic(0) }
  let haltSpins = Atomic<Int>(0)
  /// Actions that members ran in exits.
  let ran = Atomic<Int>(0)
  let stall = Atomic<UInt64>(0)
  private let isStopping = Atomic<Bool>(false)
  nonisolated(unsafe) private var threads: [TestThread] = []
  var host: SimulatedHost { coordinator.host }

  init(
    _ count: Int, _ policy: RendezvousPolicy, waitLimitNanoseconds: UInt64 = 60_000_000_000,
    habit: @escaping @Sendable (Int) -> Habit
  ) throws {
    coordinator = .simulated(count, policy, waitLimitNanoseconds: waitLimitNanoseconds)
    for member in 0..<count {
      threads.append(
        try TestThread("member-\(member)") { [self] in run(member, habit(member)) { _ in } })
    }
  }

  /// One whose member threads also initiate: `initiating` is called between two guest entries.
  init(
    _ count: Int, _ policy: RendezvousPolicy,
    initiating: @escaping @Sendable (SimulatedMachine, Int) -> Void
  ) throws {
    coordinator = .simulated(count, policy)
    for member in 0..<count {
      threads.append(
        try TestThread("member-\(member)") { [self] in
          run(member, .wanders) { initiating(self, $0) }
        })
    }
  }

  /// Exits of a class, all members.
  func exits(_ kind: RendezvousExitClass) -> Int {
    classes[Int(kind.rawValue)].load(ordering: .relaxed)
  }

  /// Ends and joins all members.
  func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    for member in host.members { member.kick() }
    for thread in threads { thread.join() }
    threads = []
  }

  private func run(_ member: Int, _ habit: Habit, _ between: (Int) -> Void) {
    let me = host.members[member]
    var turn = member
    while true {
      // The kick count is read before the state is stored: a kick sent from then on ends the sleep.
      let kicks = me.wake.load()
      me.become(.inGuest)
      if isStopping.load(ordering: .sequentiallyConsistent) { break }
      if coordinator.isPending(for: member) {
        me.become(.frozen)
        count(coordinator.exit(member: member))
        continue
      }
      turn += 1
      switch habit {
      case .guest: enterGuest(me, kicks)
      case .halts: halt(member, me)
      case .idles: idle(me)
      case .wanders:
        switch turn % 3 {
        case 0: enterGuest(me, kicks)
        case 1: halt(member, me)
        default: idle(me)
        }
      }
      between(member)
    }
    me.become(.idle)
    coordinator.assist()
  }

  private func enterGuest(_ me: SimulatedHost.Member, _ kicks: UInt32) {
    _ = me.wake.wait(whileEqualTo: kicks)
    me.become(.frozen)
  }

  private func halt(_ member: Int, _ me: SimulatedHost.Member) {
    let kicks = me.wake.load()
    let since = MonotonicClock.nanoseconds()
    me.become(.halted)
    // Whoever acts for us meanwhile is waited for.
    defer { me.leave(.halted) }
    if coordinator.mayHalt(member) == .sleep {
      if isStopping.load(ordering: .sequentiallyConsistent) { return }
      let deadline = since + coordinator.waitLimitNanoseconds
      let result = me.wake.wait(whileEqualTo: kicks, untilNanoseconds: deadline)
      if result == .timedOut {
        _ = coordinator.haltTimedOut(member: member, sinceNanoseconds: since)
      }
    } else {
      haltSpins.add(1, ordering: .relaxed)
    }
  }

  /// Nobody kicks an idle member: it comes back by itself, or when the machine stops.
  private func idle(_ me: SimulatedHost.Member) {
    me.become(.idle)
    coordinator.assist()
    let deadline = MonotonicClock.nanoseconds() + 200_000
    let kicks = me.wake.load()
    if !isStopping.load(ordering: .sequentiallyConsistent) {
      _ = me.wake.wait(whileEqualTo: kicks, untilNanoseconds: deadline)
    }
    me.leaveIdle()
  }

  private func count(_ report: RendezvousExitReport) {
    classes[Int(report.classification.rawValue)].add(1, ordering: .relaxed)
    ran.add(report.actionsRun, ordering: .relaxed)
    stall.add(report.stallNanoseconds, ordering: .relaxed)
  }
}
