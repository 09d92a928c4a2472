/// Hands out the rows of a part of the screen from its top and its bottom. What is asked for beyond the last
/// row is not given.
struct RowStack {
  /// What nobody has yet.
  private(set) var rest: Rect

  init(_ rect: Rect) { rest = rect }

  /// The rows that nobody has yet.
  var left: Int { max(0, rest.height) }

  /// The next `rows` from the top.
  mutating func take(_ rows: Int) -> Rect {
    let rows = max(0, min(rows, left))
    defer {
      rest.y += rows
      rest.height -= rows
    }
    return Rect(x: rest.x, y: rest.y, width: rest.width, height: rows)
  }

  /// The next `rows` from the bottom.
  mutating func takeLast(_ rows: Int) -> Rect {
    let rows = max(0, min(rows, left))
    rest.height -= rows
    return Rect(x: rest.x, y: rest.bottom, width: rest.width, height: rows)
  }
}
