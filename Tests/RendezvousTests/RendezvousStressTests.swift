import Glibc
import Synchronization
import Testing
import Threads

@testable import Rendezvous

/// Everything at once for a few seconds; also what the thread sanitizer is run on.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RendezvousStressTests {
  /// Policies under which nothing may be lost, each a row of the review's table.
  static let safePolicies: [RendezvousPolicy] = {
    var policies = RendezvousPolicy.presets
    for check in RendezvousPolicy.Check.allCases where check != .firstWord {
      for order in RendezvousPolicy.PublishOrder.allCases {
        var policy = RendezvousPolicy.landed
        policy.preset = "custom"
        policy.check = check
        policy.publishOrder = order
        policy.assertion = .kept
        policies.append(policy)
      }
    }
    var policy = RendezvousPolicy.landed
    policy.haltTest = .member
    policies.append(policy)
    return policies
  }()

  /// Eight vcpus that run, halt, idle and initiate; two operators that initiate; one that changes the
  /// policy; a reader without a lock.
  @Test func nothingIsLostUnderLoad() throws {
    let count = 8
    let end = MonotonicClock.nanoseconds() + 2_500_000_000
    let nextToken = Atomic<Int>(0)
    let taken = Atomic<Int>(0)
    let finished = Atomic<Int>(0)
    let wrong = Atomic<Int>(0)
    let asked = Guarded<[(token: Int, targets: CPUSet)]>([])
    let operators = Atomic<Int>(3)

    @Sendable func meet(_ machine: SimulatedMachine, by member: Int?, _ pattern: Int) {
      let token = nextToken.add(1, ordering: .relaxed).newValue
      // Sets of every kind: one, some, all.
      let targets = CPUSet((0..<count).filter { (pattern >> $0) & 1 == 1 })
      do throws(RendezvousAborted) {
        let done = try machine.coordinator.initiate(
          by: member, targets: targets, cause: RendezvousCause.allCases[token % 3],
          action: .init(token: token))
        taken.add(done.taken, ordering: .relaxed)
        finished.add(1, ordering: .relaxed)
        if done.isFinished && machine.host.executed(token) != targets {
          wrong.add(1, ordering: .relaxed)
        }
        asked.withLock { $0.append((token, targets)) }
      } catch {
        wrong.add(1, ordering: .relaxed)
      }
    }

    let machine = try SimulatedMachine(count, .landed) { machine, member in
      if MonotonicClock.nanoseconds() < end { meet(machine, by: member, 37 * member + 11) }
    }
    var threads: [TestThread] = []
    for number in 0..<2 {
      threads.append(
        try TestThread("operator") {
          var pattern = number
          while MonotonicClock.nanoseconds() < end {
            pattern = pattern &* 1_103_515_245 &+ 12_345
            meet(machine, by: nil, pattern >> 8 & 0xff)
          }
          operators.subtract(1, ordering: .sequentiallyConsistent)
        })
    }
    threads.append(
      try TestThread("policy") {
        var index = 0
        while MonotonicClock.nanoseconds() < end {
          machine.coordinator.setPolicy(Self.safePolicies[index % Self.safePolicies.count])
          index += 1
          // A policy in force for a moment: as long as it takes for some rendezvous to finish.
          let goal = finished.load(ordering: .relaxed) + 20
          waitUntil {
            finished.load(ordering: .relaxed) >= goal || MonotonicClock.nanoseconds() >= end
          }
        }
        operators.subtract(1, ordering: .sequentiallyConsistent)
      })

    var records: [RendezvousRecord] = []
    var isConsistent = true
    while operators.load(ordering: .sequentiallyConsistent) > 0 {
      let totals = machine.coordinator.snapshot()
      if totals.completed > totals.requested { isConsistent = false }
      machine.coordinator.records.drain(into: &records)
      sched_yield()
    }
    for thread in threads { thread.join() }
    machine.stop()
    machine.coordinator.records.drain(into: &records)

    let totals = machine.coordinator.snapshot()
    let total = finished.load(ordering: .relaxed)
    let errors = wrong.load(ordering: .relaxed)
    #expect(isConsistent)
    #expect(errors == 0)
    #expect(total > 100)
    #expect(totals.requested == UInt64(total))
    #expect(totals.completed == UInt64(total))
    #expect(totals.missingMembers == 0)
    #expect(totals.timeoutRescues == 0)
    #expect(machine.host.violationCount == 0)
    // Every finished rendezvous has one record, or was counted as dropped.
    let dropped = machine.coordinator.records.droppedCount
    #expect(UInt64(records.count) + dropped == UInt64(total))
    #expect(Set(records.map(\.id)).count == records.count)
    // Every member of every set ran its action once, by one of the three ways.
    let rows = asked.withLock { $0 }
    #expect(rows.allSatisfy { machine.host.executed($0.token) == $0.targets })
    let actions = rows.reduce(0) { $0 + $1.targets.count }
    let inExits = machine.ran.load(ordering: .relaxed)
    let byInitiators = taken.load(ordering: .relaxed)
    #expect(inExits + byInitiators + machine.host.helpedCount == actions)
  }

  /// Members come and go and the machine is reset while others meet: everything ends, nothing sticks.
  @Test func changesInMidFlightEndEverything() throws {
    let count = 8
    let end = MonotonicClock.nanoseconds() + 1_500_000_000
    let completed = Atomic<Int>(0)
    let aborted = Atomic<Int>(0)
    let running = Atomic<Int>(3)
    let machine = try SimulatedMachine(count, .landed) { $0 % 2 == 0 ? .guest : .wanders }
    var threads: [TestThread] = []
    for number in 0..<3 {
      threads.append(
        try TestThread("initiator") {
          var token = number
          while MonotonicClock.nanoseconds() < end {
            do throws(RendezvousAborted) {
              _ = try machine.coordinator.initiate(
                by: nil, targets: .first(count), cause: .operatorRequest,
                action: .init(token: token))
              completed.add(1, ordering: .relaxed)
            } catch {
              aborted.add(1, ordering: .relaxed)
            }
            token += 3
          }
          running.subtract(1, ordering: .sequentiallyConsistent)
        })
    }
    var step = 0
    while running.load(ordering: .sequentiallyConsistent) > 0 {
      machine.coordinator.deactivate(step % count)
      sched_yield()
      machine.coordinator.activate(step % count)
      if step % 64 == 63 { machine.coordinator.reset() }
      step += 1
    }
    for thread in threads { thread.join() }
    let done = try machine.coordinator.initiate(
      by: nil, targets: .first(count), cause: .operatorRequest, action: .init(token: -1))
    machine.stop()
    #expect(done.record.targets == .first(count))
    #expect(machine.host.executed(-1) == .first(count))
    let totals = machine.coordinator.snapshot()
    let finished = completed.load(ordering: .relaxed)
    #expect(totals.completed == UInt64(finished) + 1)
    // A reset also refuses those who have published nothing yet.
    #expect(totals.aborted <= UInt64(aborted.load(ordering: .relaxed)))
    #expect(totals.requested == totals.completed + totals.aborted)
    #expect(totals.missingMembers == 0)
    #expect(totals.timeoutRescues == 0)
    #expect(machine.host.violationCount == 0)
  }

  /// Waits that end by time-out all the time are not mistaken for lost wake-ups.
  @Test func timeOutsAreNoRescues() throws {
    let count = 4
    let machine = try SimulatedMachine(count, .landed, waitLimitNanoseconds: 20_000) {
      $0 == 3 ? .idles : .guest
    }
    let end = MonotonicClock.nanoseconds() + 1_000_000_000
    var token = 0
    while MonotonicClock.nanoseconds() < end {
      _ = try machine.coordinator.initiate(
        by: nil, targets: .first(count), cause: .operatorRequest, action: .init(token: token))
      token += 1
    }
    machine.stop()
    #expect(token > 100)
    #expect(machine.coordinator.snapshot().timeoutRescues == 0)
    #expect(machine.host.violationCount == 0)
  }
}
