import BenchFloor
import Commands
import Machine
import Rendezvous
import Telemetry

/// IPIs: round trips of two vcpus against the same guest under a loop in C, with the same exits and wake-ups; and
/// broadcasts of the demo guest against as many threads that are woken raw and make as many exits.
extension BenchmarkRun {
  func measureIPIs() throws(BenchmarkError) {
    let limit = min(try vcpuLimit(), MachineConfiguration.maximumVCPUs)
    let sizes = plan.sizes(from: 4, limit: limit)
    if min(plan.cpusUpTo, limit) < 2 {
      return omit(.ipi, "round trip", "it takes two vcpus")
    }
    try measureRoundTrip(parts: sizes.count + 1)
    for size in sizes { try measureBroadcast(to: size, parts: sizes.count + 1) }
  }

  private func measureRoundTrip(parts: Int) throws(BenchmarkError) {
    let name = "round trip, 2 vcpus"
    try begin(.ipi, name)
    let pair = try floor(FloorPair(device: plan.device), "two vcpus in C")
    let guest = try BenchmarkGuest(FLOOR_GUEST_PAIR, vcpus: 2, self)
    defer { guest.end() }
    // Both have begun.
    _ = try each(pair.run(rounds: 10), of: 10, name)
    try guest.wait(for: name) { $0.vcpus[0].interruptsInjected > 10 }
    let slice: UInt64 = plan.isShort ? 20_000_000 : 100_000_000
    var pairs = BenchmarkPairs()
    var rounds: UInt64 = 0
    var exits: UInt64 = 0
    try turns(.ipi, parts: parts) { () throws(BenchmarkError) in
      try guest.setStopped(true)
      // Ours is measured by time, the floor by as many rounds as it does in about that.
      let trial = try each(pair.run(rounds: 20), of: 20, name)
      let count = max(20, Int(Double(slice) / trial))
      let its = try each(pair.run(rounds: count), of: count, name)
      try guest.setStopped(false)
      let (time, first, last) = try guest.slice(slice, name, enough: 10) {
        $0.vcpus[0].interruptsInjected
      }
      rounds &+= last.vcpus[0].interruptsInjected &- first.vcpus[0].interruptsInjected
      exits &+= last.exits.total &- first.exits.total
      pairs.add(ours: [time], floor: [its])
    }
    var result = BenchmarkResult(
      .ipi, name, .nanoseconds, vcpus: 2, pairs: pairs,
      against: "the same guest under a loop in C, with the same exits")
    result.counts = [.init("rounds", rounds), .init("exits", exits)]
    add(result)
  }

  private func measureBroadcast(to size: Int, parts: Int) throws(BenchmarkError) {
    let name = "broadcast, \(size) vcpus"
    try begin(.ipi, name)
    let machine = try floor(
      FloorMachine(device: plan.device, vcpus: size, FLOOR_GUEST_PORT), "\(size) vcpus")
    // An EOI and a HLT of each.
    let crowd = try floor(
      FloorCrowd(threads: size - 1, machine: machine, exits: 2), "\(size - 1) threads")
    var configuration = configuration(vcpus: size, policy: .landed)
    configuration.scenario = .broadcast
    let guest = try BenchmarkGuest(configuration, self)
    defer { guest.end() }
    try guest.wait(for: name, pause: 1_000_000) { $0.vcpus[0].guestWork > 1 }
    let slice: UInt64 = plan.isShort ? 20_000_000 : 100_000_000
    var pairs = BenchmarkPairs()
    var rounds: UInt64 = 0
    var exits: UInt64 = 0
    try turns(.ipi, parts: parts) { () throws(BenchmarkError) in
      try guest.setStopped(true)
      let its = try sample(plan.isShort ? 2 : 16) { () throws(BenchmarkError) in
        // The sender's write to ICR, its HLT and its EOI.
        try each(crowd.wake(exits: 3), of: 1, "a wake-up of \(size - 1) threads")
      }
      try guest.setStopped(false)
      let (time, first, last) = try guest.slice(slice, name, enough: plan.isShort ? 2 : 20) {
        $0.vcpus[0].guestWork
      }
      rounds &+= last.vcpus[0].guestWork &- first.vcpus[0].guestWork
      exits &+= last.exits.total &- first.exits.total
      pairs.add(ours: [time], floor: its)
    }
    var result = BenchmarkResult(
      .ipi, name, .nanoseconds, vcpus: size, pairs: pairs,
      against: "threads woken by futex that make as many PIO exits")
    result.counts = [.init("rounds", rounds), .init("exits", exits)]
    add(result)
  }
}
