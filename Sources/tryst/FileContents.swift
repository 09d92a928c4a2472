import Glibc

/// The bytes of a file that an option names.
enum FileContents {
  /// What a file may hold: no kernel or RAM disk is larger, and a sparse file of terabytes must not
  /// become our memory.
  static let limit = 4 << 30

  /// Reads `path` whole. A file that is missing or unreadable is a missing input.
  static func read(_ path: String, option: String) throws(Failure) -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw failure(path, option, "open", errno) }
    defer { close(file) }
    var status = stat()
    // The kernel fills the structure during the call.
    guard unsafe fstat(file, &status) == 0 else { throw failure(path, option, "stat", errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(
        ExitStatus.inputMissing, "\(option) \(path): not a regular file; name a kernel's file")
    }
    guard status.st_size <= limit else {
      throw Failure(
        ExitStatus.inputMissing,
        "\(option) \(path): \(status.st_size) bytes, more than \(limit); name a kernel's file")
    }
    let size = Int(status.st_size)
    var bytes = [UInt8](repeating: 0, count: size)
    var filled = 0
    while filled < size {
      // Within the array: filled < size.
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(file, buffer.baseAddress.map { unsafe $0 + filled }, size - filled)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure(path, option, "read", errno) }
      // It became shorter meanwhile.
      if count == 0 { break }
      filled += count
    }
    bytes.removeLast(size - filled)
    return bytes
  }

  private static func failure(
    _ path: String, _ option: String, _ call: String, _ code: Int32
  ) -> Failure {
    // strerror's text for a known number is constant.
    let text = unsafe strerror(code).map { unsafe String(cString: $0).lowercased() }
    return Failure(
      ExitStatus.inputMissing,
      "\(option) \(path): \(call): \(text ?? "error \(code)"); check the path")
  }
}
