public import Documents

/// One thing that is wrong in a theme file.
public typealias ThemeProblem = DocumentProblem

/// Why a theme cannot be used.
public enum ThemeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file that was named does not exist.
  case missingFile(path: String)
  /// It exists but cannot be read, for the reason given.
  case unreadable(path: String, reason: String)
  /// No theme of this name; `known` are those there are.
  case unknownName(String, known: [String])
  /// What is wrong in the file, in the order of the file; never empty.
  case invalid(file: String, problems: [ThemeProblem])

  /// What sysexits(3) has for it: 66 (`EX_NOINPUT`) when the file does not exist, else 78
  /// (`EX_CONFIG`).
  public var exitCode: Int32 {
    if case .missingFile = self { 66 } else { 78 }
  }

  /// The first of ``description``'s lines, for where there is room for one.
  public var firstLine: String {
    description.split(separator: "\n").first.map(String.init) ?? ""
  }

  /// A line for each problem: `FILE:LINE:COLUMN: what`.
  public var description: String {
    switch self {
    case .missingFile(let path): "\(Printable.path(path)): there is no such file"
    case .unreadable(let path, let reason): "\(Printable.path(path)): \(reason)"
    case .unknownName(let name, let known):
      "there is no theme \(Printable.quoted(name))"
        + Suggestion.hint(for: name, among: known + BuiltinThemes.aliases.map(\.alias)) + "; "
        + "known are: \(known.map(Printable.path).joined(separator: ", "))"
    case .invalid(let file, let problems):
      problems.map { $0.description(in: file) }.joined(separator: "\n")
    }
  }
}
