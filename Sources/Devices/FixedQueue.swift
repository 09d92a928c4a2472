/// A first-in-first-out queue of at most 16 elements, in place: it never allocates.
struct FixedQueue<Element: BitwiseCopyable & Sendable>: Sendable {
  static var capacity: Int { 16 }

  private var elements: InlineArray<16, Element>
  /// Where the first element is.
  private var head = 0
  /// How many there are, 0 to 16.
  private(set) var count = 0

  /// An empty queue; `filler` is what unused places hold, and is never seen.
  init(filler: Element) { elements = InlineArray(repeating: filler) }

  var isEmpty: Bool { count == 0 }

  /// The element that ``removeFirst()`` would give.
  var first: Element? {
    get { isEmpty ? nil : elements[head & 15] }
    set {
      if let newValue, !isEmpty { elements[head & 15] = newValue }
    }
  }

  /// Whether `condition` holds of any element.
  func contains(where condition: (Element) -> Bool) -> Bool {
    for index in 0..<count where condition(elements[(head + index) & 15]) { return true }
    return false
  }

  /// Appends `element`; false, and nothing done, where the queue is full.
  @discardableResult mutating func append(_ element: Element) -> Bool {
    guard count < Self.capacity else { return false }
    elements[(head + count) & 15] = element
    count += 1
    return true
  }

  mutating func removeFirst() -> Element? {
    guard let element = first else { return nil }
    head = (head + 1) & 15
    count -= 1
    return element
  }

  mutating func removeAll() {
    head = 0
    count = 0
  }
}
