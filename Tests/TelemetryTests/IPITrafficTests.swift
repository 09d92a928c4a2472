import Testing

@testable import Telemetry

@Suite struct IPITrafficTests {
  @Test func countsEachOnce() {
    let traffic = IPITraffic(vcpus: 4)
    let before = traffic.version
    for _ in 0..<3 {
      traffic.add(vector: 0x40)
      traffic.add(destination: 2, vector: 0x40)
    }
    traffic.add(vector: 0xfd)
    traffic.addBroadcast()
    traffic.add(vector: 0x41)
    traffic.add(destination: 2, vector: 0x41)
    traffic.add(destination: 0, vector: 0x41)
    // One that does not exist is nobody's.
    traffic.add(destination: 9, vector: 0x41)
    let row = traffic.row(source: 1)
    #expect(row.source == 1 && row.broadcasts == 1)
    #expect(
      row.pairs == [
        IPITrafficRow.Pair(destination: 0, count: 1, lastVector: 0x41),
        IPITrafficRow.Pair(destination: 2, count: 4, lastVector: 0x41),
      ])
    #expect(
      row.vectors == [
        IPITrafficRow.VectorCount(vector: 0x40, count: 3),
        IPITrafficRow.VectorCount(vector: 0x41, count: 1),
        IPITrafficRow.VectorCount(vector: 0xfd, count: 1),
      ])
    #expect(traffic.version == before + 5)
  }

  @Test func nothingSentIsNoRow() {
    #expect(IPITraffic(vcpus: 1024).row(source: 7) == IPITrafficRow(source: 7))
    #expect(IPITraffic(vcpus: 0).version == 0)
  }
}
