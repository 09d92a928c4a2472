import Glibc

/// The folders of theme files.
enum ThemeFiles {
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
}
