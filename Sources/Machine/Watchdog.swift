import Commands
import Rendezvous
import Synchronization
import Telemetry
import Threads

/// The thread that looks ten times a second whether a rendezvous does not end, or vcpus leave the guest for
/// one that is over for ever. It makes no vcpu exit and takes no lock that one waits for, until it has found
/// something; and it ends what it finds only under a policy that is known to break (rendezvous.md section 5).
final class Watchdog: Sendable {
  /// Between two looks, nanoseconds.
  static let period: UInt64 = 100_000_000
  /// A rendezvous of a broken policy is ended after this, nanoseconds. Less than the second after which a
  /// halted vcpu looks by itself, which would hide what the policy does.
  static let patience: UInt64 = 750_000_000
  /// One of a safe policy, where a slow host may be the reason, is told of after this, nanoseconds.
  static let safePatience: UInt64 = 5_000_000_000
  /// Vcpus circle if they do for so many looks in a row.
  static let circlingLooks = 5
  /// And leave the guest so often between two of them.
  static let circlingExits: UInt64 = 32
  /// A policy that breaks again within this, nanoseconds, is replaced.
  static let relapse: UInt64 = 3_000_000_000

  private let operatorThread: Operator
  private let word = FutexWord(0)
  private let isEnding = Atomic<Bool>(false)

  init(_ operatorThread: Operator) { self.operatorThread = operatorThread }

  private var platform: Platform { operatorThread.platform }
  private var coordinator: RendezvousCoordinator<RendezvousMembers> {
    platform.fabric.coordinator
  }

  /// Makes ``run()`` return.
  func end() {
    isEnding.store(true, ordering: .sequentiallyConsistent)
    word.ring()
  }

  /// The thread's body.
  func run() {
    var memory = Memory()
    while !isEnding.load(ordering: .acquiring) {
      let seen = word.load()
      look(&memory)
      if isEnding.load(ordering: .acquiring) { return }
      _ = word.wait(
        whileEqualTo: seen, untilNanoseconds: MonotonicClock.nanoseconds() &+ Self.period)
    }
  }

  /// What it remembers from one look to the next.
  private struct Memory {
    /// The rendezvous that was told of as overdue.
    var overdue: UInt64 = 0
    /// When something was ended last, and under which policy.
    var brokeAt: UInt64 = 0
    var brokenPolicy = ""
    /// Whether the policy is to be replaced and the operator's queue was full.
    var isReplacing = false
    /// Members left out so far, and when that was told.
    var missing: UInt64 = 0
    var missingToldAt: UInt64 = 0
    var circling = CirclingVCPUs()
  }

  private func look(_ memory: inout Memory) {
    let policy = operatorThread.policy
    let now = MonotonicClock.nanoseconds()
    if let progress = coordinator.progress, progress.startNanoseconds < now {
      let age = now - progress.startNanoseconds
      if policy.danger != nil {
        if age > Self.patience { end(progress.id, age, policy, &memory) }
      } else if age > Self.safePatience, memory.overdue != progress.id {
        memory.overdue = progress.id
        tellOverdue(progress.id, age)
      }
    }
    switch policy.hazard {
    case .livelock: lookForCircling(policy, now, &memory)
    case .missingMembers: lookForMissing(policy, now, &memory)
    case .hang, nil: memory.circling = CirclingVCPUs()
    }
    if memory.isReplacing { replacePolicy(policy, &memory) }
  }

  // MARK: Hangs

  /// Ends rendezvous `id`, tells who was missing, and makes the machine usable again.
  private func end(_ id: UInt64, _ age: UInt64, _ policy: RendezvousPolicy, _ memory: inout Memory)
  {
    // From here on locks are allowed: what waits for them waits already.
    guard let missing = coordinator.missingMembers(of: id) else { return }
    let culprits = missing.prefix(BrokenRendezvous.culpritLimit).map { vcpu in
      BrokenRendezvous.Culprit(vcpu: vcpu, state: state(of: vcpu, in: id))
    }
    guard coordinator.abort(id: id) else { return }
    // With the latch, whatever the policy does: those whose kick was lost are in the guest still.
    for cell in platform.cells { cell.kickAgain() }
    report(policy.hazard ?? .hang, id, age, culprits, missing.count, policy, &memory)
  }

