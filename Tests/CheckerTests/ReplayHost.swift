import Checker
import Rendezvous
import Threads

/// The vcpus of a replay: their conditions, which the replayed trace sets, and what ran for them.
final class ReplayHost: RendezvousHost {
  private struct State: Sendable {
    var conditions: [Int: Condition] = [:]
    var ran: [Int: CPUSet] = [:]
    /// The thread that the model has look for sleepers, and the member that it is.
    var claimer: Int?
    var ranTwice = false
  }
  private let state = Guarded(State())
  let threads: ReplayThreads

  init(_ threads: ReplayThreads) { self.threads = threads }

  func condition(_ member: Int) -> Condition { state.withLock { $0.conditions[member] ?? .frozen } }
  func set(_ member: Int, _ condition: Condition) {
    state.withLock { $0.conditions[member] = condition }
  }
  /// Who ran action `token`, or had it run.
  func ran(_ token: Int) -> CPUSet { state.withLock { $0.ran[token] ?? CPUSet() } }
  var ranTwice: Bool { state.withLock { $0.ranTwice } }
  /// Sleepers can be held by whom the model says, and when: the coordinator looks for them more often.
  func setClaimer(_ member: Int?) { state.withLock { $0.claimer = member } }

  func notify(_ member: Int, of rendezvous: UInt64) -> Kick {
    switch condition(member) {
    case .running:
      threads.pause(.telling(member))
      return .signalled
    case .sleeping, .heldAsleep:
      threads.pause(.telling(member))
      return .woken
    case .frozen, .idle, .heldIdle: return .elided
    }
  }

  func perform(_ token: Int, member: Int) {
    state.withLock {
      if $0.ran[token, default: CPUSet()].contains(member) { $0.ranTwice = true }
      $0.ran[token, default: CPUSet()].insert(member)
    }
  }

  func claimIdle(_ member: Int) -> Bool { false }
  func releaseIdle(_ member: Int) {}

  func claimSleeping(_ member: Int) -> Bool {
    let isClaimed = state.withLock { state -> Bool? in
      guard let claimer = state.claimer, claimer != member else { return nil }
      guard state.conditions[member] == .sleeping else { return false }
      state.conditions[member] = .heldAsleep
      return true
    }
    guard let isClaimed else { return false }
    threads.pause(.claimed(member, isClaimed))
    return isClaimed
  }
  func releaseSleeping(_ member: Int) {
    set(member, .sleeping)
    threads.pause(.released(member))
  }
}
