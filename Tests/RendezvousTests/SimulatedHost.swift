import Glibc
import Rendezvous
import Synchronization
import Threads

/// Vcpus without KVM: a state and a word to sleep on for each. What would be KVM_RUN is a sleep that
/// only a kick ends, so that no test passes because a guest happened to exit.
final class SimulatedHost: RendezvousHost {
  enum Condition: UInt32 {
    case frozen, inGuest, halted, stopped, idle, held
    /// Halted or stopped, and held.
    case heldHalted, heldStopped
  }
  /// What members run: nothing, under a number by which the test finds who ran it.
  struct Action: Sendable {
    var token: Int
  }
  /// One member. `wake` counts kicks, as `immediate_exit` latches them.
  final class Member: Sendable {
    let condition = FutexWord(Condition.frozen.rawValue)
    let wake = FutexWord(0)
    func become(_ new: Condition) { condition.store(new.rawValue) }
    func isIn(_ wanted: Condition) -> Bool { condition.load() == wanted.rawValue }
    func kick() {
      wake.add(1)
      wake.wakeAll()
    }
    /// idle → frozen, waiting for whoever holds the member.
    func leaveIdle() { leave(.idle) }
    /// `sleep` → frozen, waiting for whoever holds the member.
    func leave(_ sleep: Condition) {
      while !condition.compareExchange(
        expected: sleep.rawValue, desired: Condition.frozen.rawValue)
      {
        sched_yield()
      }
    }
    /// `old` → `new`, if it is `old`.
    func claim(_ old: Condition, _ new: Condition) -> Bool {
      condition.compareExchange(expected: old.rawValue, desired: new.rawValue)
    }
  }

  let members: [Member]
  /// Who ran which action.
  let executed = Guarded<[Int: CPUSet]>([:])
  /// Actions that ran twice for a member, or while it was in the guest: must stay 0.
  let violations = Atomic<Int>(0)
  /// Actions run on behalf of idle members.
  let helped = Atomic<Int>(0)
  /// Actions run on behalf of sleeping members.
  let served = Atomic<Int>(0)
  /// Members that were asked to become idle.
  let idleRequests = FutexWord(0)
  /// Counts notifications.
  let notified = FutexWord(0)

  init(count: Int) { members = (0..<count).map { _ in Member() } }

  func notify(_ member: Int, of rendezvous: UInt64) -> Kick {
    defer {
      notified.add(1)
      notified.wakeAll()
    }
    switch Condition(rawValue: members[member].condition.load()) {
    case .inGuest:
      members[member].kick()
      return .signalled
    case .halted, .stopped, .heldHalted, .heldStopped:
      members[member].kick()
      return .woken
    case .frozen, .idle, .held, nil: return .elided
    }
  }

  func perform(_ action: Action, member: Int) {
    if members[member].isIn(.inGuest) { violations.add(1, ordering: .relaxed) }
    if members[member].isIn(.held) { helped.add(1, ordering: .relaxed) }
    if members[member].isIn(.heldHalted) || members[member].isIn(.heldStopped) {
      served.add(1, ordering: .relaxed)
    }
    executed.withLock { log in
      if log[action.token, default: CPUSet()].contains(member) {
        violations.add(1, ordering: .relaxed)
      }
      log[action.token, default: CPUSet()].insert(member)
    }
  }

  func claimIdle(_ member: Int) -> Bool {
    members[member].condition.compareExchange(
      expected: Condition.idle.rawValue, desired: Condition.held.rawValue)
  }

  func releaseIdle(_ member: Int) { members[member].become(.idle) }

  func claimSleeping(_ member: Int) -> Bool {
    members[member].claim(.halted, .heldHalted) || members[member].claim(.stopped, .heldStopped)
  }

  func releaseSleeping(_ member: Int) {
    if !members[member].claim(.heldHalted, .halted) { members[member].become(.stopped) }
  }

  func requestIdle(_ member: Int) {
    idleRequests.ring()
    members[member].kick()
  }

  /// Who ran action `token`.
  func executed(_ token: Int) -> CPUSet { executed.withLock { $0[token] ?? CPUSet() } }
  var violationCount: Int { violations.load(ordering: .relaxed) }
  /// Actions that were run on behalf of members.
  var helpedCount: Int { helped.load(ordering: .relaxed) + served.load(ordering: .relaxed) }

  /// Waits until `count` notifications were made.
  func waitForNotifications(_ count: UInt32) {
    while true {
      let seen = notified.load()
      if seen >= count { return }
      _ = notified.wait(whileEqualTo: seen)
    }
  }
}

typealias Coordinator = RendezvousCoordinator<SimulatedHost>

/// A thread of a test.
final class TestThread {
  private var handle: ThreadHandle?
  init(_ name: String, _ body: @escaping @Sendable () -> Void) throws {
    handle = try ThreadHandle.spawn(name: name, stackSize: 256 * 1024, body: body)
  }
  func join() { handle.take()?.join() }
}

/// Waits for a condition that another thread of the test brings about and that has no event of its own.
func waitUntil(_ condition: () -> Bool) { while !condition() { sched_yield() } }

extension Coordinator {
  /// A coordinator with its simulated vcpus.
  static func simulated(
    _ count: Int, _ policy: RendezvousPolicy, waitLimitNanoseconds: UInt64 = 60_000_000_000
  ) -> Coordinator {
    RendezvousCoordinator(
      host: SimulatedHost(count: count), memberCount: count, policy: policy,
      waitLimitNanoseconds: waitLimitNanoseconds)
  }
}

/// A rendezvous that a thread of its own initiates.
final class Initiator: Sendable {
  let result = Guarded<Result<RendezvousInitiation, RendezvousAborted>?>(nil)
  nonisolated(unsafe) private var thread: TestThread?

  init(
    _ coordinator: Coordinator, by member: Int? = nil, targets: CPUSet, token: Int,
    cause: RendezvousCause = .operatorRequest
  ) throws {
    let result = result
    thread = try TestThread("initiator") {
      do throws(RendezvousAborted) {
        let done = try coordinator.initiate(
          by: member, targets: targets, cause: cause, action: .init(token: token))
        result.withLock { $0 = .success(done) }
      } catch {
        result.withLock { $0 = .failure(error) }
      }
    }
  }

  /// Its end; the record, or nil where it was aborted.
  func finish() -> RendezvousInitiation? {
    thread?.join()
    return result.withLock { try? $0?.get() }
  }
}
