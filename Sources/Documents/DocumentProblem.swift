/// One thing that is wrong in a file of the user's.
public struct DocumentProblem: Error, Sendable, Hashable {
  /// Line, from 1; 0: the file as a whole.
  public var line: Int
  /// Column in Unicode scalars, from 1.
  public var column: Int
  /// What is wrong and what to do, in a line without control characters.
  public var message: String

  /// A problem; without a line it is the file's.
  public init(_ message: String, line: Int = 0, column: Int = 0) {
    self.line = line
    self.column = column
    self.message = message
  }

  /// `FILE:LINE:COLUMN: what`.
  public func description(in file: String) -> String {
    let place = line > 0 ? "\(line):\(column): " : ""
    return "\(Printable.path(file)):\(line > 0 ? "" : " ")\(place)\(message)"
  }

  /// In the order of the file.
  public static func sorted(_ problems: [DocumentProblem]) -> [DocumentProblem] {
    problems.sorted { ($0.line, $0.column, $0.message) < ($1.line, $1.column, $1.message) }
  }
}
