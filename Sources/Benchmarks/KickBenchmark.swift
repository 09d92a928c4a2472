import BenchFloor
import Machine
import Rendezvous
import Telemetry

/// One vcpu that is called: a rendezvous of it alone, against a raw kick or wake-up that is answered.
extension BenchmarkRun {
  func measureKicks() throws(BenchmarkError) {
    let parts = 3
    let raw = "pthread_kill with immediate_exit, answered by futex"
    try measureKick("from the guest, spinning", FLOOR_GUEST_SPIN, against: raw, parts: parts)
    try measureKick("from a loop of PIO exits", FLOOR_GUEST_PORT, against: raw, parts: parts)
    try measureWake(parts: parts)
  }

  private func measureKick(
    _ name: String, _ code: floor_guest, against floorName: String, parts: Int
  ) throws(BenchmarkError) {
    try begin(.kick, name)
    let guest = try BenchmarkGuest(code, self)
    defer { guest.end() }
    var pairs = BenchmarkPairs()
    var signalled = 0
    try turns(.kick, parts: parts) { () throws(BenchmarkError) in
      // One spinner at a time: on few processors they would wait for each other.
      try guest.setStopped(true)
      let its = try rawKicks(code)
      try guest.setStopped(false)
      try guest.wait(for: "the guest") { $0.vcpus[0].state == .running }
      let ours = try sample(kicksPerTurn) { () throws(BenchmarkError) in
        let (nanoseconds, record) = try guest.meet()
        signalled += record.kicksSignalled
        return nanoseconds
      }
      pairs.add(ours: ours, floor: its)
    }
    add(kick(name, pairs, against: floorName, count: .init("signalled", UInt64(signalled))))
  }

  private var kicksPerTurn: Int { plan.isShort ? 2 : 16 }

  /// The floor's, on a machine of its own that ends with them.
  private func rawKicks(_ code: floor_guest) throws(BenchmarkError) -> [Double] {
    let machine = try floor(FloorMachine(device: plan.device, code), "a bare machine")
    let kick = try floor(FloorKick(machine), "a thread")
    // The first ones meet a guest that has only begun.
    for _ in 0..<3 { _ = try each(kick.once(), of: 1, "a kick") }
    return try sample(kicksPerTurn) { () throws(BenchmarkError) in
      try each(kick.once(), of: 1, "a kick")
    }
  }

  private func measureWake(parts: Int) throws(BenchmarkError) {
    let name = "from HLT"
    try begin(.kick, name)
    let crowd = try floor(FloorCrowd(threads: 1), "a thread")
    let guest = try BenchmarkGuest(FLOOR_GUEST_CROWD, isFlat: true, self)
    defer { guest.end() }
    try guest.awaitHalted()
    var pairs = BenchmarkPairs()
    var woken = 0
    try turns(.kick, parts: parts) { () throws(BenchmarkError) in
      let its = try sample(kicksPerTurn) { () throws(BenchmarkError) in
        try each(crowd.wake(), of: 1, "a wake-up")
      }
      let ours = try sample(kicksPerTurn) { () throws(BenchmarkError) in
        let (nanoseconds, record) = try guest.meet()
        woken += record.kicksWoken
        return nanoseconds
      }
      pairs.add(ours: ours, floor: its)
    }
    add(
      kick(
        name, pairs, against: "a thread woken by futex, answering",
        count: .init("woken", UInt64(woken))))
  }

  private func kick(
    _ name: String, _ pairs: BenchmarkPairs, against floorName: String,
    count: BenchmarkResult.Count
  ) -> BenchmarkResult {
    var result = BenchmarkResult(.kick, name, .nanoseconds, pairs: pairs, against: floorName)
    result.isLatency = true
    result.counts = [count]
    return result
  }
}
