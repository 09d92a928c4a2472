import Commands
import Documents
import Monitor
import Yams

/// Reads the values of a configuration and collects what is wrong with them.
struct SettingsReader {
  private var document: DocumentReader
  /// What was read so far.
  private(set) var settings = Settings()
  /// Where.
  private(set) var places: [SettingName: DocumentProblem] = [:]

  init(document: DocumentReader) { self.document = document }

  /// What was wrong, in the order of the file.
  var problems: [DocumentProblem] { DocumentProblem.sorted(document.problems) }

  /// Reads the whole file.
  mutating func read(_ root: Node) {
    var escape: (key: Key, node: Node)?
    var keys: Node?
    for (key, word, value) in document.entries(of: root, what: "a configuration") ?? [] {
      guard let name = SettingName(rawValue: word) else {
        let known = SettingName.allCases.map(\.rawValue)
        document.report(
          "unknown key \(Printable.quoted(word))\(Suggestion.hint(for: word, among: known)); "
            + "there are \(known.joined(separator: ", "))", at: key)
        continue
      }
      places[name] = document.problem("", at: value)
      switch name {
      case .keys: keys = value
      case .escapeKey:
        guard let word = document.text(of: value, what: "a key") else { continue }
        if let key = KeyReader.key(word, at: value, &document) { escape = (key, value) }
      default: read(name, value)
      }
    }
    settings.keys = KeyReader.table(keys, escape: escape, &document)
  }

  private mutating func read(_ name: SettingName, _ node: Node) {
    // Nothing in the log's filter is a value, too.
    if name == .logFilter, case .scalar(let scalar) = node, scalar.string.isEmpty { return }
    guard let word = document.text(of: node, what: "'\(name.rawValue)'") else { return }
    switch name {
    case .theme: if isTheme(word, node) { settings.theme = word }
    case .logFilter:
      if let mistake = MonitorStart.mistake(inLogFilter: word) {
        document.report("\(Printable.quoted(word)) is no filter of the log: \(mistake)", at: node)
      } else {
        settings.start.logFilter = word
      }
    case .cpus: settings.vcpus = number(word, name, Settings.vcpuRange, node) ?? settings.vcpus
    case .memory:
      if word != "auto" {
        settings.memoryMebibytes = number(word, name, Settings.memoryRange, node)
      }
    case .mouse: settings.hasMouse = flag(word, name, node) ?? settings.hasMouse
    case .readOnly: settings.isReadOnly = flag(word, name, node) ?? settings.isReadOnly
    case .grid: if word != "auto" { settings.start.hasGrid = flag(word, name, node) }
    case .color, .glyphs, .refresh, .view, .policy, .scenario:
      guard name.words.contains(word) else { return reportUnknown(word, name, node) }
      choose(name, word)
    case .escapeKey, .keys: break
    }
  }

  /// Takes over a word that is one of the setting's.
  private mutating func choose(_ name: SettingName, _ word: String) {
    switch name {
    case .color: settings.color = word
    case .glyphs: settings.glyphs = GlyphSet(rawValue: word)
    case .refresh: settings.refreshHertz = Int(word) ?? settings.refreshHertz
    case .view:
      settings.start.view = MonitorView.allCases.first { $0.name == word } ?? .overview
    case .policy: settings.policy = word
    case .scenario: settings.scenario = Scenario(name: word) ?? settings.scenario
    default: break
    }
  }

  private mutating func reportUnknown(_ word: String, _ name: SettingName, _ node: Node) {
    document.report(
      "\(Printable.quoted(word)) is no value of '\(name.rawValue)'"
        + "\(name == .refresh ? "" : Suggestion.hint(for: word, among: name.words)); "
        + "there are \(name.words.joined(separator: ", "))", at: node)
  }

  /// Whether there is such a theme is known where themes are looked for.
  private mutating func isTheme(_ word: String, _ node: Node) -> Bool {
    if !word.isEmpty && word.utf8.count <= 4096 { return true }
    document.report("a theme is a name or a path of 1 to 4096 bytes", at: node)
    return false
  }

  private mutating func number(
    _ word: String, _ name: SettingName, _ range: ClosedRange<Int>, _ node: Node
  ) -> Int? {
    if word.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(word),
      range.contains(number)
    {
      return number
    }
    document.report(
      "'\(name.rawValue)' is a number from \(range.lowerBound) to \(range.upperBound)"
        + "\(name == .memory ? ", or auto" : ""), not \(Printable.quoted(word))", at: node)
    return nil
  }

  /// As YAML 1.1 writes them, in small letters.
  private mutating func flag(_ word: String, _ name: SettingName, _ node: Node) -> Bool? {
    switch word {
    case "on", "true", "yes": return true
    case "off", "false", "no": return false
    default:
      reportUnknown(word, name, node)
      return nil
    }
  }
}
