extension Frame {
  /// The columns of row `y` from the first to the last cell that differs from `other`'s, a frame of the same
  /// width; nil where none does, and where one of them has no such row.
  public func difference(from other: Frame, row y: Int) -> Range<Int>? {
    guard width == other.width, y >= 0, y < height, y < other.height else { return nil }
    let (mine, theirs) = (cells.span, other.cells.span)
    let start = y * width
    var first = start
    var end = start + width
    while first < end && mine[first] == theirs[first] { first += 1 }
    guard first < end else { return nil }
    while mine[end - 1] == theirs[end - 1] { end -= 1 }
    return (first - start)..<(end - start)
  }

  /// Whether row `y` has a wide character, of which a half must not be told without the other.
  public func hasWide(row y: Int) -> Bool {
    guard y >= 0 && y < height else { return false }
    let all = cells.span
    for place in (y * width)..<((y + 1) * width) where all[place].scalar == 0 { return true }
    return false
  }
}
