import Telemetry

/// What one vcpu sent to whom: its row of the IPI matrix, pairs without traffic left out.
struct IPITrafficSource: Sendable {
  /// One destination's share; 24 bytes.
  struct Pair: Sendable {
    var count = WindowedCount()
    let destination: UInt16
    /// The vector of the last one.
    var lastVector: UInt8 = 0

    init(destination: UInt16) { self.destination = destination }
  }

  /// How often it sent a vector.
  struct Vector: Sendable {
    let vector: UInt8
    var count = WindowedCount()

    init(vector: UInt8) { self.vector = vector }
  }

  /// The largest of some counts, in total and of late.
  struct Peak: Sendable, Equatable {
    var total: UInt64 = 0
    var recent: UInt64 = 0

    mutating func take(_ count: WindowedCount) {
      total = max(total, count.total)
      recent = max(recent, count.recent)
    }
    mutating func take(_ other: Peak) {
      total = max(total, other.total)
      recent = max(recent, other.recent)
    }
  }

  /// The destinations of one tile: a wide matrix is made from tiles, not from pairs.
  static let tileWidth = 8

  /// The pairs with traffic, ascending by destination; its own is one of them.
  var pairs: [Pair] = []
  /// IPIs to all; in no pair.
  var broadcasts = WindowedCount()
  /// Ascending.
  var vectors: [Vector] = []
  /// All pairs with others.
  var toOthers = WindowedCount()
  /// The pair with itself.
  var toSelf = WindowedCount()
  /// The largest pair with others of each tile, up to the last one that has any.
  private(set) var tiles: [Peak] = []
  /// The largest pair with others of all.
  private(set) var peak = Peak()
  /// Whether anything of it is of late: what is quiet costs nothing when the window moves.
  var isActive = false

  /// Takes the pairs and vectors of `source` as they are now, and tells `writer` what changed. Destinations from
  /// `limit` on and those out of order are left out. `grew` is called with each destination other than itself and
  /// by how much that pair grew.
  ///
  /// A vcpu sends to the same others again and again: such a row is brought up to date in place.
  mutating func take(
    _ source: Int, _ pairs: Swift.Span<IPITrafficRow.Pair>,
    _ vectors: Swift.Span<IPITrafficRow.VectorCount>, limit: Int,
    _ writer: inout IPITrafficStep.Writer, grew: (Int, UInt64) -> Void
  ) {
    if hasSamePairs(pairs) {
      if !advance(source, pairs, &writer, grew) { settlePairs(source: source) }
    } else {
      merge(source, pairs, limit: limit, &writer, grew)
      settle(source: source)
    }
    writer.beginVectors()
    take(vectors, &writer)
    writer.endRow()
    isActive = true
  }

  private func hasSamePairs(_ theirs: Swift.Span<IPITrafficRow.Pair>) -> Bool {
    let mine = pairs.span
    guard mine.count == theirs.count else { return false }
    for index in mine.indices where Int(mine[index].destination) != theirs[index].destination {
      return false
    }
    return true
  }

  /// Takes pairs with the destinations that there are. False where tiles and peak must be made anew.
  private mutating func advance(
    _ source: Int, _ theirs: Swift.Span<IPITrafficRow.Pair>,
    _ writer: inout IPITrafficStep.Writer, _ grew: (Int, UInt64) -> Void
  ) -> Bool {
    var isSettled = true
    // Out of the row for as long as there are spans of them: nothing of it can be touched meanwhile.
    var (pairs, tiles): ([Pair], [Peak]) = ([], [])
    swap(&pairs, &self.pairs)
    swap(&tiles, &self.tiles)
    defer {
      swap(&pairs, &self.pairs)
      swap(&tiles, &self.tiles)
    }
    var mine = pairs.mutableSpan
    var largest = tiles.mutableSpan
    for index in theirs.indices {
      let pair = theirs[index]
      let old = mine[index].count.total
      writer.add(
        pair: pair.destination, pair.count &- old, vector: mine[index].lastVector ^ pair.lastVector)
      mine[index].lastVector = pair.lastVector
      if pair.count == old { continue }
      let step = mine[index].count.advance(to: pair.count)
      if pair.destination == source {
        toSelf = mine[index].count
        continue
      }
      if step == 0 {
        isSettled = false
        continue
      }
      toOthers.add(step)
      grew(pair.destination, step)
      // Counts that grow can only raise what is the largest.
      largest[pair.destination / Self.tileWidth].take(mine[index].count)
      peak.take(mine[index].count)
    }
    return isSettled
  }

