import Glibc

/// This process' resident memory, bytes (proc(5), statm).
func residentBytes() -> Int {
  let descriptor = open("/proc/self/statm", O_RDONLY)
  guard descriptor >= 0 else { return 0 }
  defer { close(descriptor) }
  var buffer = [UInt8](repeating: 0, count: 128)
  let count = read(descriptor, &buffer, buffer.count)
  guard count > 0 else { return 0 }
  let fields = String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: " ")
  return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
}

/// How many file descriptors this process has open.
func openDescriptors() -> Int {
  (0..<4096).reduce(0) { $0 + (fcntl(Int32($1), F_GETFD) >= 0 ? 1 : 0) }
}
