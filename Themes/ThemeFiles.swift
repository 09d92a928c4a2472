import Glibc

/// Reading of theme files and directories, without ever waiting for one (a FIFO named as a theme).
enum ThemeFiles {
  /// Why a file was not read.
  enum Failure: Error, Equatable {
    case missing
    case unreadable(String)
  }

  /// The bytes of a regular file, one more than ``ThemeText/largest`` at most.
  static func read(_ path: String) -> Result<[UInt8], Failure> {
    guard !path.utf8.contains(0) else { return .failure(.missing) }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      let number = errno
      let isMissing = number == ENOENT || number == ENOTDIR
      return .failure(isMissing ? .missing : .unreadable(message(of: number)))
    }
    defer { _ = close(descriptor) }
    var status = stat()
    // Fills the local.
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return .failure(.unreadable("not a file"))
    }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 16 * 1024)
    while bytes.count <= ThemeText.largest {
      let count = unsafe block.withUnsafeMutableBytes { buffer in
        // At most as many bytes as the buffer has.
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        return .failure(.unreadable(message(of: errno)))
      }
      bytes += block.prefix(count)
    }
    return .success(bytes)
  }

  /// The names of the `.yaml` files in a directory, without the ending, sorted; none when there is no
  /// such directory.
  static func names(in directory: String) -> [String] {
    guard !directory.utf8.contains(0), let stream = unsafe opendir(directory) else { return [] }
    // Not used after this scope.
    defer { _ = unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      // d_name is NUL-terminated and valid until the next readdir; copied at once.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { characters in
        unsafe characters.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name.hasSuffix(".yaml") && name.count > 5 { names.append(String(name.dropLast(5))) }
    }
    return names.sorted()
  }

  /// The directory of this program; nil when /proc is not there.
  static func programDirectory() -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      // At most as many bytes as the buffer has; no NUL is added, the count says how many.
      unsafe bytes.baseAddress.map { unsafe readlink("/proc/self/exe", $0, bytes.count) } ?? -1
    }
    guard count > 0, count < buffer.count else { return nil }
    let path = String(decoding: buffer.prefix(count), as: UTF8.self)
    return path.lastIndex(of: "/").map { String(path[..<$0]) }
  }

  /// A variable of the environment; nil when unset or empty.
  static func variable(_ name: String) -> String? {
    // Copied at once; the process sets no variables once threads run.
    guard let text = unsafe getenv(name) else { return nil }
    let value = unsafe String(cString: text)
    return value.isEmpty ? nil : value
  }

  private static func message(of number: Int32) -> String {
    // A string that lives until this thread's next call; copied at once.
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}