  /// Takes pairs of which some are new or gone. Tiles and peak must be made anew.
  private mutating func merge(
    _ source: Int, _ theirs: Swift.Span<IPITrafficRow.Pair>, limit: Int,
    _ writer: inout IPITrafficStep.Writer, _ grew: (Int, UInt64) -> Void
  ) {
    var next: [Pair] = []
    next.reserveCapacity(min(theirs.count, limit))
    var old = 0
    /// Those before `destination` are gone.
    func pass(_ destination: Int) {
      while old < pairs.count && Int(pairs[old].destination) < destination {
        writer.add(
          pair: Int(pairs[old].destination), 0 &- pairs[old].count.total,
          vector: pairs[old].lastVector)
        old += 1
      }
    }
    var last = -1
    for index in theirs.indices {
      let pair = theirs[index]
      guard pair.destination > last && pair.destination < limit else { continue }
      last = pair.destination
      pass(last)
      var entry = Pair(destination: UInt16(truncatingIfNeeded: last))
      if old < pairs.count && Int(pairs[old].destination) == last {
        entry = pairs[old]
        old += 1
      }
      writer.add(
        pair: last, pair.count &- entry.count.total, vector: entry.lastVector ^ pair.lastVector)
      let step = entry.count.advance(to: pair.count)
      entry.lastVector = pair.lastVector
      next.append(entry)
      if last == source {
        toSelf = entry.count
      } else if step > 0 {
        toOthers.add(step)
        grew(last, step)
      }
    }
    pass(.max)
    pairs = next
  }

  private mutating func take(
    _ theirs: Swift.Span<IPITrafficRow.VectorCount>, _ writer: inout IPITrafficStep.Writer
  ) {
    guard hasSameVectors(theirs) else { return merge(theirs, &writer) }
    var mine = vectors.mutableSpan
    for index in theirs.indices where theirs[index].count != mine[index].count.total {
      writer.add(vector: theirs[index].vector, theirs[index].count &- mine[index].count.total)
      mine[index].count.advance(to: theirs[index].count)
    }
  }

  private func hasSameVectors(_ theirs: Swift.Span<IPITrafficRow.VectorCount>) -> Bool {
    let mine = vectors.span
    guard mine.count == theirs.count else { return false }
    for index in mine.indices where mine[index].vector != theirs[index].vector { return false }
    return true
  }

  private mutating func merge(
    _ counts: Swift.Span<IPITrafficRow.VectorCount>, _ writer: inout IPITrafficStep.Writer
  ) {
    var next: [Vector] = []
    next.reserveCapacity(min(counts.count, 256))
    var old = 0
    /// Those before `vector` are gone.
    func pass(_ vector: Int) {
      while old < vectors.count && Int(vectors[old].vector) < vector {
        writer.add(vector: vectors[old].vector, 0 &- vectors[old].count.total)
        old += 1
      }
    }
    var last = -1
    for index in counts.indices where Int(counts[index].vector) > last {
      let count = counts[index]
      last = Int(count.vector)
      pass(last)
      var entry = Vector(vector: count.vector)
      if old < vectors.count && Int(vectors[old].vector) == last {
        entry = vectors[old]
        old += 1
      }
      writer.add(vector: count.vector, count.count &- entry.count.total)
      entry.count.advance(to: count.count)
      next.append(entry)
    }
    pass(.max)
    vectors = next
  }

  /// Moves the window on, of the vcpu `source`.
  mutating func rotate(source: Int) { change(source: source) { $0.rotate() } }

  /// Keeps the totals alone.
  mutating func forgetRecent(source: Int) { change(source: source) { $0.forgetRecent() } }

  private mutating func change(source: Int, _ change: (inout WindowedCount) -> Void) {
    guard isActive else { return }
    do {
      var all = pairs.mutableSpan
      for index in all.indices { change(&all[index].count) }
    }
    do {
      var all = vectors.mutableSpan
      for index in all.indices { change(&all[index].count) }
    }
    change(&broadcasts)
    change(&toOthers)
    change(&toSelf)
    isActive = hasRecent
    settlePairs(source: source)
  }

  /// Whether anything of it is in the window.
  var hasRecent: Bool {
    broadcasts.recent > 0 || toOthers.recent > 0 || toSelf.recent > 0
      || vectors.contains { $0.count.recent > 0 }
  }

  /// Brings tiles and peak up to date.
  mutating func settle(source: Int) {
    let count = pairs.last.map { Int($0.destination) / Self.tileWidth + 1 } ?? 0
    tiles = Array(repeating: Peak(), count: count)
    settlePairs(source: source)
  }

  /// The same where the pairs are those that there were: most tiles have none.
  private mutating func settlePairs(source: Int) {
    peak = Self.peak(of: pairs, apartFrom: source, &tiles)
  }

  /// The largest of `pairs`, and of each tile that has one.
  private static func peak(
    of pairs: [Pair], apartFrom source: Int, _ tiles: inout [Peak]
  ) -> Peak {
    let pairs = pairs.span
    var tiles = tiles.mutableSpan
    for index in pairs.indices { tiles[Int(pairs[index].destination) / tileWidth] = Peak() }
    var all = Peak()
    for index in pairs.indices where Int(pairs[index].destination) != source {
      tiles[Int(pairs[index].destination) / tileWidth].take(pairs[index].count)
      all.take(pairs[index].count)
    }
    return all
  }

  /// The place of the first pair whose destination is `destination` or above.
  func place(of destination: Int) -> Int {
    var (low, high) = (0, pairs.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(pairs[middle].destination) < destination { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The pair with `destination`, if it was ever sent any.
  func pair(_ destination: Int) -> Pair? {
    let place = place(of: destination)
    return place < pairs.count && Int(pairs[place].destination) == destination
      ? pairs[place] : nil
  }
}
