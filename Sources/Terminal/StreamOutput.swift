import Glibc

/// A way out for bytes that somebody else reads at his own pace: they wait here, and what the reader takes
/// is written without ever blocking. One thread owns it.
///
/// What waits is bounded: beyond ``limit`` the oldest bytes make room, and are counted. Pipes and terminals
/// are opened once more, as making the given descriptor non-blocking would do so for everyone who shares
/// its open file; where that is refused they are asked by poll(2) before each small write.
public struct StreamOutput: ~Copyable {
  /// Bytes that wait at most.
  public static let limit = 4 << 20

  /// Why nothing more is written.
  public enum Failure: Sendable, Equatable {
    /// The reader has gone (EPIPE, EIO).
    case gone
    /// A write failed: its errno.
    case failed(Int32)
  }

  /// How a write is kept from blocking.
  private enum Way { case nonBlocking, afterPoll, socket, file }

  /// Where to wait for room.
  public let descriptor: Int32
  /// Bytes that made room for newer ones.
  public private(set) var lostCount: UInt64 = 0
  /// Set once nothing more is written.
  public private(set) var failure: Failure?
  private let way: Way
  private let isOwned: Bool
  private var waiting: [UInt8] = []
  private var sent = 0

  /// Writes to what `original` leads to, which stays open and the caller's. `isShared`: others have the
  /// same open file, so that it must be left as it is; else it is non-blocking already.
  public init(to original: Int32, isShared: Bool = true) {
    guard isShared else {
      (descriptor, isOwned, way) = (original, false, .nonBlocking)
      return
    }
    var status = stat()
    // Fills the local; a descriptor that is none is found out by the first write.
    _ = unsafe fstat(original, &status)
    switch status.st_mode & S_IFMT {
    case S_IFIFO, S_IFCHR:
      let flags = O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
      let opened = unsafe open("/proc/self/fd/\(original)", flags)
      descriptor = opened >= 0 ? opened : original
      isOwned = opened >= 0
      way = opened >= 0 ? .nonBlocking : .afterPoll
    case S_IFSOCK: (descriptor, isOwned, way) = (original, false, .socket)
    case S_IFREG: (descriptor, isOwned, way) = (original, false, .file)
    default: (descriptor, isOwned, way) = (original, false, .afterPoll)
    }
  }

  /// Writes to `descriptor`, which is non-blocking or a file's, and closes it in the end.
  public init(owning descriptor: Int32) {
    (self.descriptor, isOwned, way) = (descriptor, true, .nonBlocking)
  }

  deinit { if isOwned { _ = Glibc.close(descriptor) } }

  /// How many bytes wait.
  public var backlog: Int { waiting.count - sent }

  /// Adds bytes behind those that wait.
  public mutating func append(_ bytes: [UInt8]) {
    guard failure == nil else { return }
    waiting += bytes
    let excess = backlog - Self.limit
    if excess > 0 {
      sent += excess
      lostCount &+= UInt64(excess)
    }
    // What has gone is let go of before it is as much again.
    if sent >= Self.limit {
      waiting.removeFirst(sent)
      sent = 0
    }
  }

  /// Takes note that the reader has gone: what waits is for nobody.
  public mutating func lose() { failure = failure ?? .gone }

  /// Writes what is taken now. True where nothing waits any more.
  @discardableResult
  public mutating func flush() -> Bool {
    while sent < waiting.count && failure == nil {
      let count = write()
      if count > 0 {
        sent += count
      } else if count < 0 && errno == EINTR {
        continue
      } else if count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) {
        return false
      } else {
        failure = errno == EPIPE || errno == EIO ? .gone : .failed(errno)
      }
    }
    waiting.removeAll(keepingCapacity: waiting.capacity <= 1 << 20)
    sent = 0
    return true
  }

  private func write() -> Int {
    unsafe waiting.withUnsafeBytes { bytes in
      // `sent` is less than the count, so what is left is not empty.
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[sent...])
      switch way {
      case .nonBlocking, .file: return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      case .socket:
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        return unsafe send(descriptor, rest.baseAddress, rest.count, flags)
      case .afterPoll:
        var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // One pollfd, alive during the call.
        guard unsafe poll(&polled, 1, 0) > 0 else {
          errno = EAGAIN
          return -1
        }
        // A pipe that can be written takes PIPE_BUF bytes, pipe(7).
        return unsafe Glibc.write(descriptor, rest.baseAddress, min(rest.count, 512))
      }
    }
  }
}
