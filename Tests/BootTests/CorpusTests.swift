import Glibc
import Testing

/// The fuzzer's corpus is committed, so that fuzzing needs nothing but the fuzzer; it has to be what the
/// builders here make. `TRYST_WRITE_CORPUS=1 swift test --filter CorpusTests` writes it.
@Suite struct CorpusTests {
  private static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(2).joined(separator: "/") + "/FuzzBoot/Corpus"
  }()

  @Test("Each file of the corpus is its image", arguments: CorpusImage.all)
  func file(image: CorpusImage) throws {
    let path = "\(Self.folder)/\(image.name)"
    if getenv("TRYST_WRITE_CORPUS") != nil {
      let file = try #require(fopen(path, "wb"))
      #expect(fwrite(image.bytes, 1, image.bytes.count, file) == image.bytes.count)
      #expect(fclose(file) == 0)
    }
    #expect(contents(of: path) == image.bytes)
  }
}
