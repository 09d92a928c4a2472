import DeviceTraffic
import FuzzCorpus
import Testing

/// `TRYST_WRITE_CORPUS=1 swift test --filter DeviceTrafficTests` writes the corpus.
@Suite struct DeviceTrafficTests {
  @Test("Each file of the corpus is its program", arguments: CorpusProgram.all)
  func file(program: CorpusProgram) {
    // Not within the expectation, which would print all bytes.
    let isSame = FuzzCorpus(of: "FuzzDevices").holds(program.bytes, in: program.name)
    #expect(isSame)
  }

  @Test("What drivers do breaks no rule", arguments: CorpusProgram.all)
  func program(program: CorpusProgram) {
    var board = TrafficBoard(program.bytes)
    board.run()
    #expect(board.violation == nil)
    #expect(board.operations > 3)
  }

  @Test("What nobody would do breaks no rule", arguments: UInt64(1)...200)
  func noise(seed: UInt64) {
    // xorshift64*: the same programs on each run.
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    let bytes = (0..<2000).map { _ in
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return UInt8(truncatingIfNeeded: state &* 0x2545_F491_4F6C_DD1D >> 56)
    }
    var board = TrafficBoard(bytes)
    board.run()
    #expect(board.violation == nil)
    #expect(board.operations == TrafficBoard.operationLimit)
  }
}
