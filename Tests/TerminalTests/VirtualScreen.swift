import Monitor

/// Just enough of a terminal to see what the driver painted: cursor movement, erasing, repetition,
/// text. Everything else is skipped.
struct VirtualScreen {
  private(set) var rows: [[Unicode.Scalar]]
  private var x = 0
  private var y = 0
  private let width: Int

  init(columns: Int, rows: Int) {
    width = columns
    self.rows = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// The lines, trailing blanks trimmed: as ``Frame/text``.
  var text: String {
    rows.map { row in
      var line = ""
      for scalar in row where scalar != "\0" { line.unicodeScalars.append(scalar) }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  mutating func feed(_ bytes: [UInt8]) {
    var scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)[...]
    var last: Unicode.Scalar = " "
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\u{1b}": escape(&scalars, last)
      case "\r": x = 0
      case "\n": y = min(y + 1, rows.count - 1)
      case "\u{8}": x = max(0, x - 1)
      case "\u{f}", "\u{e}", "\u{7}": break
      default:
        put(scalar)
        last = scalar
      }
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    let columns = CellWidth.of(scalar)
    if x + columns > width {
      x = 0
      y = min(y + 1, rows.count - 1)
    }
    rows[y][x] = scalar
    if columns == 2 { rows[y][x + 1] = "\0" }
    x += columns
  }

  private mutating func escape(
    _ scalars: inout ArraySlice<Unicode.Scalar>, _ last: Unicode.Scalar
  ) {
    guard let kind = scalars.popFirst() else { return }
    guard kind == "[" else {
      if kind == "(" || kind == ")" { _ = scalars.popFirst() }
      return
    }
    var parameters = ""
    while let scalar = scalars.popFirst() {
      guard (0x40...0x7e).contains(scalar.value) else {
        parameters.unicodeScalars.append(scalar)
        continue
      }
      control(scalar, parameters, last)
      return
    }
  }

  private mutating func control(
    _ final: Unicode.Scalar, _ parameters: String, _ last: Unicode.Scalar
  ) {
    let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
    let first = (numbers.first ?? nil) ?? 0
    let count = max(1, first)
    switch final {
    case "H":
      y = min(count, rows.count) - 1
      x = min(max(1, (numbers.count > 1 ? numbers[1] : nil) ?? 1), width) - 1
    case "A": y = max(0, y - count)
    case "B": y = min(rows.count - 1, y + count)
    case "C": x = min(width - 1, x + count)
    case "D": x = max(0, x - count)
    case "G": x = min(count, width) - 1
    case "d": y = min(count, rows.count) - 1
    case "J":
      if first == 2 {
        for row in rows.indices { blank(row, 0, width) }
      } else {
        blank(y, x, width)
        for row in (y + 1)..<max(y + 1, rows.count) { blank(row, 0, width) }
      }
    case "K": if first == 1 { blank(y, 0, x + 1) } else { blank(y, x, width) }
    case "X": blank(y, x, min(width, x + count))
    case "b": for _ in 0..<count { put(last) }
    case "P":
      rows[y].removeSubrange(x..<min(width, x + count))
      rows[y] += Array(repeating: " ", count: width - rows[y].count)
    case "@":
      rows[y].insert(contentsOf: Array(repeating: " ", count: count), at: x)
      rows[y] = Array(rows[y].prefix(width))
    default: break
    }
  }

  private mutating func blank(_ row: Int, _ from: Int, _ to: Int) {
    for column in from..<max(from, to) where column < width { rows[row][column] = " " }
  }
}
