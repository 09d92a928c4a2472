/// The parameters of one colour in an SGR sequence, such as `38;5;81`: in place, as they are kept and compared
/// for each change of colour on the screen.
struct RenditionParameters: Hashable, BitwiseCopyable {
  /// The longest is that of a direct colour with colons, `38:2::255:255:255`.
  static var limit: Int { 24 }

  private var storage = InlineArray<24, UInt8>(repeating: 0)
  private var count = 0

  /// None: the terminal's own colour.
  init() {}

  /// Those in `range` of `bytes`, of which at most ``limit`` are taken.
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    for index in range.prefix(Self.limit) {
      storage[count] = bytes[index]
      count += 1
    }
  }

  var isEmpty: Bool { count == 0 }

  /// Writes them behind `bytes`.
  func append(to bytes: inout [UInt8]) {
    for index in 0..<count { bytes.append(storage[index]) }
  }

  func hash(into hasher: inout Hasher) {
    for index in 0..<count { hasher.combine(storage[index]) }
  }

  static func == (one: RenditionParameters, other: RenditionParameters) -> Bool {
    guard one.count == other.count else { return false }
    for index in 0..<one.count where one.storage[index] != other.storage[index] { return false }
    return true
  }
}
