import BenchFloor
import CKVM
import Machine
import Telemetry
import Threads

/// The exit loop: the same guest under ours and under a loop in C that does nothing but KVM_RUN.
extension BenchmarkRun {
  private struct ExitCase {
    let name: String
    let floorName: String
    let guest: floor_guest
    let isFlat: Bool
    /// What each of them has one of.
    let reason: ExitReason
    let exitsEach: UInt64
    /// Time of `count` of them under the floor.
    let floor: (FloorMachine, Int) -> UInt64
  }

  /// Time of a slice of each side, nanoseconds.
  private var exitSlice: UInt64 { plan.isShort ? 5_000_000 : 50_000_000 }

  func measureExits() throws(BenchmarkError) {
    let loop = "a loop of KVM_RUN in C"
    let injecting = "a loop in C that injects by dirty sync regs"
    let cases = [
      ExitCase(
        name: "PIO exit", floorName: loop, guest: FLOOR_GUEST_PORT, isFlat: false, reason: .io,
        exitsEach: 1
      ) { $0.run(exits: $1, reason: KVM_EXIT_IO) },
      ExitCase(
        name: "MMIO exit, APIC read", floorName: loop, guest: FLOOR_GUEST_MEMORY,
        isFlat: true, reason: .mmio, exitsEach: 1
      ) { $0.run(exits: $1, reason: KVM_EXIT_MMIO) },
      ExitCase(
        name: "interrupt: IPI, EOI", floorName: injecting, guest: FLOOR_GUEST_INTERRUPT,
        isFlat: false, reason: .wrmsr, exitsEach: 2
      ) { $0.run(rounds: $1, halts: false) },
      ExitCase(
        name: "interrupt: IPI, HLT, EOI", floorName: injecting, guest: FLOOR_GUEST_ROUND,
        isFlat: false, reason: .hlt, exitsEach: 1
      ) { $0.run(rounds: $1, halts: true) },
    ]
    for it in cases { try measure(it, parts: cases.count + 1) }
    try measureInterruptRound(parts: cases.count + 1)
  }

  private func measure(_ it: ExitCase, parts: Int) throws(BenchmarkError) {
    try begin(.exit, it.name)
    let floor = try floor(
      FloorMachine(device: plan.device, it.guest, isFlat: it.isFlat), "a bare machine")
    // As many as a slice takes.
    let each = try each(it.floor(floor, 100), of: 100, it.name)
    let count = max(100, Int(Double(exitSlice) / each))
    let guest = try BenchmarkGuest(it.guest, isFlat: it.isFlat, self)
    defer { guest.end() }
    var pairs = BenchmarkPairs()
    var exits: UInt64 = 0
    var steps: UInt64 = 0
    try turns(.exit, parts: parts) { () throws(BenchmarkError) in
      try guest.setStopped(true)
      let its = try self.each(it.floor(floor, count), of: count, it.name)
      try guest.setStopped(false)
      let (time, first, last) = try guest.slice(exitSlice, it.name, enough: 10) {
        $0.exits[it.reason]
      }
      exits &+= last.exits.total &- first.exits.total
      steps &+= last.sum(\.singleSteps) &- first.sum(\.singleSteps)
      pairs.add(ours: [time * Double(it.exitsEach)], floor: [its])
    }
    var result = BenchmarkResult(.exit, it.name, .nanoseconds, pairs: pairs, against: it.floorName)
    // Hosts that miss short interrupt windows are stepped to them.
    result.counts = [.init("exits", exits), .init("singleSteps", steps)]
    add(result)
  }
}
