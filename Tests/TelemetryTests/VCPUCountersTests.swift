import Rendezvous
import Synchronization
import Testing
import Threads

@testable import Telemetry

@Suite(.timeLimit(.minutes(1))) struct VCPUCountersTests {
  /// One tick is one nanosecond.
  static let calibration = TimestampCalibration(start: TimestampPair(ticks: 0, nanoseconds: 0))
  static func at(_ ticks: UInt64) -> TimestampPair {
    TimestampPair(ticks: ticks, nanoseconds: ticks)
  }
  static func snapshot(_ counters: VCPUCounters, at ticks: UInt64 = 1) -> VCPUSnapshot {
    counters.snapshot(id: 3, guestSaw: 5, calibration: calibration, now: at(ticks))
  }

  @Test func everyCounterHasAPlaceOfItsOwn() {
    var all: [VCPUCounter] = ExitReason.allCases.map { .exit($0) }
    all += IPIKind.allCases.map { .ipi($0) }
    all += RendezvousExitClass.allCases.map { .rendezvous($0) }
    all += [
      .stallNanoseconds, .rendezvousTaken, .haltSpins, .assertionWouldFire,
      .checkLockWaitNanoseconds, .interruptsInjected, .nmisInjected, .eois, .unknownMSRs,
      .repairs, .singleSteps, .initResets, .startups,
    ]
    all += ExitReason.allCases.map { .handler($0) }
    #expect(all.map(\.index) == Array(0..<VCPUCounter.count))
  }

  @Test func timeInOurCodeGoesToTheLastExit() {
    let counters = VCPUCounters()
    counters.begin(.other, at: 900)
    counters.enterGuest(at: 1_000)
    counters.leaveGuest(at: 3_000)
    counters.countExit(.io)
    counters.enterGuest(at: 3_500)
    counters.leaveGuest(at: 4_000)
    #expect(counters.activitySince == 4_000)
    counters.countExit(.hlt)
    // The sleep is none of its handler's.
    counters.begin(.halted, at: 4_250)
    counters.begin(.other, at: 9_000)
    counters.begin(.guest, at: 9_100)
    let row = Self.snapshot(counters, at: 10_000)
    #expect(row.handlerNanoseconds[.io] == 500)
    #expect(row.handlerNanoseconds[.hlt] == 350)
    // What was before the first exit is no handler's, but time it was.
    #expect(row.handlerNanoseconds.total == 850 + row.handlerNanoseconds[.other])
    #expect(row.handlerNanoseconds[.other] == 100)
    #expect(row.guestNanoseconds == 2_000 + 500 + 900)
  }

  @Test func whatIsCountedIsShown() {
    let counters = VCPUCounters()
    for (number, reason) in ExitReason.allCases.enumerated() {
      counters.add(.exit(reason), UInt64(number + 1))
    }
    for (number, kind) in IPIKind.allCases.enumerated() {
      counters.add(.ipi(kind), UInt64(number + 20))
    }
    for (number, kind) in RendezvousExitClass.allCases.enumerated() {
      counters.add(.rendezvous(kind), UInt64(number + 40))
    }
    counters.add(.stallNanoseconds, 51)
    counters.add(.rendezvousTaken, 52)
    counters.add(.haltSpins, 53)
    counters.add(.assertionWouldFire, 54)
    counters.add(.checkLockWaitNanoseconds, 55)
    counters.add(.interruptsInjected, 56)
    counters.add(.nmisInjected, 57)
    counters.add(.eois, 58)
    counters.add(.eois)
    counters.add(.unknownMSRs, 60)
    counters.add(.repairs, 61)
    counters.add(.singleSteps, 62)
    counters.add(.initResets, 63)
    counters.add(.startups, 64)
    counters.addReceivedIPI()
    counters.setInstructionPointer(0xfff0)

    var expected = VCPUSnapshot()
    expected.id = 3
    expected.guestSaw = 5
    expected.rip = 0xfff0
    for (number, reason) in ExitReason.allCases.enumerated() {
      expected.exits[reason] = UInt64(number + 1)
    }
    for (number, kind) in IPIKind.allCases.enumerated() {
      expected.ipisSent[kind] = UInt64(number + 20)
    }
    for (number, kind) in RendezvousExitClass.allCases.enumerated() {
      expected.rendezvousExits[kind] = UInt64(number + 40)
    }
    expected.stallNanoseconds = 51
    expected.rendezvousTaken = 52
    expected.haltSpins = 53
    expected.assertionWouldFire = 54
    expected.checkLockWaitNanoseconds = 55
    expected.interruptsInjected = 56
    expected.nmisInjected = 57
    expected.eois = 59
    expected.unknownMSRs = 60
    expected.repairs = 61
    expected.singleSteps = 62
    expected.initResets = 63
    expected.startups = 64
    expected.ipisReceived = 1
    #expect(Self.snapshot(counters) == expected)
  }

  @Test func timeGoesToWhatTheVCPUDoes() {
    let counters = VCPUCounters()
    counters.begin(.guest, at: 100)
    // What goes on counts up to now.
    #expect(Self.snapshot(counters, at: 130).guestNanoseconds == 30)
    counters.begin(.other, at: 150)
    #expect(Self.snapshot(counters, at: 190).guestNanoseconds == 50)
    counters.begin(.halted, at: 200)
    #expect(Self.snapshot(counters, at: 1200).haltedNanoseconds == 1000)
    counters.begin(.guest, at: 1300)
    counters.begin(.other, at: 1301)
    let last = Self.snapshot(counters, at: 5000)
    #expect(last.haltedNanoseconds == 1100)
    #expect(last.guestNanoseconds == 51)
    // A reader whose clock was taken before the change loses nothing and invents nothing.
    counters.begin(.guest, at: 6000)
    #expect(Self.snapshot(counters, at: 5999).guestNanoseconds == 51)
  }

  @Test func totalsAreTheSumOfTheRowsWhileVCPUsCount() throws {
    let vcpus = (0..<3).map { _ in VCPUCounters() }
    let isStopping = Atomic<Bool>(false)
    let rounds = Atomic<UInt64>(0)
    var threads: [TestThread] = []
    for vcpu in vcpus {
      threads.append(
        try TestThread("vcpu") {
          var ticks: UInt64 = 0
          var own: UInt64 = 0
          while !isStopping.load(ordering: .relaxed) {
            for reason in ExitReason.allCases { vcpu.add(.exit(reason)) }
            for kind in RendezvousExitClass.allCases { vcpu.add(.rendezvous(kind)) }
            vcpu.add(.ipi(.fixed))
            for other in vcpus { other.addReceivedIPI() }
            ticks += 2
            vcpu.begin(.guest, at: ticks)
            ticks += 3
            vcpu.begin(.halted, at: ticks)
            own += 1
          }
          rounds.add(own, ordering: .relaxed)
        })
    }
    var previous = Snapshot()
    var previousTime: [UInt64] = [0, 0, 0]
    for _ in 0..<300 {
      var snapshot = Snapshot()
      for (id, vcpu) in vcpus.enumerated() {
        snapshot.vcpus.append(
          vcpu.snapshot(
            id: id, guestSaw: 0, calibration: Self.calibration, now: Self.at(1)))
      }
      // The same through the report, which is what leaves the house.
      let report = Report(snapshot, durationSeconds: 1).value
      let exits = try #require(report["rendezvous"]?["exits"])
      guard case .list(let rows)? = report["vcpus"] else {
        Issue.record("no rows")
        return
      }
      for kind in RendezvousExitClass.allCases {
        let total = exits["\(kind)"]
        let sum = rows.reduce(UInt64(0)) { sum, row in
          guard case .number(let value)? = row["rendezvous"]?["\(kind)"] else { return sum }
          return sum + value
        }
        #expect(total == .number(sum))
        #expect(snapshot.rendezvousExits[kind] >= previous.rendezvousExits[kind])
      }
      #expect(snapshot.exits.total == snapshot.vcpus.reduce(0) { $0 + $1.exits.total })
      // Time does not run backwards either, though it is read while it is booked.
      for (id, row) in snapshot.vcpus.enumerated() {
        let time = row.guestNanoseconds
        #expect(time >= previousTime[id])
        previousTime[id] = time
      }
      previous = snapshot
    }
    isStopping.store(true, ordering: .relaxed)
    for thread in threads { thread.join() }
    let total = rounds.load(ordering: .relaxed)
    let rows = vcpus.map { Self.snapshot($0) }
    #expect(rows.reduce(0) { $0 + $1.exits.total } == total * UInt64(ExitReason.allCases.count))
    // Fetch-add by several threads loses nothing.
    #expect(rows.reduce(0) { $0 + $1.ipisReceived } == total * 3)
  }
}

/// A thread of a test.
final class TestThread {
  private var handle: ThreadHandle?
  init(_ name: String, _ body: @escaping @Sendable () -> Void) throws {
    handle = try ThreadHandle.spawn(name: name, stackSize: 256 * 1024, body: body)
  }
  func join() { handle.take()?.join() }
}
