/// The moments of the last ten minutes, as far as 64 MiB hold them: what freezing can go back to.
struct Moments: Sendable {
  /// Samples at 10 Hz in ten minutes.
  static let countLimit = 6_000
  /// Estimated bytes that all of them may take.
  let byteLimit: Int

  private var list = BoundedList<Moment>(limit: countLimit)
  /// What they take, estimated.
  private(set) var bytes = 0

  /// None yet; by default 64 MiB may be taken.
  init(byteLimit: Int = 64 << 20) { self.byteLimit = byteLimit }

  var count: Int { list.count }
  /// The absolute number that the next one gets.
  var end: Int { list.end }
  /// The absolute number of the oldest that is kept.
  var first: Int { list.dropped }
  var last: Moment? { list.last }

  /// The moment with that absolute number, or nil where it is not kept.
  func moment(_ number: Int) -> Moment? {
    (first..<end).contains(number) ? list[number - first] : nil
  }

  /// Appends `moment`; the oldest make room for it.
  mutating func append(_ moment: Moment) {
    bytes += moment.bytes
    if list.count == Self.countLimit { bytes -= list[0].bytes }
    list.append(moment)
    // One may be larger than all that is allowed: it is kept all the same.
    while bytes > byteLimit && list.count > 1 {
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
