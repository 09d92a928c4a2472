import Synchronization
import Testing
import Threads

@testable import Rendezvous

/// Faults that an experiment sets on a live machine.
@Suite(.timeLimit(.minutes(1))) struct FaultTests {
  @Test func scheduleIsDrawnFromItsSeed() {
    let schedule = FaultSchedule(seed: 7, maximumNanoseconds: 1000)
    let delays = (0..<400).map { schedule.delay(at: .beforeNotify, arrival: $0) }
    #expect(delays == (0..<400).map { schedule.delay(at: .beforeNotify, arrival: $0) })
    #expect(delays.allSatisfy { $0 <= 1000 })
    let none = delays.count { $0 == 0 }
    #expect(none > 200 && none < 380)
    let other = FaultSchedule(seed: 8, maximumNanoseconds: 1000)
    #expect(delays != (0..<400).map { other.delay(at: .beforeNotify, arrival: $0) })
  }

  @Test func looksAreHeldUpOnlyWhereAsked() {
    let coordinator = Coordinator.simulated(1, .landed)
    var faults = RendezvousFaults()
    faults[spinNanoseconds: .afterCheck] = 2_000_000
    coordinator.setFaults(faults)
    var start = MonotonicClock.nanoseconds()
    #expect(!coordinator.isPending(for: 0))
    #expect(MonotonicClock.nanoseconds() - start >= 2_000_000)
    // The usual look has no fault point in it.
    let caught = coordinator.request.check.load(ordering: .relaxed)
    #expect(caught == RendezvousRequest.CheckCode.member | RendezvousRequest.CheckCode.caught)
    coordinator.setFaults(RendezvousFaults())
    #expect(
      coordinator.request.check.load(ordering: .relaxed) == RendezvousRequest.CheckCode.member)
    coordinator.setPolicy(.double)
    faults = RendezvousFaults()
    faults[spinNanoseconds: .betweenCheckReads] = 2_000_000
    coordinator.setFaults(faults)
    coordinator.request.function.store(1, ordering: .sequentiallyConsistent)
    start = MonotonicClock.nanoseconds()
    _ = coordinator.isPending(for: 0)
    #expect(MonotonicClock.nanoseconds() - start >= 2_000_000)
  }

  @Test func droppedKickLeavesAMemberInTheGuest() throws {
    let coordinator = Coordinator.simulated(2, .landed)
    var faults = RendezvousFaults()
    faults.droppedKicks = 1
    coordinator.setFaults(faults)
    coordinator.host.members[1].become(.inGuest)
    let first = try Initiator(coordinator, targets: CPUSet([1]), token: 1)
    waitUntil { coordinator.progress != nil }
    waitUntil { coordinator.completion.wakeAll() == 1 }
    #expect(coordinator.host.members[1].wake.load() == 0)
    #expect(coordinator.abort(id: 1))
    #expect(first.finish() == nil)
    let second = try Initiator(coordinator, targets: CPUSet([1]), token: 2)
    coordinator.host.waitForNotifications(1)
    coordinator.host.members[1].become(.frozen)
    #expect(coordinator.exit(member: 1).ranAction)
    #expect(second.finish()?.record.kicksSignalled == 1)
  }

  @Test func earlyTimeOutsAreNoRescues() throws {
    let coordinator = Coordinator.simulated(2, .landed)
    var faults = RendezvousFaults()
    faults.earlyTimeouts = 50
    faults.schedule = FaultSchedule(seed: 1, maximumNanoseconds: 50_000)
    coordinator.setFaults(faults)
    let initiator = try Initiator(coordinator, targets: CPUSet([1]), token: 1)
    coordinator.host.waitForNotifications(1)
    #expect(coordinator.exit(member: 1).ranAction)
    #expect(initiator.finish() != nil)
    #expect(coordinator.snapshot().timeoutRescues == 0)
  }
}