  /// What `vcpu` does while rendezvous `id` waits for it.
  private func state(of vcpu: Int, in id: UInt64) -> VCPUState {
    let cell = platform.cells[vcpu]
    let state = cell.state
    return state == .running && cell.summons.wasSignalled(for: id) ? .kicked : state
  }

  private func report(
    _ hazard: RendezvousPolicy.Hazard, _ id: UInt64, _ age: UInt64,
    _ culprits: [BrokenRendezvous.Culprit], _ count: Int, _ policy: RendezvousPolicy,
    _ memory: inout Memory
  ) {
    platform.log(
      .rendezvousBroken(
        BrokenRendezvous(
          hazard: hazard, rendezvous: id, policy: policy.preset, ageNanoseconds: age,
          culprits: culprits, culpritCount: count)))
    let now = MonotonicClock.nanoseconds()
    let isRelapse =
      memory.brokenPolicy == policy.preset && now &- memory.brokeAt < Self.relapse
    memory.brokeAt = now
    memory.brokenPolicy = policy.preset
    // What goes on without end would be found again at once; so would what a storm brings.
    if hazard == .livelock || isRelapse { memory.isReplacing = true }
  }

  /// The operator's thread changes the policy, as only it waits for rendezvous to end: if it waits for one
  /// that never will, that one is found here.
  private func replacePolicy(_ policy: RendezvousPolicy, _ memory: inout Memory) {
    // The operator, or an earlier command, was faster.
    guard policy.danger != nil, policy.preset == memory.brokenPolicy else {
      memory.isReplacing = false
      return
    }
    guard operatorThread.perform(.setPolicy(.landed)) else { return }
    memory.isReplacing = false
    platform.log(.message("\(policy.preset) breaks again and again: back to landed"))
  }

  private func tellOverdue(_ id: UInt64, _ age: UInt64) {
    guard let missing = coordinator.missingMembers(of: id) else { return }
    let who = missing.first.map { "; vcpu \($0) is missing (\(state(of: $0, in: id).name))" } ?? ""
    platform.log(
      .message("rendezvous \(id) is overdue: \(age / 1_000_000_000) s in progress\(who)"))
  }

  // MARK: Livelocks

  private func lookForCircling(_ policy: RendezvousPolicy, _ now: UInt64, _ memory: inout Memory) {
    memory.circling.look(platform, now)
    guard memory.circling.looks >= Self.circlingLooks else { return }
    // Nothing is taken back as long as another one is in progress; then it is at the next look.
    let stale = coordinator.clearStaleRequest()
    let circling = memory.circling.vcpus.filter { stale.contains($0.vcpu) }
    guard !circling.isEmpty else { return }
    let culprits = circling.prefix(BrokenRendezvous.culpritLimit).map {
      BrokenRendezvous.Culprit(
        vcpu: $0.vcpu, state: platform.cells[$0.vcpu].state, exits: $0.exits)
    }
    report(
      .livelock, coordinator.lastRendezvous?.id ?? 0, now &- memory.circling.since,
      Array(culprits), circling.count, policy, &memory)
    memory.circling = CirclingVCPUs()
  }

  // MARK: Members left out

  private func lookForMissing(_ policy: RendezvousPolicy, _ now: UInt64, _ memory: inout Memory) {
    let total = coordinator.snapshot().missingMembers
    guard total > memory.missing, now &- memory.missingToldAt >= 1_000_000_000 else { return }
    memory.missing = total
    memory.missingToldAt = now
    guard let last = coordinator.lastRendezvous else { return }
    let left = last.targets.subtracting(last.targets.firstWordOnly)
    let culprits = left.prefix(BrokenRendezvous.culpritLimit).map {
      BrokenRendezvous.Culprit(vcpu: $0, state: platform.cells[$0].state)
    }
    platform.log(
      .rendezvousBroken(
        BrokenRendezvous(
          hazard: .missingMembers, rendezvous: last.id, policy: policy.preset,
          ageNanoseconds: last.latencyNanoseconds, culprits: Array(culprits),
          culpritCount: left.count)))
  }
}

extension BrokenRendezvous {
  /// How many culprits are named.
  static let culpritLimit = 64
}
