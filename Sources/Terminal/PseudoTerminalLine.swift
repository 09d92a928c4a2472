import Glibc

/// A pseudo-terminal as a serial line: whatever program opens its name is the far end. One thread owns it.
///
/// We hold the other side open too, so that the line survives that program's end, and the next one's start.
public final class PseudoTerminalLine {
  /// What to open: /dev/pts/N.
  public let name: String
  /// Our side, non-blocking.
  public let descriptor: Int32
  private let held: Int32

  /// A new one, raw, without an echo.
  public init() throws(TerminalError) {
    var (ours, theirs): (Int32, Int32) = (-1, -1)
    // Fills the two locals.
    guard unsafe openpty(&ours, &theirs, nil, nil, nil) == 0 else {
      throw .system(call: "openpty", errno: errno)
    }
    (descriptor, held) = (ours, theirs)
    // A string of the C library's, gone with its next call: copied at once.
    name = unsafe ttyname(theirs).map { unsafe String(cString: $0) } ?? ""
    for number in [ours, theirs] { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ours, F_SETFL, O_NONBLOCK)
    let modes = try TerminalModes(of: held)
    modes.forPlainLine.apply(to: held)
  }

  deinit {
    _ = Glibc.close(held)
    _ = Glibc.close(descriptor)
  }
}
