/// A place where a search found its text.
public struct TerminalMatch: Sendable, Equatable {
  /// The absolute number of the line in which it begins.
  public let line: Int
  /// The column of its first cell.
  public let column: Int
  /// How many cells it takes, the second ones of wide characters counted, over as many lines as it takes
  /// (text that went on over the right margin is searched as one).
  public let cells: Int

  /// A match.
  public init(line: Int, column: Int, cells: Int) {
    self.line = line
    self.column = column
    self.cells = cells
  }
}

extension TerminalEmulator {
  /// Which way to look.
  public enum SearchDirection: Sendable { case up, down }

  /// The nearest place above (or below) `start` where `text` is, in the scroll-back and on the screen,
  /// whatever the case of letters; nil where there is none. `start` itself does not count. Reads every line
  /// up to the match.
  public func find(
    _ text: String, _ direction: SearchDirection, from start: (line: Int, column: Int)
  ) -> TerminalMatch? {
    let wanted = text.unicodeScalars.map { Self.folded($0.value) }
    if wanted.isEmpty { return nil }
    let all = lines
    var line = max(all.lowerBound, min(all.upperBound - 1, start.line))
    line = firstLine(of: line)
    while all.contains(line) {
      let paragraph = Paragraph(self, from: line)
      let found = paragraph.matches(wanted)
      switch direction {
      case .up:
        if let match = found.last(where: { ($0.line, $0.column) < start }) { return match }
        if line == all.lowerBound { return nil }
        line = firstLine(of: line - 1)
      case .down:
        if let match = found.first(where: { ($0.line, $0.column) > start }) { return match }
        line = paragraph.nextLine
      }
    }
    return nil
  }

  /// The first line of the text that `line` is a part of.
  private func firstLine(of line: Int) -> Int {
    var first = line
    while first > lines.lowerBound && self.line(first - 1).isWrapped { first -= 1 }
    return first
  }

  /// Letters without their case, as far as that is one scalar for one.
  static func folded(_ scalar: UInt32) -> UInt32 {
    if scalar < 0x80 { return scalar >= 0x41 && scalar <= 0x5a ? scalar + 0x20 : scalar }
    guard let value = Unicode.Scalar(scalar) else { return scalar }
    let lower = value.properties.lowercaseMapping.unicodeScalars
    return lower.count == 1 ? lower.first?.value ?? scalar : scalar
  }

  /// Lines that are one text.
  private struct Paragraph {
    private var scalars: [UInt32] = []
    /// Where each scalar is.
    private var places: [(line: Int, column: Int)] = []
    private let columns: Int
    private(set) var nextLine: Int

    init(_ terminal: TerminalEmulator, from line: Int) {
      columns = terminal.columns
      nextLine = line
      let all = terminal.lines
      var isWrapped = true
      while isWrapped && all.contains(nextLine) {
        let current = terminal.line(nextLine)
        for (column, cell) in current.cells.prefix(current.usedColumns).enumerated()
        where cell.scalar != 0 {
          scalars.append(TerminalEmulator.folded(cell.scalar))
          places.append((nextLine, column))
        }
        isWrapped = current.isWrapped
        nextLine += 1
      }
    }

    func matches(_ wanted: [UInt32]) -> [TerminalMatch] {
      guard scalars.count >= wanted.count else { return [] }
      var result: [TerminalMatch] = []
      for index in 0...(scalars.count - wanted.count) where scalars[index] == wanted[0] {
        guard scalars[index..<(index + wanted.count)].elementsEqual(wanted) else { continue }
        let (start, end) = (places[index], places[index + wanted.count - 1])
        let cells = (end.line - start.line) * columns + end.column - start.column + 1
        result.append(TerminalMatch(line: start.line, column: start.column, cells: cells))
      }
      return result
    }
  }
}
