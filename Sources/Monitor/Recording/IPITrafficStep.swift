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
      var last = -1
      while let destination = reader.nextPlace(after: &last) {
        let difference = reader.nextDifference()
        let vector = UInt8(truncatingIfNeeded: reader.next())
        body(
          .pair(source: source, destination: destination, difference: difference, vector: vector))
      }
      last = -1
      while let vector = reader.nextPlace(after: &last) {
        body(
          .vector(
            source: source, vector: UInt8(truncatingIfNeeded: vector),
            difference: reader.nextDifference()))
      }
    }
    var last = -1
    while let place = reader.nextPlace(after: &last) {
      body(.kind(place: place, difference: reader.nextDifference()))
    }
    last = -1
    while let place = reader.nextPlace(after: &last) {
      body(.injected(place: place, difference: reader.nextDifference()))
    }
  }

  /// Puts steps together, one after the other; its room is kept from one to the next.
  struct Writer: Sendable {
    private var rows = ChangeWriter()
    private var rowCount = 0
    private var lastRow = 0
    /// Of the row that is being written: where it begins, its source and its pairs or vectors so far.
    private var row = (start: 0, source: 0, isChanged: false, places: PlaceList())
    private var kinds = ChangeWriter()
    private var kindPlaces = PlaceList()
    private var injected = ChangeWriter()
    private var injectedPlaces = PlaceList()

    /// Forgets what was written.
    mutating func begin() {
      rows.removeAll()
      kinds.removeAll()
      injected.removeAll()
      (rowCount, lastRow, kindPlaces, injectedPlaces) = (0, 0, PlaceList(), PlaceList())
    }

    /// Begins the row of `source`; its pairs come first, then ``beginVectors()`` and its vectors.
    mutating func beginRow(_ source: Int, broadcasts: UInt64) {
      row = (rows.count, source, broadcasts != 0, PlaceList())
      let step = UInt64(truncatingIfNeeded: source - lastRow)
      rows.add(numbers: 2) {
        ChangeWriter.put(difference: step, &$0)
        ChangeWriter.put(difference: broadcasts, &$0)
      }
    }

    /// A pair of the row, ascending: `vector` are the bits of its last vector that changed.
    mutating func add(pair destination: Int, _ difference: UInt64, vector: UInt8) {
      if difference == 0 && vector == 0 { return }
      row.places.add(destination, difference, with: UInt64(vector), to: &rows)
      row.isChanged = true
    }

    mutating func beginVectors() {
      PlaceList.end(&rows)
      row.places = PlaceList()
    }

    /// A vector of the row, ascending.
    mutating func add(vector: UInt8, _ difference: UInt64) {
      if difference == 0 { return }
      row.places.add(Int(vector), difference, to: &rows)
      row.isChanged = true
    }

    /// Ends the row; one in which nothing changed takes nothing.
    mutating func endRow() {
      guard row.isChanged else { return rows.removeLast(to: row.start) }
      PlaceList.end(&rows)
      lastRow = row.source
      rowCount += 1
    }

    mutating func add(kind place: Int, from old: UInt64, to new: UInt64) {
      if old != new { kindPlaces.add(place, new &- old, to: &kinds) }
    }
    mutating func add(injected place: Int, from old: UInt64, to new: UInt64) {
      if old != new { injectedPlaces.add(place, new &- old, to: &injected) }
    }

    func step(timeNanoseconds: UInt64, marks: [UInt64], isMark: Bool, isReset: Bool)
      -> IPITrafficStep
    {
      var bytes: [UInt8] = []
      if rowCount + kinds.count + injected.count > 0 {
        var head = ChangeWriter()
        head.add(rowCount)
        // An end for either list of places.
        bytes.reserveCapacity(head.count + rows.count + kinds.count + injected.count + 2)
        bytes += head.bytes
        bytes += rows.bytes
        bytes += kinds.bytes
        bytes.append(0)
        bytes += injected.bytes
        bytes.append(0)
      }
      return IPITrafficStep(
        timeNanoseconds: timeNanoseconds, marks: marks, isMark: isMark, isReset: isReset,
        bytes: bytes)
    }
  }
}
