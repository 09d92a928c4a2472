import Glibc

/// A fuzzer's corpus, which is committed, so that fuzzing needs nothing but the fuzzer; it has to be what the
/// builders of the tests make. With `TRYST_WRITE_CORPUS=1` in the environment the tests write it.
public struct FuzzCorpus: Sendable {
  private let folder: String

  /// The corpus of the fuzz target `fuzzer`.
  public init(of fuzzer: String) {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    folder = parts.dropLast(2).joined(separator: "/") + "/\(fuzzer)/Corpus"
  }

  /// Whether file `name` holds `bytes`; where the corpus is to be written, once it does.
  public func holds(_ bytes: [UInt8], in name: String) -> Bool {
    let path = "\(folder)/\(name)"
    if getenv("TRYST_WRITE_CORPUS") != nil && !write(bytes, to: path) { return false }
    guard let file = fopen(path, "rb") else { return false }
    defer { fclose(file) }
    // One byte more, to see a longer file.
    var found = [UInt8](repeating: 0, count: bytes.count + 1)
    let count = fread(&found, 1, found.count, file)
    return Array(found.prefix(count)) == bytes
  }

  private func write(_ bytes: [UInt8], to path: String) -> Bool {
    guard let file = fopen(path, "wb") else { return false }
    let count = fwrite(bytes, 1, bytes.count, file)
    return fclose(file) == 0 && count == bytes.count
  }
}
