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
