import Testing
import Threads

@testable import Rendezvous

/// What the unsafe presets are known for is found, and ended by an abort; and bugs put into the coordinator
/// are found by the properties.
@Suite(.serialized, .timeLimit(.minutes(2))) struct BrokenPolicyTests {
  typealias Machine = SteppedMachine

  /// The first seed under which `run` finds something, with what it found.
  private func find(
    _ seeds: Int, _ make: (UInt64) throws -> Machine, _ scripts: [(Machine) -> Void],
    steps: Int = 20_000, where isMeant: (Machine) -> Bool = { _ in true }
  ) throws -> (outcome: SteppedThreads.Outcome, violations: [String], machine: Machine)? {
    for seed in 1...UInt64(seeds) {
      let machine = try make(seed)
      let (outcome, violations) = try machine.run(scripts, steps: steps)
      if (outcome != .finished || !violations.isEmpty) && isMeant(machine) {
        return (outcome, violations, machine)
      }
    }
    return nil
  }

  private static var twice: [(Machine) -> Void] {
    [PropertyTests.initiator(6), PropertyTests.initiator(6)]
  }

  /// M1 and M2 hang; `Machine.run` ends them as a watchdog does, or would not return.
  @Test(arguments: [RendezvousPolicy.unlatchedKick, .deafHalt])
  func lostKicksHang(_ policy: RendezvousPolicy) throws {
    let habits: Machine.Habits = policy == .deafHalt ? .halts : []
    let found = try find(
      200, { try Machine(3, policy, seed: $0, habits: habits) }, Self.twice,
      // The kick that ends the machine can be lost as well.
      where: { $0.coordinator.snapshot().aborted > 0 })
    guard case .hung = try #require(found).outcome else {
      Issue.record("no hang")
      return
    }
    let aborted = try #require(found).machine.coordinator.snapshot().aborted
    #expect(aborted > 0)
  }

  /// W0: vcpus from 64 up never see that they are asked (W3).
  @Test func firstWordHangs() throws {
    let run: (Machine) -> Void = { machine in machine.meet(by: nil, CPUSet([65])) }
    let found = try find(
      50, { try Machine(66, .firstWord, seed: $0, habits: [], vcpus: [0, 65]) }, [run])
    guard case .hung = try #require(found).outcome else {
      Issue.record("no hang")
      return
    }
  }

  /// V2w: members from 64 up are left out (W3).
  @Test func firstWordSetLosesMembers() throws {
    let run: (Machine) -> Void = { machine in machine.meet(by: nil, CPUSet([63, 64, 65])) }
    let found = try find(
      1, { try Machine(66, .firstWordSet, seed: $0, vcpus: [0, 63, 64, 65]) }, [run])
    let violations = try #require(found).violations
    #expect(violations.contains { $0.hasPrefix("S8") })
    let missing = try #require(found).machine.coordinator.snapshot().missingMembers
    #expect(missing == 2)
  }

  /// V7n: members leave the guest for ever (L6).
  @Test func requestThatIsNotClearedLivelocks() throws {
    let found = try find(
      20, { try Machine(3, .noClear, seed: $0, habits: .exits) },
      [
        { machine in
          machine.meet(by: nil, .first(3))
          for member in 0..<3 { machine.host.members[member].entries = 0 }
          // Time for any of them to enter the guest.
          while machine.host.members[0].entries < 1 && !machine.isStopping {
            machine.threads.step()
          }
        }
      ], steps: 5000)
    #expect(try #require(found).outcome == .exhausted)
  }

  /// Plain lock-all deadlocks with a rendezvous (L5), and an abort ends it; helping asserts wrongly.
  @Test func plainLockAllDeadlocks() throws {
    let locker: (Machine) -> Void = { machine in
      let locked = machine.coordinator.lockAll()
      machine.coordinator.unlockAll(locked)
    }
    var policy = RendezvousPolicy.landed
    policy.lockAll = .plain
    let found = try find(
      100, { try Machine(3, policy, seed: $0, habits: .exits) },
      [PropertyTests.initiator(6), locker])
    #expect(try #require(found).outcome != .finished)
    policy.lockAll = .helping
    var failures: UInt64 = 0
    for seed in 1...UInt64(300) where failures == 0 {
      let machine = try Machine(3, policy, seed: seed, habits: .exits)
      _ = try machine.run([PropertyTests.initiator(6), locker])
      failures = machine.coordinator.snapshot().lockAllAssertionFailures
    }
    #expect(failures > 0)
  }

  static let mutants: [(CoordinatorMutation, RendezvousPolicy, Machine.Habits)] = [
    (.requestNotCleared, .landed, .exits), (.completionByEquality, .landed, .exits),
    (.stateReadBeforeRequestStore, .landed, []), (.actionRunTwice, .landed, .all),
    (.wakeNotSent, .landed, .exits), (.servedUnclaimed, .tryst, .halts), ([], .landed, .exits),
    ([], .tryst, .halts),
  ]

  /// Six bugs, each found by a property under some seed; without them nothing is.
  @Test(arguments: mutants.indices) func mutantsAreFound(_ index: Int) throws {
    let (mutation, policy, habits) = Self.mutants[index]
    let goes: (Machine) -> Void = { machine in
      for _ in 0..<4 {
        let member = machine.threads.random.below(3)
        machine.coordinator.deactivate(member)
        machine.threads.step()
        machine.coordinator.activate(member)
      }
    }
    let scripts = mutation == .completionByEquality ? Self.twice + [goes] : Self.twice
    let found = try find(
      200,
      { seed in
        let machine = try Machine(3, policy, seed: seed, habits: habits, mutations: mutation)
        if mutation == .completionByEquality { machine.wentInactive = .first(3) }
        return machine
      }, scripts)
    #expect((found != nil) == !mutation.isEmpty)
    guard let found else { return }
    let expected =
      switch mutation {
      case .requestNotCleared: "S2"
      case .actionRunTwice: "S4"
      case .servedUnclaimed: "S"
      // A hang: nobody can go on.
      default: ""
      }
    if expected.isEmpty {
      guard case .hung = found.outcome else {
        Issue.record("\(mutation): \(found.outcome) \(found.violations)")
        return
      }
    } else {
      #expect(found.violations.contains { $0.hasPrefix(expected) })
    }
  }

  /// The same seed gives the same run, step by step.
  @Test func seedsReplay() throws {
    func run(_ seed: UInt64) throws -> [Int] {
      let machine = try Machine(4, .baseline, seed: seed)
      _ = try machine.run(Self.twice)
      return [machine.threads.steps, machine.ranInExits, machine.host.kicked, machine.haltSpins]
        + machine.host.members.map(\.entries)
    }
    #expect(try run(11) == run(11))
    #expect(try run(11) != run(12))
  }
}
