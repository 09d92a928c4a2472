public import Documents

/// Why settings cannot be used.
public enum SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file that was named does not exist.
  case missing(path: String)
  /// It exists but cannot be read, for the reason given.
  case unreadable(path: String, reason: String)
  /// What is wrong in the file, in its order; never empty.
  case invalid(file: String, problems: [DocumentProblem])

  /// What sysexits(3) has for it: 66 (`EX_NOINPUT`) when the file does not exist, else 78
  /// (`EX_CONFIG`).
  public var exitCode: Int32 {
    if case .missing = self { 66 } else { 78 }
  }

  /// The first of ``description``'s lines, for where there is room for one.
  public var firstLine: String {
    description.split(separator: "\n").first.map(String.init) ?? ""
  }

  /// A line for each problem: `FILE:LINE:COLUMN: what`.
  public var description: String {
    switch self {
    case .missing(let path): "\(Printable.path(path)): there is no such file"
    case .unreadable(let path, let reason): "\(Printable.path(path)): \(reason)"
    case .invalid(let file, let problems):
      problems.map { $0.description(in: file) }.joined(separator: "\n")
    }
  }
}
