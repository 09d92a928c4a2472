import Glibc

/// Reading of files that the user named or keeps in known places, without ever waiting for one (a FIFO
/// named as a theme).
public enum DocumentFile {
  /// Why a file was not read.
  public enum Failure: Error, Equatable {
    /// There is none of that name.
    case missing
    /// There is one, but for the reason given it cannot be read.
    case unreadable(String)
  }

  /// The bytes of a regular file, little more than ``DocumentText/largest`` at most.
  public static func read(_ path: String) -> Result<[UInt8], Failure> {
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
    while bytes.count <= DocumentText.largest {
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

  /// Whether there is something at `path`, of any kind.
  public static func exists(_ path: String) -> Bool {
    guard !path.utf8.contains(0) else { return false }
    // The path is a C string during the call.
    return unsafe access(path, F_OK) == 0
  }

  /// A variable of the environment; nil when unset or empty.
  public static func variable(_ name: String) -> String? {
    // Copied at once; the process sets no variables once threads run.
    guard let text = unsafe getenv(name) else { return nil }
    let value = unsafe String(cString: text)
    return value.isEmpty ? nil : value
  }

  /// The user's folder for settings of tryst: `$XDG_CONFIG_HOME/tryst`, by default `~/.config/tryst`; nil
  /// where neither variable is set. Relative paths in XDG_CONFIG_HOME are to be ignored (XDG base
  /// directory specification).
  public static func settingsFolder(_ variable: (String) -> String? = variable) -> String? {
    if let configuration = variable("XDG_CONFIG_HOME"), configuration.hasPrefix("/") {
      return configuration + "/tryst"
    }
    return variable("HOME").map { $0 + "/.config/tryst" }
  }

  private static func message(of number: Int32) -> String {
    // A string that lives until this thread's next call; copied at once.
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}
