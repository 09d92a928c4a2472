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
    counts = (old.count, new.count)
    var writer = ChangeWriter()
    var last = 0
    var (before, after) = (Self.scratch, Self.scratch)
    for index in 0..<max(old.count, new.count) {
      if index < old.count && index < new.count && old[index] == new[index] { continue }
      VCPUWords.write(Self.row(old, index), into: &before)
      VCPUWords.write(Self.row(new, index), into: &after)
      var changed: UInt64 = 0
      for word in before.indices where before[word] != after[word] { changed |= 1 << UInt64(word) }
      writer.add(index - last)
      writer.add(changed)
      last = index
      for word in before.indices where before[word] != after[word] {
        writer.add(difference: after[word] &- before[word])
      }
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
    var words = Self.scratch
    var index = 0
    while !reader.isAtEnd {
      index += reader.nextInt()
      let changed = reader.next()
      guard rows.indices.contains(index) else { return }
      VCPUWords.write(rows[index], into: &words)
      for word in words.indices where changed & 1 << UInt64(word) != 0 {
        words[word] = change(words[word], reader.nextDifference())
      }
      rows[index] = VCPUWords.row(words)
    }
    rows.removeLast(max(0, rows.count - count))
  }

  private static var scratch: [UInt64] { Array(repeating: 0, count: VCPUWords.count) }

  /// A row that is not there counts as a fresh one.
  private static func row(_ rows: [VCPUSnapshot], _ index: Int) -> VCPUSnapshot {
    index < rows.count ? rows[index] : VCPUSnapshot()
  }
}
