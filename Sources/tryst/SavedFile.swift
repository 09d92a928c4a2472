import Glibc

/// A new file in the current folder. Nothing that is there is written to: not a file of that name, nor what
/// a link of that name leads to.
enum SavedFile {
  /// Why there is no file, in words.
  struct Problem: Error {
    let words: String
  }

  /// Names that are tried: `name.json`, `name-2.json` and so on.
  private static let names = 1...999

  /// Writes `bytes` and gives the name, and where it is, for the status line. What was written of a file
  /// that could not be finished is taken away again.
  static func write(_ bytes: [UInt8], as name: String) throws(Problem) -> String {
    let (file, descriptor) = try create(name)
    defer { _ = close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      // The array holds that many bytes.
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count == 0 || errno != EINTR {
        let words = count == 0 ? "nothing is taken" : StandardStreams.words(errno)
        _ = unsafe unlink(file)
        throw Problem(words: "write \(file): \(words)")
      }
    }
    return folder.map { "\(file) in \($0)" } ?? file
  }

  /// Mode 0644 less the umask. O_EXCL makes O_CREAT refuse links, too, open(2).
  private static func create(_ name: String) throws(Problem) -> (String, Int32) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let stem = parts.dropLast().joined(separator: ".")
    for number in names {
      let file = number == 1 ? name : "\(stem)-\(number).\(parts.last ?? "")"
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
      let descriptor = unsafe open(file, flags, 0o644)
      if descriptor >= 0 { return (file, descriptor) }
      if errno == EINTR { continue }
      guard errno == EEXIST else {
        throw Problem(words: "\(file) in \(folder ?? "."): \(StandardStreams.words(errno))")
      }
    }
    throw Problem(words: "\(names.count) files of that name are there")
  }

  /// The current folder; nil where it has no name any more.
  private static var folder: String? {
    // The C library allocates the text, which is copied and given back at once.
    guard let text = unsafe getcwd(nil, 0) else { return nil }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }
}
