/// A part of the screen, in cells.
struct Rect: Sendable, Equatable {
  var x: Int
  var y: Int
  var width: Int
  var height: Int

  /// The first row below.
  var bottom: Int { y + height }
  /// Whether there is no cell in it.
  var isEmpty: Bool { width <= 0 || height <= 0 }

  func contains(_ column: Int, _ row: Int) -> Bool {
    column >= x && column < x + width && row >= y && row < y + height
  }

  /// The rectangle inside a border of one cell.
  var inner: Rect { Rect(x: x + 1, y: y + 1, width: max(0, width - 2), height: max(0, height - 2)) }

  /// Without its first `rows` rows.
  func dropping(_ rows: Int) -> Rect {
    Rect(x: x, y: y + min(rows, height), width: width, height: max(0, height - rows))
  }
}
