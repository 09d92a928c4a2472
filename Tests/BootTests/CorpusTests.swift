import FuzzCorpus
import Testing

/// `TRYST_WRITE_CORPUS=1 swift test --filter CorpusTests` writes the corpus.
@Suite struct CorpusTests {
  @Test("Each file of the corpus is its image", arguments: CorpusImage.all)
  func file(image: CorpusImage) {
    // Not within the expectation, which would print all bytes.
    let isSame = FuzzCorpus(of: "FuzzBoot").holds(image.bytes, in: image.name)
    #expect(isSame)
  }
}
