import CCurses
import Monitor

/// A run of cells on its way to ncurses. Its room is kept from one to the next.
struct CellRun {
  private var cells: [cchar_t] = []
  private var look = Cell()
  private var paint = Paint()

  /// Begins a run.
  mutating func begin(_ paints: inout PaintTable) {
    cells.removeAll(keepingCapacity: true)
    look = Cell()
    paint = paints.paint(of: look)
  }

  /// Adds a cell, which is not the right half of a wide one.
  mutating func add(_ cell: Cell, _ paints: inout PaintTable) {
    // Not by !=, which for a role is that of its name.
    if !(cell.role == look.role && cell.rendition == look.rendition) {
      let next = paints.paint(of: cell)
      // A blank looks the same in any colour: it takes the one that is set, which needs no bytes.
      if cell.scalar != 0x20 || !next.isPlain || !paint.isPlain || cells.isEmpty
        || next.background != paint.background
      {
        look = cell
        paint = next
      }
    }
    var character = cchar_t()
    // Fills the local.
    unsafe curses_cell(&character, cell.scalar, paint.attributes, paint.pair)
    cells.append(character)
  }

  /// Puts the run at a place of ncurses' image of the screen.
  func put(row: Int, column: Int) {
    unsafe cells.withUnsafeBufferPointer { cells in
      // ncurses copies `count` cells during the call.
      unsafe curses_put(Int32(row), Int32(column), cells.baseAddress, Int32(cells.count))
    }
  }
}
