/// Where the guest's first serial port leads in a run without a screen.
enum SerialOption: Equatable, Sendable {
  /// Nowhere: what the guest writes is counted, and it receives nothing.
  case none
  /// Standard input and output.
  case standardStreams
  /// A new pseudo-terminal.
  case pseudoTerminal
  /// A file, from its beginning.
  case file(String)

  /// What `text` on the command line names.
  init(_ text: String) throws(Failure) {
    switch text {
    case "none": self = .none
    case "stdio": self = .standardStreams
    case "pty": self = .pseudoTerminal
    default:
      guard text.hasPrefix("file:"), text.utf8.count > 5 else {
        throw Failure(
          ExitStatus.usage,
          "--serial '\(text)' is unknown; there are none, stdio, pty, file:PATH")
      }
      self = .file(String(text.dropFirst(5)))
    }
  }

  /// Opens it.
  func open() throws(Failure) -> (any SerialLine)? {
    switch self {
    case .none: nil
    case .standardStreams: try SerialStandardStreams()
    case .pseudoTerminal: try SerialPseudoTerminal()
    case .file(let path): try SerialFile(path: path)
    }
  }
}
