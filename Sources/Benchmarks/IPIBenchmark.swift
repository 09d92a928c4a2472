import BenchFloor
import Machine
import Telemetry

/// IPIs: to one vcpu or to all others, FIXED or NMI, until the last of them has answered. The same guest under ours, under
/// a loop in C with a thread for each vcpu and the same exits and wake-ups, and under QEMU with KVM's own interrupt
/// controllers, which is the limit: hardly anything exits there.
extension BenchmarkRun {
  /// What is sent.
  private struct IPICase {
    var vcpus: Int
    var isNMI: Bool

    var name: String {
      let kind = isNMI ? "NMI" : "FIXED"
      return vcpus == 2 ? "\(kind), pair" : "\(kind) to \(vcpus - 1)"
    }

    /// The guest that does so: the ICR's value goes by x2APIC, FIXED is vector 0x41 (SDM vol. 3, "Interrupt Command
    /// Register (ICR)").
    var code: [UInt8] {
      var code = Floor.code(FLOOR_GUEST_IPI)
      let kind: UInt64 = isNMI ? 0x4400 : 0x4041
      let destination: UInt64 = vcpus == 2 ? 1 << 32 : 0xc0000
      let place = FLOOR_IPI_OTHERS_OFFSET
      for byte in 0..<2 { code[place + byte] = UInt8((vcpus - 1) >> (8 * byte) & 0xff) }
      for byte in 0..<8 {
        code[FLOOR_IPI_COMMAND_OFFSET + byte] =
          UInt8(truncatingIfNeeded: (kind | destination) >> (8 * UInt64(byte)))
      }
      return code
    }
  }

  /// Vcpus that QEMU is asked for at most: beyond, its own start takes the section's time.
  private static let mostOfQEMU = 64

  func measureIPIs() throws(BenchmarkError) {
    let limit = min(try vcpuLimit(), MachineConfiguration.maximumVCPUs)
    guard min(plan.cpusUpTo, limit) >= 2 else { return omit(.ipi, "IPIs", "they take two vcpus") }
    // The demo guest's place is where the bench's real-mode guests run.
    let sizes = [2] + plan.sizes(from: 4, limit: limit)
    let cases = sizes.flatMap { size in
      [false, true].map { IPICase(vcpus: size, isNMI: $0) }
    }
    if !QEMU.isInstalled { omit(.ipi, "QEMU", "\(QEMU.program) is not installed") }
    for it in cases { try measure(it, parts: cases.count) }
  }

  private func measure(_ it: IPICase, parts: Int) throws(BenchmarkError) {
    try begin(.ipi, it.name)
    let code = it.code
    let machine = try floor(
      FloorMachine(device: plan.device, vcpus: it.vcpus, code: code), "\(it.vcpus) vcpus")
    let mesh = try floor(FloorMesh(machine, hasFirst: false), "\(it.vcpus) threads")
    let guest = try BenchmarkGuest(code: code, vcpus: it.vcpus, self)
    defer { guest.end() }
    let qemu = limit(it, code)
    // All have begun.
    _ = try each(mesh.run(rounds: 4), of: 4, it.name)
    try guest.wait(for: it.name, pause: it.vcpus > 64 ? 1_000_000 : 0) {
      $0.vcpus[0].interruptsInjected > 4
    }
    let slice: UInt64 = plan.isShort ? 20_000_000 : 100_000_000
    var (pairs, exits, limits) = (BenchmarkPairs(), BenchmarkPairs(), BenchmarkPairs())
    var (rounds, steps, firstSteps): (UInt64, UInt64, UInt64) = (0, 0, 0)
    try turns(.ipi, parts: parts) { () throws(BenchmarkError) in
      try guest.setStopped(true)
      // Ours is measured by time, the floor by as many rounds as it does in about that.
      let trial = try each(mesh.run(rounds: 4), of: 4, it.name)
      let count = max(4, Int(Double(slice) / trial))
      let before = mesh.exits
      let its = try each(mesh.run(rounds: count), of: count, it.name)
      let itsExits = Double(mesh.exits &- before) / Double(count)
      let most = qemu?.round(within: slice)
      try guest.setStopped(false)
      let (time, first, last) = try guest.slice(slice, it.name, enough: 4) {
        $0.vcpus[0].interruptsInjected
      }
      let done = last.vcpus[0].interruptsInjected &- first.vcpus[0].interruptsInjected
      rounds &+= done
      steps &+= last.sum(\.singleSteps) &- first.sum(\.singleSteps)
      firstSteps &+= last.vcpus[0].singleSteps &- first.vcpus[0].singleSteps
      pairs.add(ours: [time], floor: [its])
      exits.add(
        ours: [Double(last.exits.total &- first.exits.total) / Double(done)], floor: [itsExits])
      if let most { limits.add(ours: [time], floor: [most]) }
    }
    var result = BenchmarkResult(
      .ipi, it.name, .nanoseconds, vcpus: it.vcpus, pairs: pairs,
      against: "the same guest under a loop in C, with the same exits")
    let perRound = Double(it.vcpus) * 1e9
    result.counts = [
      .init("rounds", rounds), .init("singleSteps", steps),
      .init("singleStepsOfFirst", firstSteps),
      .init("ipisPerSecond", UInt64(perRound / max(1, pairs.ours.median ?? 1))),
    ]
    add(result)
    add(
      BenchmarkResult(
        .ipi, "\(it.name): exits", .exits, vcpus: it.vcpus, pairs: exits,
        against: result.floorName))
    if qemu != nil {
      add(
        BenchmarkResult(
          .ipi, "\(it.name), QEMU", .nanoseconds, vcpus: it.vcpus, pairs: limits,
          against: "the same guest under QEMU, interrupt controllers in KVM"))
    }
  }

  /// QEMU with that guest; nil, and noted, where it does not get so far.
  private func limit(_ it: IPICase, _ code: [UInt8]) -> QEMU? {
    guard QEMU.isInstalled, it.vcpus <= Self.mostOfQEMU else { return nil }
    if let qemu = QEMU(code, vcpus: it.vcpus) { return qemu }
    omit(.ipi, "\(it.name), QEMU", "\(QEMU.program) does not run this guest")
    return nil
  }
}
