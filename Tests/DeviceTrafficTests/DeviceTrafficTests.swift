import DeviceTraffic
import Glibc
import Testing

/// The fuzzer's corpus is committed, so that fuzzing needs nothing but the fuzzer; it has to be what the
/// builders here make. `TRYST_WRITE_CORPUS=1 swift test --filter DeviceTrafficTests` writes it.
@Suite struct DeviceTrafficTests {
  private static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(2).joined(separator: "/") + "/FuzzDevices/Corpus"
  }()

  @Test("Each file of the corpus is its program", arguments: CorpusProgram.all)
  func file(program: CorpusProgram) throws {
    let path = "\(Self.folder)/\(program.name)"
    if getenv("TRYST_WRITE_CORPUS") != nil {
      let file = try #require(fopen(path, "wb"))
      #expect(fwrite(program.bytes, 1, program.bytes.count, file) == program.bytes.count)
      #expect(fclose(file) == 0)
    }
    let file = try #require(fopen(path, "rb"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: program.bytes.count + 1)
    let count = fread(&bytes, 1, bytes.count, file)
    #expect(Array(bytes.prefix(count)) == program.bytes)
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
