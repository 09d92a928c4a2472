import Documents

/// Where themes are found: the directories, first wins, then those compiled in.
public struct ThemeCatalog: Sendable {
  /// The directories, most important first.
  public let directories: [String]

  /// How many themes may inherit one from the other.
  private static let longestChain = 8

  /// A catalog of these directories and the built-in themes.
  public init(directories: [String]) { self.directories = directories }

  /// The user's, the system's, and the program's own: `$XDG_CONFIG_HOME/tryst/themes` (by default
  /// `~/.config`), `tryst/themes` in each of `$XDG_DATA_DIRS` (by default `/usr/local/share` and
  /// `/usr/share`), `../share/tryst/themes` beside the program.
  public static var standard: ThemeCatalog { standard(after: nil) }

  /// The same after a directory that was named for this run.
  public static func standard(after first: String?) -> ThemeCatalog {
    ThemeCatalog(
      directories: (first.map { [$0] } ?? [])
        + directories(
          variable: DocumentFile.variable, programDirectory: ThemeFiles.programDirectory()))
  }

  /// The name or path of the theme in `$TRYST_THEME`; nil when unset or empty.
  public static var environmentTheme: String? { DocumentFile.variable("TRYST_THEME") }

  /// The short words for built-in themes, each with the theme's name. A file `WORD.yaml` comes first.
  public var aliases: [(alias: String, name: String)] { BuiltinThemes.aliases }

  /// Relative paths in these variables are to be ignored (XDG base directory specification).
  static func directories(
    variable: (String) -> String?, programDirectory: String?
  ) -> [String] {
    var roots: [String] = []
    let data = variable("XDG_DATA_DIRS") ?? "/usr/local/share:/usr/share"
    roots += data.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
    if let programDirectory { roots.append(programDirectory + "/../share") }
    let own = DocumentFile.settingsFolder(variable).map { ["\($0)/themes"] } ?? []
    return own + roots.map { "\($0)/tryst/themes" }
  }

  /// Every name that ``load(_:)`` knows: the built-in ones in their order, then those of files.
  public var names: [String] {
    var names = BuiltinThemes.names
    for directory in directories {
      for name in ThemeFiles.names(in: directory) where !names.contains(name) {
        names.append(name)
      }
    }
    return names
  }

  /// The theme `name`: a name, or a path (it has a slash, or ends in `.yaml`).
  public func load(_ name: String) throws(ThemeError) -> Theme { try read(name).theme }

  /// The same with the file's warnings.
  public func read(_ name: String) throws(ThemeError) -> ParsedTheme {
    guard name.contains("/") || name.hasSuffix(".yaml") else { return try find(name, after: []) }
    switch DocumentFile.read(name) {
    case .success(let bytes): return try parse(bytes, file: name, after: [])
    case .failure(.missing): throw .missingFile(path: name)
    case .failure(.unreadable(let reason)): throw .unreadable(path: name, reason: reason)
    }
  }

  /// The first theme of this name that is not among `visited`. So a user's `dark.yaml` may inherit
  /// `dark`, the built-in one, and themes that inherit in a circle end.
  private func find(_ name: String, after visited: [String]) throws(ThemeError) -> ParsedTheme {
    // What a file inherits is a name, never a way to other places.
    guard !name.contains("/") else { throw .unknownName(name, known: names) }
    for directory in directories {
      let path = "\(directory)/\(name).yaml"
      guard !visited.contains(path) else { continue }
      switch DocumentFile.read(path) {
      case .success(let bytes): return try parse(bytes, file: path, after: visited)
      case .failure(.missing): continue
      // There, but not to be read: say so rather than take another.
      case .failure(.unreadable(let reason)): throw .unreadable(path: path, reason: reason)
      }
    }
    if let entry = BuiltinThemes.aliases.first(where: { $0.alias == name }) {
      return try find(entry.name, after: visited)
    }
    let builtin = "built-in \(name)"
    if !visited.contains(builtin), let bytes = BuiltinThemes.file(named: name) {
      return try parse(bytes, file: builtin, after: visited)
    }
    throw .unknownName(name, known: names)
  }

  private func parse(
    _ bytes: [UInt8], file: String, after visited: [String]
  ) throws(ThemeError) -> ParsedTheme {
    let chain = visited + [file]
    return try ThemeParser.parse(bytes, file: file) { parent throws(ThemeError) in
      guard chain.count < ThemeCatalog.longestChain else {
        throw .unreadable(path: parent, reason: "more than 8 themes inherit one from the other")
      }
      return try find(parent, after: chain)
    }
  }
}
