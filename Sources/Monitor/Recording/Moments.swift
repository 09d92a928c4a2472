import Telemetry

/// The snapshots of the last ten minutes, as far as 64 MiB hold them: what freezing can go back to.
struct Moments: Sendable {
  /// Snapshots at 10 Hz in ten minutes.
  static let countLimit = 6_000
  /// Estimated bytes of all of them.
  static let byteLimit = 64 << 20

  /// A snapshot without what happened in it. By reference, so that a frozen picture and the recording that
  /// goes on share all but a list of references.
  final class Moment: Sendable {
    let snapshot: Snapshot
    let bytes: Int

    init(_ snapshot: Snapshot) {
      var kept = snapshot
      kept.events = []
      kept.console = []
      kept.lanes = []
      kept.traffic = []
      self.snapshot = kept
      bytes = Self.bytes(of: kept)
    }

    /// An estimate: the rows, and for each row the lists behind its tallies with their heads.
    private static func bytes(of snapshot: Snapshot) -> Int {
      let heads = 5 * 32
      let counters =
        8 * (2 * ExitReason.allCases.count + IPIKind.allCases.count + 4)
      let row = MemoryLayout<VCPUSnapshot>.stride + heads + counters
      let rest =
        MemoryLayout<Snapshot>.size + 16 * heads
        + snapshot.controllers.pins.count * MemoryLayout<InterruptControllers.Pin>.stride
        + (snapshot.detail == nil ? 0 : 1_024)
      return rest + snapshot.vcpus.count * row
    }
  }

  private var list = BoundedList<Moment>(limit: countLimit)
  private var bytes = 0

  var count: Int { list.count }
  /// The absolute number that the next one gets.
  var end: Int { list.end }
  /// The absolute number of the oldest that is kept.
  var first: Int { list.dropped }

  /// The moment with that absolute number, or nil where it is not kept.
  func moment(_ number: Int) -> Snapshot? {
    (first..<end).contains(number) ? list[number - first].snapshot : nil
  }

  /// Appends `snapshot`; the oldest make room for it.
  mutating func append(_ snapshot: Snapshot) {
    let moment = Moment(snapshot)
    bytes += moment.bytes
    if list.count == Self.countLimit { bytes -= list[0].bytes }
    list.append(moment)
    // One may be larger than all that is allowed: it is kept all the same.
    while bytes > Self.byteLimit && list.count > 1 {
      bytes -= list[0].bytes
      list.removeFirst()
    }
  }

  /// The number of the last moment that is not after `time`, nanoseconds since the machine started; the first
  /// where all are after it.
  func number(at time: UInt64) -> Int {
    var (low, high) = (first, end)
    while low < high {
      let middle = (low + high) / 2
      if (moment(middle)?.timeNanoseconds ?? 0) <= time { low = middle + 1 } else { high = middle }
    }
    return max(first, low - 1)
  }
}
