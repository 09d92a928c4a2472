import BenchFloor
import Machine
import Telemetry
import Threads

/// An interrupt round: a vcpu asleep in HLT, an interrupt as a device's, its handler with the EOI, the next HLT. The
/// interrupts of the exit loop are the guest's own, so where a HLT is to take one it was sent with interrupts off, and
/// hosts that miss short windows are stepped to it. Here it comes while the vcpu sleeps, under both sides, and no window
/// has to be found.
extension BenchmarkRun {
  private static let vector: UInt8 = 0x40

  func measureInterruptRound(parts: Int) throws(BenchmarkError) {
    let name = "interrupt: HLT, EOI, HLT"
    try begin(.exit, name)
    let machine = try floor(FloorMachine(device: plan.device, FLOOR_GUEST_SLEEPER), "a machine")
    let mesh = try floor(FloorMesh(machine, hasFirst: true), "a thread")
    let guest = try BenchmarkGuest(FLOOR_GUEST_SLEEPER, self)
    defer { guest.end() }
    try guest.awaitHalted()
    let rounds = plan.isShort ? 4 : 32
    var pairs = BenchmarkPairs()
    let before = guest.machine.snapshot()
    try turns(.exit, parts: parts) { () throws(BenchmarkError) in
      let its = try sample(rounds) { () throws(BenchmarkError) in
        try each(mesh.interrupt(vector: Self.vector), of: 1, "an interrupt")
      }
      let ours = try sample(rounds) { () throws(BenchmarkError) in
        try guest.interrupt(vector: Self.vector)
      }
      pairs.add(ours: ours, floor: its)
    }
    let after = guest.machine.snapshot()
    var result = BenchmarkResult(
      .exit, name, .nanoseconds, pairs: pairs,
      against: "a thread in C, woken by futex, that injects by dirty sync regs")
    result.isLatency = true
    result.counts = [
      .init("exits", after.exits.total &- before.exits.total),
      .init("interrupts", after.sum(\.interruptsInjected) &- before.sum(\.interruptsInjected)),
      .init("singleSteps", after.sum(\.singleSteps) &- before.sum(\.singleSteps)),
    ]
    add(result)
  }
}

extension BenchmarkGuest {
  /// Nanoseconds from giving the first vcpu `vector`, which sleeps, until it halts again.
  func interrupt(vector: UInt8) throws(BenchmarkError) -> Double {
    let halts = machine.halts(of: 0)
    let begin = MonotonicClock.nanoseconds()
    machine.interrupt(0, vector: vector)
    // As the floor waits: a snapshot takes longer than a look at one number.
    let limit = begin &+ 10_000_000_000
    while machine.halts(of: 0) == halts {
      if MonotonicClock.nanoseconds() > limit { throw .guest("no HLT after an interrupt") }
      Pause.yield()
    }
    return Double(MonotonicClock.nanoseconds() &- begin)
  }
}
