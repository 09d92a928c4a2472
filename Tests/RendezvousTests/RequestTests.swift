import Testing

@testable import Rendezvous
@testable import Threads

@Suite struct RequestTests {
  @Test func hotLookUsesTheRawValuesOfThePolicy() {
    typealias Code = RendezvousRequest.CheckCode
    #expect(Code.of(.anyFunction) == Code.anyFunction)
    #expect(Code.of(.member) == Code.member)
    for check in RendezvousPolicy.Check.allCases { #expect(Code.check(Code.of(check)) == check) }
    let halt = RendezvousRequest.HaltCode.anyFunction
    #expect(halt == RendezvousPolicy.HaltTest.anyFunction.rawValue)
    #expect(RendezvousRequest.HaltCode.none == RendezvousPolicy.HaltTest.none.rawValue)
  }

  /// Whom each look tells to leave when a rendezvous of vcpu 65 is half published, in progress, and
  /// over without its set being cleared: (member 65, bystander 1).
  @Test(arguments: [
    (RendezvousPolicy.Check.anyFunction, [false, false, true, true, false, false]),
    (.lockedMember, [true, false, true, false, true, false]),
    (.member, [true, false, true, false, true, false]),
    (.notEmpty, [true, true, true, true, true, true]),
    (.firstWord, [false, false, false, false, false, false]),
    (.functionAndMember, [false, false, true, false, false, false]),
    (.memberAndFunction, [false, false, true, false, false, false]),
  ])
  func looks(_ check: RendezvousPolicy.Check, _ expected: [Bool]) {
    var policy = RendezvousPolicy.landed
    policy.check = check
    let request = Coordinator.simulated(128, policy).request
    var seen: [Bool] = []
    func look() { seen += [request.isPending(for: 65), request.isPending(for: 1)] }
    request.requested.store(CPUSet([65]))
    look()
    request.function.store(1, ordering: .sequentiallyConsistent)
    look()
    request.function.store(0, ordering: .sequentiallyConsistent)
    look()
    #expect(seen == expected)
  }

  @Test(arguments: [
    (RendezvousPolicy.HaltTest.anyFunction, HaltVerdict.member, HaltVerdict.bystander),
    (.member, .member, .sleep), (.none, .sleep, .sleep),
  ])
  func halts(_ test: RendezvousPolicy.HaltTest, _ member: HaltVerdict, _ bystander: HaltVerdict) {
    var policy = RendezvousPolicy.baseline
    policy.haltTest = test
    let request = Coordinator.simulated(128, policy).request
    #expect(request.mayHalt(65) == .sleep)
    request.requested.store(CPUSet([65]))
    #expect(request.mayHalt(65) == .sleep)
    request.function.store(1, ordering: .sequentiallyConsistent)
    #expect(request.mayHalt(65) == member)
    #expect(request.mayHalt(1) == bystander)
  }

  @Test func orderAndFilterFollowThePolicy() {
    var policy = RendezvousPolicy.landed
    let coordinator = Coordinator.simulated(1, policy)
    #expect(coordinator.request.injectsBeforeCheck)
    #expect(!coordinator.request.filtersEdgeChanges)
    policy.injectionOrder = .checkThenInject
    policy.triggerModeFilter = .levelOnly
    coordinator.setPolicy(policy)
    #expect(!coordinator.request.injectsBeforeCheck)
    #expect(coordinator.request.filtersEdgeChanges)
    #expect(coordinator.policy == policy)
  }

  @Test func waitForTheLockInTheLookIsTimed() throws {
    var policy = RendezvousPolicy.landed
    policy.check = .lockedMember
    let coordinator = Coordinator.simulated(1, policy)
    var wait: UInt64 = 0
    #expect(!coordinator.request.isPending(for: 0, addingLockWaitTo: &wait))
    #expect(wait == 0)
    let lock = coordinator.guarded.lock
    lock.lock()
    let thread = try TestThread("looker") {
      var wait: UInt64 = 0
      _ = coordinator.request.isPending(for: 0, addingLockWaitTo: &wait)
      coordinator.host.notified.store(wait > 0 ? 1 : 2)
    }
    // 2: somebody sleeps, or is about to, for the lock.
    waitUntil { lock.state.load() == 2 }
    lock.unlock()
    thread.join()
    #expect(coordinator.host.notified.load() == 1)
  }
}
