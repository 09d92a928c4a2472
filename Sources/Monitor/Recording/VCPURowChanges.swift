import Telemetry

/// What changed in the vcpus' rows from one sample to the next, readable in both directions. Rows that
/// stayed as they were take nothing.
struct VCPURowChanges: Sendable {
  /// How many rows there were before and after.
  private let counts: (before: Int, after: Int)
  /// For each row that changed: how far it is from the one before, a bit for each word that changed, and by
  /// how much.
  let bytes: [UInt8]

  init(from old: [VCPUSnapshot], to new: [VCPUSnapshot]) {
    var writer = ChangeWriter()
    self.init(from: old, to: new, &writer)
  }

  /// The same, put together in the room of `writer`: what it held before is gone.
  init(from old: [VCPUSnapshot], to new: [VCPUSnapshot], _ writer: inout ChangeWriter) {
    counts = (old.count, new.count)
    writer.removeAll()
    var last = 0
    let (before, after) = (old.span, new.span)
    // A row that is not there counts as a fresh one.
    let nothing: InlineArray<1, VCPUSnapshot> = [VCPUSnapshot()]
    var words = VCPUWords()
    for index in 0..<max(before.count, after.count) {
      if index < after.count { words.set(after, index) } else { words.set(nothing.span, 0) }
      let changed =
        index < before.count
        ? words.subtract(before, index) : words.subtract(nothing.span, 0)
      // A row that came or went is told even where it has nothing in it.
      if changed == 0 && index < before.count && index < after.count { continue }
      words.write(row: index - last, changed, to: &writer)
      last = index
    }
    bytes = writer.packed
  }

  /// From the later sample's rows to the earlier one's.
  func undo(_ rows: inout [VCPUSnapshot]) { apply(&rows, count: counts.before) { $0 &- $1 } }

  /// From the earlier sample's rows to the later one's.
  func redo(_ rows: inout [VCPUSnapshot]) { apply(&rows, count: counts.after) { $0 &+ $1 } }

  private func apply(
    _ rows: inout [VCPUSnapshot], count: Int, _ change: (UInt64, UInt64) -> UInt64
  ) {
    while rows.count < max(counts.before, counts.after) { rows.append(VCPUSnapshot()) }
    var reader = ChangeReader(bytes)
    var index = 0
    while !reader.isAtEnd {
      index += reader.nextInt()
      let changed = reader.next()
      guard rows.indices.contains(index) else { return }
      var words = VCPUWords(rows[index])
      for word in 0..<VCPUWords.count where changed & 1 << UInt64(word) != 0 {
        words[word] = change(words[word], reader.nextDifference())
      }
      rows[index] = words.row
    }
    rows.removeLast(max(0, rows.count - count))
  }
}
