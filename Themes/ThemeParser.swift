import Documents
import Yams

/// Reads theme files: YAML, of which only mappings, lists and text are used; the files in `builtin`
/// show the format.
///
/// Whatever the bytes are, the answer is a theme or a ``ThemeError`` that says where and what: nothing
/// in a file makes it trap. What is wrong is reported all at once, not only the first thing.
public struct ThemeParser {
  private static let keys = [
    "theme", "name", "appearance", "inherits", "contrast", "palette", "heat", "roles",
  ]

  private static let kind = DocumentText.Kind(
    noun: "a theme", beginning: "'theme: 1'",
    insteadOfAlias: "give the colour a name in 'palette'")

  private let file: String
  private var reader: ThemeValueReader

  /// Parses `bytes`; `file` is the name for messages. `inheriting` finds the theme whose name the file
  /// gives under `inherits`. A base16 or base24 scheme is a theme, too.
  public static func parse(
    _ bytes: [UInt8], file: String, inheriting: (String) throws(ThemeError) -> ParsedTheme
  ) throws(ThemeError) -> ParsedTheme {
    let reader: DocumentReader
    let root: Node
    do throws(DocumentProblem) {
      reader = DocumentReader(text: try DocumentText(bytes, kind: kind))
      root = try reader.compose()
    } catch {
      throw .invalid(file: file, problems: [error])
    }
    var parser = ThemeParser(file: file, reader: ThemeValueReader(document: reader))
    return try parser.theme(root, inheriting)
  }

  // MARK: - The file

  private mutating func theme(
    _ root: Node, _ inheriting: (String) throws(ThemeError) -> ParsedTheme
  ) throws(ThemeError) -> ParsedTheme {
    guard let entries = reader.entries(of: root, what: "a theme") else { throw failure() }
    if Base16Scheme.isScheme(entries.map(\.name)) {
      let scheme = Base16Scheme.theme(entries, root, &reader)
      guard reader.problems.isEmpty else { throw failure() }
      return ParsedTheme(theme: scheme, warnings: [], files: [file])
    }
    var values: [String: Node] = [:]
    for (key, name, value) in entries {
      if ThemeParser.keys.contains(name) {
        values[name] = value
      } else {
        reader.report(
          "unknown key \(Printable.quoted(name))"
            + Suggestion.hint(for: name, among: ThemeParser.keys), at: key)
      }
    }
    version(values["theme"], root)
    let name = self.name(values["name"], root)
    var parent: ParsedTheme?
    if let node = values["inherits"], let name = reader.text(of: node, what: "a theme's name") {
      do throws(ThemeError) {
        parent = try inheriting(name)
      } catch {
        reader.report("cannot inherit: \(error.firstLine)", at: node)
      }
    }
    let appearance = self.appearance(values["appearance"]) ?? parent?.theme.appearance ?? .any
    let contrast = values["contrast"].flatMap { reader.contrast($0) }
    if let parent { reader.inherit(parent) }
    if let palette = values["palette"] { reader.readPalette(palette) }
    var rules = reader.inheritedRules()
    if let heat = values["heat"] {
      rules.merge(reader.heat(heat, on: appearance)) { _, own in own }
    }
    if let roles = values["roles"] { rules.merge(reader.rules(roles)) { _, own in own } }
    guard reader.problems.isEmpty else { throw failure() }
    let theme = Theme(
      name: name, appearance: appearance,
      wantedContrast: contrast ?? parent?.theme.wantedContrast ?? Theme.readableContrast,
      rules: rules)
    return ParsedTheme(
      theme: theme, warnings: DocumentProblem.sorted(reader.unusedColors()),
      files: [file] + (parent?.files ?? []), palette: reader.colors, colorNames: reader.colorNames)
  }

  private func failure() -> ThemeError {
    .invalid(file: file, problems: DocumentProblem.sorted(reader.problems))
  }

  private mutating func version(_ node: Node?, _ root: Node) {
    guard let node else {
      reader.report("'theme: 1' is missing: it says which format the file has", at: root)
      return
    }
    guard let version = reader.text(of: node, what: "the format's number"), version != "1" else {
      return
    }
    reader.report(
      "unknown format \(Printable.quoted(version)); this tryst reads format 1", at: node)
  }

  private mutating func name(_ node: Node?, _ root: Node) -> String {
    guard let node else {
      reader.report("the theme has no name; add 'name: ...'", at: root)
      return ""
    }
    guard let name = reader.text(of: node, what: "the theme's name") else { return "" }
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
    }
    guard isPlain && !name.isEmpty && name.utf8.count <= 40 else {
      reader.report(
        "a theme's name is 1 to 40 of a-z, A-Z, 0-9, '-', '_' and '.', not "
          + Printable.quoted(name), at: node)
      return ""
    }
    return name
  }

  private mutating func appearance(_ node: Node?) -> Theme.Appearance? {
    guard let node, let word = reader.text(of: node, what: "the appearance") else { return nil }
    if let appearance = Theme.Appearance(rawValue: word) { return appearance }
    let known = Theme.Appearance.allCases.map(\.rawValue)
    reader.report(
      "unknown appearance \(Printable.quoted(word))\(Suggestion.hint(for: word, among: known)); "
        + "one of \(known.joined(separator: ", "))", at: node)
    return nil
  }
}
