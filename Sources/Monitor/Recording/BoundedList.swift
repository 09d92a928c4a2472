/// The last `limit` elements of a list that only grows; amortised constant time.
struct BoundedList<Element: Sendable>: Sendable {
  /// How many are kept.
  let limit: Int
  /// How many were dropped at the front: the absolute number of the first one kept.
  private(set) var dropped = 0
  private var storage: [Element] = []
  private var head = 0

  /// An empty list of at most `limit` (at least 1) elements.
  init(limit: Int) { self.limit = max(1, limit) }

  var count: Int { storage.count - head }
  /// The absolute number that the next element gets.
  var end: Int { dropped + count }
  var last: Element? { storage.last }
  /// Reads or replaces the element `index` (0 ..< count).
  subscript(index: Int) -> Element {
    get { storage[head + index] }
    set { storage[head + index] = newValue }
  }

  /// Calls `body` with all of them in place: what is taken out one by one is copied.
  func read<Result>(_ body: (Swift.Span<Element>) -> Result) -> Result {
    body(storage.span.extracting(droppingFirst: head))
  }

  /// Drops the oldest, of which there must be one.
  mutating func removeFirst() {
    head += 1
    dropped += 1
    guard head >= limit else { return }
    storage.removeFirst(head)
    head = 0
  }

  /// Drops the newest down to the one before absolute number `end`.
  mutating func removeLast(to end: Int) {
    storage.removeLast(max(0, min(count, self.end - end)))
  }

  mutating func append(_ element: Element) {
    storage.append(element)
    if count > limit { removeFirst() }
  }
}
