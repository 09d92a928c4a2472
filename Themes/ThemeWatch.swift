import Glibc

/// Notices that the files of a theme have changed, by looking at them now and then: a look is a stat(2)
/// a file, cheaper than the frame that follows, and unlike a watch on an inode it sees a file that an
/// editor has put in the place of the old one.
public struct ThemeWatch: Sendable {
  /// What distinguishes one state of a file from another.
  private struct Stamp: Sendable, Hashable {
    let device: UInt
    let inode: UInt
    let size: Int
    let seconds: Int
    let nanoseconds: Int
  }

  /// Between two looks at files that do not change, nanoseconds.
  static let pause: UInt64 = 500_000_000
  /// How long a file must stay as it is before it counts as written, nanoseconds.
  static let settling: UInt64 = 100_000_000

  private let files: [String]
  private var known: [Stamp?]
  /// What was found at the last look, when it was not what is known.
  private var found: [Stamp?]?
  private var lastLook: UInt64?

  /// Watches `files` (``ParsedTheme/files``) as they are now; those that are built in never change.
  public init(files: [String]) {
    self.files = files.filter { $0.contains("/") || $0.hasSuffix(".yaml") }
    known = self.files.map(ThemeWatch.stamp)
  }

  /// Whether the files have changed and are no longer being written; true once a change. `now`: a
  /// monotonic clock, nanoseconds. Call it as often as you like.
  public mutating func hasChanged(now: UInt64) -> Bool {
    guard !files.isEmpty else { return false }
    if let lastLook {
      let wanted = found == nil ? ThemeWatch.pause : ThemeWatch.settling
      guard now &- lastLook >= wanted else { return false }
    }
    lastLook = now
    let stamps = files.map(ThemeWatch.stamp)
    defer { found = stamps == known ? nil : stamps }
    // A file that is gone is about to be replaced; what is on the screen stays.
    guard stamps != known, stamps == found, !stamps.contains(nil) else { return false }
    known = stamps
    return true
  }

  private static func stamp(_ path: String) -> Stamp? {
    guard !path.utf8.contains(0) else { return nil }
    var status = stat()
    // Fills the local.
    guard unsafe stat(path, &status) == 0 else { return nil }
    return Stamp(
      device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
      seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
  }
}
