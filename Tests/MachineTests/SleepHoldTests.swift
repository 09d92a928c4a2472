import Rendezvous
import Synchronization
import Telemetry
import Testing
import Threads

@testable import Machine

/// A vcpu's cell, held in its sleep by one thread while another is its vcpu's: no KVM.
@Suite struct SleepHoldTests {
  private func cell(_ state: RunState) -> VCPUCell {
    let cell = VCPUCell(id: 1, of: 2)
    cell.runState.store(state.rawValue, ordering: .sequentiallyConsistent)
    return cell
  }

  @Test("Only who sleeps can be held asleep, only who is idle can be held idle")
  func states() {
    for state: RunState in [
      .idle, .frozen, .running, .kicked, .sleeping, .held, .heldIdleAwaited, .heldAsleep,
      .heldAwaited,
    ] {
      let isHeld = cell(state).holdAsleep()
      #expect(isHeld == (state == .sleeping), "\(state)")
    }
  }

  @Test("A request that comes while the vcpu is held rings its bell")
  func kicks() {
    let cell = cell(.sleeping)
    let isHeld = cell.holdAsleep()
    #expect(isHeld)
    let seen = cell.sleepWord.load()
    #expect(cell.kick() == .woken)
    #expect(cell.sleepWord.load() != seen)
    cell.releaseAsleep()
    #expect(cell.runState.load(ordering: .relaxed) == RunState.sleeping.rawValue)
    #expect(cell.state == .vmm || cell.state == .halted)
  }

  @Test("Nobody is woken by a hold, but the bootstrap processor that an INIT starts anew")
  func quiet() {
    let processor = cell(.sleeping)
    let seen = processor.sleepWord.load()
    _ = processor.holdAsleep()
    processor.acceptINIT()
    processor.releaseAsleep()
    #expect(processor.sleepWord.load() == seen)
    let bootstrap = VCPUCell(id: 0, of: 2)
    bootstrap.runState.store(RunState.sleeping.rawValue, ordering: .sequentiallyConsistent)
    let before = bootstrap.sleepWord.load()
    _ = bootstrap.holdAsleep()
    bootstrap.acceptINIT()
    bootstrap.releaseAsleep()
    #expect(bootstrap.sleepWord.load() != before)
  }

  @Test("An INIT that had to wait for its turn is followed by a SIPI all the same")
  func announcedEarly() {
    let cell = cell(.frozen)
    cell.announceINIT()
    // Another's INIT and SIPI come first, and are acted on.
    cell.acceptINIT()
    let isTaken = cell.postStartup(vector: 0x10)
    #expect(isTaken)
    cell.requests.store(0, ordering: .relaxed)
    cell.acceptINIT()
    let isTakenAgain = cell.postStartup(vector: 0x10)
    #expect(isTakenAgain)
  }

  @Test("A SIPI that is faster than the INIT announced before it is kept, and is the only one")
  func fastStartup() {
    let cell = cell(.running)
    cell.announceINIT()
    let isTaken = cell.postStartup(vector: 0x10)
    #expect(isTaken)
    cell.acceptINIT()
    let asked = VCPURequest(rawValue: cell.requests.load(ordering: .relaxed))
    #expect(asked.isSuperset(of: [.initReset, .startup]))
    let isTakenAgain = cell.postStartup(vector: 0x10)
    #expect(!isTakenAgain)
    // One that came before the next INIT must not start the vcpu after it.
    cell.announceINIT()
    #expect(!VCPURequest(rawValue: cell.requests.load(ordering: .relaxed)).contains(.startup))
  }

  @Test("A vcpu that wakes goes on only when it is released: 20,000 holds against its sleeps")
  func exclusion() throws {
    let cell = cell(.frozen)
    let isEnding = Atomic<Bool>(false)
    // Plain values by turns: written while held, and by the vcpu while it is out of its sleep.
    let inside = Atomic<Int>(0)
    let clashes = Atomic<Int>(0)
    var held = 0
    try withBusyThread {
      while !isEnding.load(ordering: .relaxed) {
        cell.runState.store(RunState.sleeping.rawValue, ordering: .sequentiallyConsistent)
        cell.leaveSleep()
        if inside.add(1, ordering: .sequentiallyConsistent).oldValue != 0 {
          clashes.add(1, ordering: .relaxed)
        }
        inside.subtract(1, ordering: .sequentiallyConsistent)
      }
    } meanwhile: {
      let limit = MonotonicClock.nanoseconds() + 20_000_000_000
      while held < 20_000 && MonotonicClock.nanoseconds() < limit {
        guard cell.holdAsleep() else { continue }
        held += 1
        if inside.add(1, ordering: .sequentiallyConsistent).oldValue != 0 {
          clashes.add(1, ordering: .relaxed)
        }
        inside.subtract(1, ordering: .sequentiallyConsistent)
        cell.releaseAsleep()
      }
      isEnding.store(true, ordering: .relaxed)
    }
    #expect(held == 20_000)
    #expect(clashes.load(ordering: .relaxed) == 0)
  }

  @Test("An idle vcpu goes on when it is released, or after its time")
  func idle() throws {
    let patient = cell(.idle)
    patient.leaveIdle(after: 1_000_000)
    #expect(patient.runState.load(ordering: .relaxed) == RunState.frozen.rawValue)
    let cell = cell(.idle)
    let isHeld = cell.runState.compareExchange(
      expected: RunState.idle.rawValue, desired: RunState.held.rawValue,
      ordering: .sequentiallyConsistent
    ).exchanged
    #expect(isHeld)
    let hasLeft = Atomic<Bool>(false)
    let wasEarly = try withBusyThread {
      cell.leaveIdle(after: 0)
      hasLeft.store(true, ordering: .sequentiallyConsistent)
    } meanwhile: {
      while cell.runState.load(ordering: .sequentiallyConsistent)
        != RunState.heldIdleAwaited.rawValue
      {}
      let wasEarly = hasLeft.load(ordering: .sequentiallyConsistent)
      cell.releaseIdle()
      return wasEarly
    }
    #expect(!wasEarly)
    #expect(cell.runState.load(ordering: .relaxed) == RunState.frozen.rawValue)
  }
}
