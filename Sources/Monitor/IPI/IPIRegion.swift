/// A part of the matrix: some sources by some destinations.
struct IPIRegion: Sendable, Equatable {
  var sources: Range<Int>
  var destinations: Range<Int>

  /// All of it.
  init(vcpus count: Int) {
    sources = 0..<max(0, count)
    destinations = sources
  }

  init(sources: Range<Int>, destinations: Range<Int>) {
    self.sources = sources
    self.destinations = destinations
  }

  /// Whether the cell is in it; no destination means the column of those to all, which every region has.
  func contains(_ source: Int, _ destination: Int?) -> Bool {
    sources.contains(source) && destination.map(destinations.contains) ?? true
  }

  /// `0-7`, or `5` where there is one.
  static func words(_ range: Range<Int>) -> String {
    range.count <= 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound - 1)"
  }

  /// `0-7 → 0-63`
  var words: String { "\(Self.words(sources)) → \(Self.words(destinations))" }
}
