@testable import Console

/// The escape character.
let esc = "\u{1b}"

extension TerminalEmulator {
  /// A small terminal that has got `text`. It knows carriage returns from the start.
  static func after(_ text: String, columns: Int = 10, rows: Int = 4) -> TerminalEmulator {
    var terminal = TerminalEmulator(columns: columns, rows: rows, scrollBackLimit: 100)
    terminal.write(Array(("\r" + text).utf8))
    return terminal
  }

  mutating func write(_ text: String) { write(Array(text.utf8)) }

  /// The rows of the screen, without blanks at their ends.
  var text: [String] { (0..<rows).map { line(screenTop + $0).text } }
  /// The lines of the scroll-back.
  var history: [String] { (lines.lowerBound..<screenTop).map { line($0).text } }
  /// Row and column of the cursor, from 0.
  var place: [Int] { [cursor.line - screenTop, cursor.column] }
  /// The rendition of a cell of the screen.
  func rendition(_ row: Int, _ column: Int) -> Rendition {
    line(screenTop + row).cells[column].rendition
  }

  /// What must be true whatever came.
  var isSound: Bool {
    guard cursor.column < columns && cursor.line >= screenTop && cursor.line < screenTop + rows
    else { return false }
    for number in lines {
      let cells = line(number).cells
      if number >= screenTop && cells.count != columns { return false }
      for (index, cell) in cells.enumerated() {
        if cell.scalar == 0 {
          guard index > 0, PrintableScalar.columns(of: cells[index - 1].scalar) == 2 else {
            return false
          }
          continue
        }
        guard PrintableScalar.shown(cell.scalar) == cell.scalar else { return false }
        if PrintableScalar.columns(of: cell.scalar) == 2 {
          guard index + 1 < cells.count && cells[index + 1].scalar == 0 else { return false }
        }
      }
    }
    return state.region.count >= 1 && state.region.upperBound <= rows && state.answers.count <= 256
  }
}
