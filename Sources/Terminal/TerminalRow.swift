import CCurses
import Monitor
import Themes

/// Makes a row of a frame fit for a terminal: whatever the frame holds (the guest had a hand in it),
/// what comes out is printable, in the glyph set, and as many columns wide as it says.
struct TerminalRow {
  /// What may be sent.
  let glyphs: GlyphSet

  /// The cells of `row`, cut or padded with blanks to `width`. A wide character keeps its second
  /// cell, whose scalar is 0; there is no other 0 in the result.
  func cells(_ row: ArraySlice<Cell>, width: Int) -> [Cell] {
    var cells: [Cell] = []
    cells.reserveCapacity(width)
    var index = row.startIndex
    while cells.count < width {
      guard index < row.endIndex else {
        cells.append(Cell())
        continue
      }
      let cell = row[index]
      index += 1
      let hasSecond = index < row.endIndex && row[index].scalar == 0 && cells.count + 1 < width
      let scalar = replacement(for: cell, hasSecond: hasSecond)
      var shown = cell
      shown.scalar = scalar.value
      cells.append(shown)
      if hasSecond && scalar.value >= 0x1100 && CellWidth.of(scalar) == 2 {
        cells.append(row[index])
        index += 1
      }
    }
    return cells
  }

  /// What is shown of a cell of a row without wide characters.
  func single(_ cell: Cell) -> Cell {
    if cell.scalar >= 0x20 && cell.scalar < 0x7f { return cell }
    var shown = cell
    shown.scalar = replacement(for: cell, hasSecond: false).value
    return shown
  }

  /// What curves, grids and rules are drawn with. The C library has one column for them, too, in every locale
  /// that is known; where it has not, each is asked for.
  private static let isDrawingNarrow = [0x2500...0x25ff, 0x2800...0x28ff].allSatisfy {
    $0.allSatisfy { wcwidth(wchar_t($0)) == 1 }
  }

  private func isNarrowDrawing(_ scalar: UInt32) -> Bool {
    let isDrawing =
      scalar >= 0x2500 && scalar <= 0x25ff || glyphs == .braille && scalar >> 8 == 0x28
    return isDrawing && glyphs != .ascii && Self.isDrawingNarrow
  }

  private func replacement(for cell: Cell, hasSecond: Bool) -> Unicode.Scalar {
    if (0x20..<0x7f).contains(cell.scalar) { return Unicode.Scalar(UInt8(cell.scalar)) }
    // The second half of a wide character whose first half is not there.
    if cell.scalar == 0 { return " " }
    guard var scalar = Unicode.Scalar(cell.scalar) else { return "?" }
    if isNarrowDrawing(scalar.value) { return scalar }
    // The guest's, too.
    if glyphs == .blocks { scalar = GlyphSet.block(ofBraille: scalar) }
    if glyphs == .ascii { return ASCIIFallback.replacement(for: scalar) }
    let width = CellWidth.of(scalar)
    // Where the C library counts columns differently ncurses would lose its place.
    guard width > 0, wcwidth(wchar_t(scalar.value)) == Int32(width) else { return "?" }
    return width == 2 && !hasSecond ? "?" : scalar
  }
}
