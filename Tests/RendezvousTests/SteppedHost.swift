import Threads

@testable import Rendezvous

/// Vcpus for ``SteppedThreads``: one thread at a time touches them, so they are plain values, and every
/// property that can be seen from here is looked at each time.
final class SteppedHost: RendezvousHost, @unchecked Sendable {
  enum Condition: Equatable {
    case frozen, inGuest, halted, stopped, idle, held, heldHalted, heldStopped
    /// S17: what a vcpu may become, but for claims.
    func mayBecome(_ next: Condition) -> Bool {
      switch (self, next) {
      case (.frozen, _), (_, .frozen): next != .held && self != .held
      default: false
      }
    }
  }
  enum Kind: Equatable {
    case nothing
    /// Take over the I/O APIC's table as it is now.
    case modes
    /// INIT.
    case reset
  }
  struct Action: Sendable, Equatable {
    var token: Int
    var kind = Kind.nothing
  }
  struct Member {
    var condition = Condition.frozen
    let kicks = FutexWord(0)
    var modes = 0
    var waitsForStartup = false
    var wantsIdle = false
    var entries = 0
  }

  let threads: SteppedThreads
  var members: [Member]
  /// Who ran which action, on own threads and on behalf.
  var executed: [Int: CPUSet] = [:]
  /// Whom each action was meant for.
  var meant: [Int: CPUSet] = [:]
  var onBehalf = 0
  var kicked = 0
  /// The I/O APIC's table, as a number that each write makes greater.
  var table = 0
  var isStopped = false
  /// Properties that did not hold, by name.
  var violations: [String] = []
  /// Whether the rendezvous lock is held.
  var isLockHeld: () -> Bool = { true }

  init(count: Int, threads: SteppedThreads) {
    self.threads = threads
    members = (0..<count).map { _ in Member() }
  }

  func violated(_ property: String) { violations.append(property) }

  func become(_ member: Int, _ next: Condition) {
    let old = members[member].condition
    if old != next && !old.mayBecome(next) { violated("S17: \(member): \(old) to \(next)") }
    members[member].condition = next
    threads.step()
  }

  /// `sleep` → frozen, waiting for whoever holds the member.
  func leave(_ member: Int, _ sleep: Condition) {
    while members[member].condition != sleep {
      if members[member].condition == .held {
        // Perhaps for long: somebody wants all of them.
        self.sleep(member, members[member].kicks.load())
      } else {
        threads.step()
      }
    }
    become(member, .frozen)
  }

  func kick(_ member: Int) {
    members[member].kicks.add(1)
    threads.wakeAll(members[member].kicks)
  }

  /// Sleeps until the next kick after `seen`.
  func sleep(_ member: Int, _ seen: UInt32) {
    _ = threads.wait(on: members[member].kicks, whileEqualTo: seen)
  }

  // MARK: RendezvousHost

  func notify(_ member: Int, of rendezvous: UInt64) -> Kick {
    switch members[member].condition {
    case .inGuest:
      kick(member)
      kicked += 1
      return .signalled
    case .halted, .stopped, .heldHalted, .heldStopped:
      kick(member)
      kicked += 1
      return .woken
    case .frozen, .idle, .held: return .elided
    }
  }

  func perform(_ action: Action, member: Int) {
    let condition = members[member].condition
    switch condition {
    case .inGuest: violated("S6: \(member) is in the guest")
    case .held, .heldHalted, .heldStopped: onBehalf += 1
    case .frozen where threads.name == "vcpu \(member)": break
    default: violated("S5: \(threads.name) for \(member), \(condition)")
    }
    if !isLockHeld() { violated("S7: the lock is not held") }
    if executed[action.token, default: CPUSet()].contains(member) {
      violated("S4: \(action.token) ran twice for \(member)")
    }
    executed[action.token, default: CPUSet()].insert(member)
    if meant[action.token]?.contains(member) != true {
      violated("S3: \(action.token) was not meant for \(member)")
    }
    switch action.kind {
    case .nothing: break
    case .modes: members[member].modes = table
    case .reset: members[member].waitsForStartup = true
    }
  }

  func claimIdle(_ member: Int) -> Bool {
    guard members[member].condition == .idle else { return false }
    members[member].condition = .held
    return true
  }
  func releaseIdle(_ member: Int) {
    members[member].condition = .idle
    threads.wakeAll(members[member].kicks)
  }
  func claimSleeping(_ member: Int) -> Bool {
    switch members[member].condition {
    case .halted: members[member].condition = .heldHalted
    case .stopped: members[member].condition = .heldStopped
    default: return false
    }
    return true
  }
  func releaseSleeping(_ member: Int) {
    members[member].condition =
      members[member].condition == .heldHalted ? .halted : .stopped
  }
  func requestIdle(_ member: Int) {
    members[member].wantsIdle = true
    kick(member)
  }
}
