import Comparison
import Rendezvous
import Telemetry
import Testing

@Test func countsAreDifferences() {
  var start = Snapshot()
  start.vcpus = [VCPUSnapshot()]
  start.vcpus[0].haltSpins = 3
  start.rendezvous.completed = 10
  start.rendezvous.kicks[.woken] = 7
  var end = start
  end.timeNanoseconds = 1_000
  end.vcpus[0].haltSpins = 5
  end.vcpus[0].rendezvousExits[.bystander] = 4
  end.rendezvous.completed = 16
  end.rendezvous.kicks[.woken] = 9
  let counts = ComparisonCounts(from: start, to: end)
  #expect(counts.nanoseconds == 1_000)
  #expect(counts.haltSpins == 2)
  #expect(counts.exits[.bystander] == 4)
  #expect(counts.completed == 6)
  #expect(counts.kicks[.woken] == 2)
}

@Test func meterTakesRecordsOfItsSliceOnly() {
  func entry(_ latency: UInt64, served: Int = 0) -> LogEntry {
    var record = RendezvousRecord(
      id: 1, cause: .initIPI, initiator: 0, targets: CPUSet([1]), startNanoseconds: 0,
      latencyNanoseconds: latency, slowest: 1, bystanders: 0, bystanderStallNanoseconds: 0,
      kicksSignalled: 1, kicksWoken: 0, kicksElided: 0)
    record.servedOnBehalf = served
    return LogEntry(timeNanoseconds: 0, event: .rendezvous(record))
  }
  var start = Snapshot()
  start.events = [entry(1_000_000)]
  var meter = ComparisonMeter(start: start)
  var middle = Snapshot()
  middle.events = [entry(10, served: 2), entry(12)]
  meter.absorb(middle)
  var end = Snapshot()
  let report = BrokenRendezvous(
    hazard: .hang, rendezvous: 4, policy: "first-word", ageNanoseconds: 5, culprits: [],
    culpritCount: 0)
  end.events = [entry(14), LogEntry(timeNanoseconds: 0, event: .rendezvousBroken(report))]
  let counts = meter.counts(at: end)
  #expect(counts.latency.count == 3)
  #expect(counts.latency.p50 == 12)
  #expect(counts.latency.max == 14)
  #expect(counts.servedOnBehalf == 2)
  #expect(counts.hangs == 1 && counts.livelocks == 0)
}

@Test func countsAdd() {
  var one = ComparisonCounts()
  one.completed = 3
  one.exits[.void] = 2
  one.broken[.livelock] = 1
  one.latency.count = 5
  one.latency.max = 70
  one.latency.p50 = 9
  var sum = one
  sum.add(one)
  #expect(sum.completed == 6)
  #expect(sum.spurious == 4)
  #expect(sum.livelocks == 2)
  #expect(sum.latency.count == 10 && sum.latency.max == 70)
  // A percentile of two runs is no sum of theirs.
  #expect(sum.latency.p50 == 0)
}
