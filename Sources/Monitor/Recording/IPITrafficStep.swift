import Telemetry

/// What one snapshot added to the IPI matrix, readable in both directions: only the pairs, vectors and modes
/// that changed.
struct IPITrafficStep: Sendable {
  /// A count that changed, and by how much; differences wrap around.
  enum Change {
    /// `vector` is what its last one changed by, bit by bit.
    case pair(source: Int, destination: Int, difference: UInt64, vector: UInt8)
    case broadcasts(source: Int, difference: UInt64)
    case vector(source: Int, vector: UInt8, difference: UInt64)
    /// By vcpu and mode.
    case kind(place: Int, difference: UInt64)
    case injected(place: Int, difference: UInt64)
  }

  /// When, nanoseconds since the machine started.
  let timeNanoseconds: UInt64
  /// The marks of the window after it, oldest first.
  let marks: [UInt64]
  /// Whether the window moved on after it.
  let isMark: Bool
  /// Whether everything before it, and it itself, is out of the window.
  let isReset: Bool
  /// As a ``Writer`` put it.
  let bytes: [UInt8]

  /// Calls `body` with everything that changed.
  func visit(_ body: (Change) -> Void) {
    var reader = ChangeReader(bytes)
    var source = 0
    for _ in 0..<reader.nextInt() where !reader.isAtEnd {
      source &+= Int(truncatingIfNeeded: reader.nextDifference())
      let broadcasts = reader.nextDifference()
      if broadcasts != 0 { body(.broadcasts(source: source, difference: broadcasts)) }
      var destination = 0
      for _ in 0..<reader.nextInt() where !reader.isAtEnd {
        destination += reader.nextInt()
        let difference = reader.nextDifference()
        let vector = UInt8(truncatingIfNeeded: reader.next())
        body(
          .pair(source: source, destination: destination, difference: difference, vector: vector))
      }
      var vector = 0
      for _ in 0..<reader.nextInt() where !reader.isAtEnd {
        vector += reader.nextInt()
        body(
          .vector(
            source: source, vector: UInt8(truncatingIfNeeded: vector),
            difference: reader.nextDifference()))
      }
    }
    Self.counts(&reader) { body(.kind(place: $0, difference: $1)) }
    Self.counts(&reader) { body(.injected(place: $0, difference: $1)) }
  }

  private static func counts(_ reader: inout ChangeReader, _ body: (Int, UInt64) -> Void) {
    var place = 0
    for _ in 0..<reader.nextInt() where !reader.isAtEnd {
      place += reader.nextInt()
      body(place, reader.nextDifference())
    }
  }

  /// A list of places with the differences there.
  private struct Counts {
    private(set) var count = 0
    private var last = 0
    private(set) var writer = ChangeWriter()

    mutating func add(_ place: Int, _ difference: UInt64, _ more: UInt64? = nil) {
      writer.add(place - last)
      writer.add(difference: difference)
      if let more { writer.add(more) }
      last = place
      count += 1
    }
  }

  /// Puts a step together; each row before it is taken.
  struct Writer {
    private var rows = ChangeWriter()
    private var rowCount = 0
    private var lastRow = 0
    private var kinds = Counts()
    private var injected = Counts()

    /// `row` is taken by `source` next.
    mutating func add(_ row: IPITrafficRow, to source: IPITrafficSource, limit: Int) {
      var pairs = Counts()
      var old = source.pairs[...]
      func gone(_ pair: IPITrafficSource.Pair) {
        pairs.add(Int(pair.destination), 0 &- pair.count.total, UInt64(pair.lastVector))
      }
      var last = -1
      for pair in row.pairs where pair.destination > last && pair.destination < limit {
        last = pair.destination
        while let first = old.first, Int(first.destination) < last {
          gone(first)
          old.removeFirst()
        }
        var (total, vector): (UInt64, UInt8) = (0, 0)
        if let first = old.first, Int(first.destination) == last {
          (total, vector) = (first.count.total, first.lastVector)
          old.removeFirst()
        }
        if total != pair.count || vector != pair.lastVector {
          pairs.add(last, pair.count &- total, UInt64(vector ^ pair.lastVector))
        }
      }
      for pair in old { gone(pair) }
      let vectors = Self.vectors(row, source)
      let broadcasts = row.broadcasts &- source.broadcasts.total
      if pairs.count == 0 && vectors.count == 0 && broadcasts == 0 { return }
      rows.add(difference: UInt64(truncatingIfNeeded: row.source - lastRow))
      rows.add(difference: broadcasts)
      rows.add(pairs.count)
      rows.add(pairs.writer)
      rows.add(vectors.count)
      rows.add(vectors.writer)
      lastRow = row.source
      rowCount += 1
    }

    private static func vectors(_ row: IPITrafficRow, _ source: IPITrafficSource) -> Counts {
      var vectors = Counts()
      var old = source.vectors[...]
      var last = -1
      for count in row.vectors where Int(count.vector) > last {
        last = Int(count.vector)
        while let first = old.first, Int(first.vector) < last {
          vectors.add(Int(first.vector), 0 &- first.count.total)
          old.removeFirst()
        }
        var total: UInt64 = 0
        if let first = old.first, Int(first.vector) == last {
          total = first.count.total
          old.removeFirst()
        }
        if total != count.count { vectors.add(last, count.count &- total) }
      }
      for rest in old { vectors.add(Int(rest.vector), 0 &- rest.count.total) }
      return vectors
    }

    mutating func add(kind place: Int, from old: UInt64, to new: UInt64) {
      if old != new { kinds.add(place, new &- old) }
    }
    mutating func add(injected place: Int, from old: UInt64, to new: UInt64) {
      if old != new { injected.add(place, new &- old) }
    }

    func step(timeNanoseconds: UInt64, marks: [UInt64], isMark: Bool, isReset: Bool)
      -> IPITrafficStep
    {
      var all = ChangeWriter()
      if rowCount + kinds.count + injected.count > 0 {
        all.add(rowCount)
        all.add(rows)
        for counts in [kinds, injected] {
          all.add(counts.count)
          all.add(counts.writer)
        }
      }
      return IPITrafficStep(
        timeNanoseconds: timeNanoseconds, marks: marks, isMark: isMark, isReset: isReset,
        bytes: all.packed)
    }
  }
}
