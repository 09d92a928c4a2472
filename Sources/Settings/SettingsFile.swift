public import Documents

/// Settings as a file gives them, and where in it.
public struct SettingsFile: Sendable {
  /// Where it was looked for; nil: nowhere.
  public let path: String?
  /// Whether there is a file.
  public let isThere: Bool
  /// What is in force by the file, the defaults where it says nothing.
  public let settings: Settings
  /// Where the file gives each value that it gives; the messages are empty.
  public let places: [SettingName: DocumentProblem]

  /// The largest file that is read is ``DocumentText/largest``; it is refused before YAML is parsed where it
  /// is built to expand.
  static let kind = DocumentText.Kind(
    noun: "a configuration", beginning: "a line such as 'theme: midnight'",
    insteadOfAlias: "write the value again")

  init(
    path: String?, isThere: Bool, settings: Settings, places: [SettingName: DocumentProblem] = [:]
  ) {
    self.path = path
    self.isThere = isThere
    self.settings = settings
    self.places = places
  }

  /// Where settings are by default: `$XDG_CONFIG_HOME/tryst/config.yaml`; nil where the environment names
  /// no home.
  public static var standardPath: String? {
    DocumentFile.settingsFolder().map { $0 + "/config.yaml" }
  }

  /// The settings of `choice`: a path, `none`, or nil for the file in its usual place, which need not be
  /// there. `mistake` says what is wrong with the theme that the file names, where that is to be known together
  /// with what else is wrong: where themes are is not this room's matter.
  public static func load(
    _ choice: String?, themeMistake mistake: (String) -> String? = { _ in nil }
  ) throws(SettingsError) -> SettingsFile {
    if choice == "none" { return SettingsFile(path: nil, isThere: false, settings: Settings()) }
    guard let path = choice ?? standardPath else {
      return SettingsFile(path: nil, isThere: false, settings: Settings())
    }
    switch DocumentFile.read(path) {
    case .success(let bytes): return try parse(bytes, path: path, themeMistake: mistake)
    case .failure(.missing) where choice == nil:
      return SettingsFile(path: path, isThere: false, settings: Settings())
    case .failure(.missing): throw .missing(path: path)
    case .failure(.unreadable(let reason)): throw .unreadable(path: path, reason: reason)
    }
  }

  /// Parses `bytes`; `path` is the name for messages. Whatever the bytes are, the answer is settings or an
  /// error that says where and what. A file of comments only is a file of defaults. `mistake` as for ``load``.
  public static func parse(
    _ bytes: [UInt8], path: String, themeMistake mistake: (String) -> String? = { _ in nil }
  ) throws(SettingsError) -> SettingsFile {
    if isBlank(bytes) { return SettingsFile(path: path, isThere: true, settings: Settings()) }
    var values: SettingsReader
    do throws(DocumentProblem) {
      let reader = DocumentReader(text: try DocumentText(bytes, kind: kind))
      values = SettingsReader(document: reader)
      values.read(try reader.compose())
    } catch {
      throw .invalid(file: path, problems: [error])
    }
    var problems = values.problems
    // A name that is none at all was reported; the settings then have the standard one.
    if let place = values.places[.theme], let words = mistake(values.settings.theme) {
      problems.append(problem(words, with: .theme, at: place))
    }
    guard problems.isEmpty else {
      throw .invalid(file: path, problems: DocumentProblem.sorted(problems))
    }
    return SettingsFile(
      path: path, isThere: true, settings: values.settings, places: values.places)
  }

  /// Whether there are only comments and blanks in a file of ASCII.
  private static func isBlank(_ bytes: [UInt8]) -> Bool {
    guard bytes.count <= DocumentText.largest else { return false }
    return bytes.split(separator: UInt8(ascii: "\n")).allSatisfy { line in
      let rest = line.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
      return rest.isEmpty
        || (rest.first == UInt8(ascii: "#") && rest.allSatisfy { $0 >= 0x20 && $0 < 0x7f })
    }
  }

  /// A problem with the value of `name`, which only its use has shown: a theme that is not there.
  public func problem(_ message: String, with name: SettingName) -> SettingsError? {
    guard let path, let place = places[name] else { return nil }
    return .invalid(file: path, problems: [Self.problem(message, with: name, at: place)])
  }

  private static func problem(
    _ message: String, with name: SettingName, at place: DocumentProblem
  ) -> DocumentProblem {
    var problem = place
    problem.message = "\(name.rawValue): \(message)"
    return problem
  }
}
