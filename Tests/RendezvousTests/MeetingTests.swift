import Synchronization
import Testing
import Threads

@testable import Rendezvous

/// Simulated vcpus on threads of their own.
@Suite(.serialized, .timeLimit(.minutes(3))) struct MeetingTests {
  /// Members in the guest, in HLT and idle, for each size at which a set of words has an edge.
  @Test(arguments: [1, 2, 63, 64, 65, 128, 129, 255, 256, 257, 300])
  func exactlyTheTargetsMeetAtEachEdge(_ count: Int) throws {
    for policy in [RendezvousPolicy.landed, .tryst] { try exactlyTheTargetsMeet(count, policy) }
  }

  /// The other designs, which have no set of their own, in few sizes: hundreds of threads keep this machine
  /// from everything else.
  @Test(arguments: [2, 65, 129], RendezvousPolicy.presets)
  func exactlyTheTargetsMeet(_ count: Int, _ policy: RendezvousPolicy) throws {
    let machine = try SimulatedMachine(count, policy) { member in
      switch member % 4 {
      case 0: .guest
      case 1: .halts
      case 2: .idles
      default: .wanders
      }
    }
    defer { machine.stop() }
    let edges = [0, 1, 62, 63, 64, 65, 127, 128, 191, 192, 254, 255, 256, 257, 299]
    var destinations = edges.map { CPUSet([$0]) }
    destinations += [CPUSet([63, 64]), CPUSet([255, 256]), .first(count)]
    for (token, destination) in destinations.enumerated() {
      let expected = destination.intersection(.first(count))
      let done = try machine.coordinator.initiate(
        by: nil, targets: destination, cause: .operatorRequest, action: .init(token: token))
      if policy.waiting == .nobody { waitUntil { machine.host.executed(token) == expected } }
      #expect(machine.host.executed(token) == expected)
      #expect(done.record.targets == expected)
      let record = done.record
      let kicks = record.kicksSignalled + record.kicksWoken + record.kicksElided
      #expect(kicks == expected.count)
      if let slowest = record.slowest { #expect(expected.contains(slowest)) }
    }
    if policy.waiting == .nobody { waitUntil { machine.coordinator.locked { $0.isAtRest } } }
    let totals = machine.coordinator.snapshot()
    #expect(totals.completed == UInt64(destinations.count))
    #expect(totals.requested == totals.completed)
    #expect(totals.missingMembers == 0)
    #expect(totals.timeoutRescues == 0)
    #expect(machine.host.violationCount == 0)
  }

  /// What D37390 is for: nobody but members ever exits, however often others meet.
  @Test func landedPolicyStallsNobodyElse() throws {
    let machine = try SimulatedMachine(4, .landed) { $0 == 2 ? .halts : .guest }
    for token in 0..<3000 {
      _ = try machine.coordinator.initiate(
        by: nil, targets: CPUSet([token % 3]), cause: .initIPI, action: .init(token: token))
    }
    machine.stop()
    #expect(machine.exits(.bystander) == 0)
    #expect(machine.exits(.void) == 0)
    #expect(machine.stall.load(ordering: .relaxed) == 0)
    #expect(machine.exits(.member) + machine.exits(.early) == 3000)
    #expect(machine.coordinator.snapshot().timeoutRescues == 0)
    #expect(machine.host.violationCount == 0)
  }

  /// Every vcpu initiates at once, each for all: each first takes part in the others'.
  @Test(arguments: [2, 3, 8], RendezvousPolicy.presets)
  func concurrentInitiatorsAllComplete(_ count: Int, _ policy: RendezvousPolicy) throws {
    let rounds = 20
    let left = FutexWord(UInt32(count * rounds))
    let taken = Atomic<Int>(0)
    let failures = Atomic<Int>(0)
    let machine = try SimulatedMachine(count, policy) { machine, member in
      for round in 0..<rounds where left.load() != 0 {
        let token = member * rounds + round
        if !machine.host.executed(token).isEmpty { continue }
        do throws(RendezvousAborted) {
          let done = try machine.coordinator.initiate(
            by: member, targets: .first(count), cause: .redirectionEntry,
            action: .init(token: token))
          taken.add(done.taken, ordering: .relaxed)
        } catch {
          failures.add(1, ordering: .relaxed)
        }
        left.add(.max)
        left.wakeAll()
      }
    }
    // Those that begin by sleeping are woken to initiate.
    for member in machine.host.members { member.kick() }
    while true {
      let remaining = left.load()
      if remaining == 0 { break }
      if policy.waiting == .everybody && policy.service == .ownThread {
        _ = left.wait(whileEqualTo: remaining)
      } else {
        // A member that applies all at one exit, before it was ever in the guest, is not kicked again, and
        // one that halts at first is not woken for what others do for it.
        let soon = MonotonicClock.nanoseconds() + 5_000_000
        _ = left.wait(whileEqualTo: remaining, untilNanoseconds: soon)
        for member in machine.host.members { member.kick() }
      }
    }
    machine.stop()
    for token in 0..<(count * rounds) {
      #expect(machine.host.executed(token) == .first(count))
    }
    let totals = machine.coordinator.snapshot()
    #expect(totals.completed == UInt64(count * rounds))
    #expect(totals.requested(.redirectionEntry) == totals.completed)
    #expect(machine.host.violationCount == 0)
    // Each action ran in an exit, by an initiator, or on behalf of an idle member.
    let inExits = machine.ran.load(ordering: .relaxed)
    let byInitiators = taken.load(ordering: .relaxed)
    #expect(inExits + byInitiators + machine.host.helpedCount == count * count * rounds)
    let failed = failures.load(ordering: .relaxed)
    #expect(failed == 0)
  }
}
