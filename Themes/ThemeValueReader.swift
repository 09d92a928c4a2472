import Documents
import Yams

/// Reads the values of a theme file and collects what is wrong with them.
struct ThemeValueReader {
  private var document: DocumentReader

  private static let ruleKeys = ["fg", "bg", "attrs", "ansi", "mono", "glyph"]
  private var palette: [String: (color: Color, place: ThemeProblem?)] = [:]
  private var used: Set<String> = []
  private var inherited: [String: StyleRule] = [:]
  /// Which names of the palette the rules use.
  private(set) var colorNames: [String: ColorNames] = [:]

  /// A reader of the values of `document`.
  init(document: DocumentReader) { self.document = document }

  /// What was wrong so far.
  var problems: [ThemeProblem] { document.problems }

  /// Notes that something is wrong at `node`.
  mutating func report(_ message: String, at node: Node) { document.report(message, at: node) }

  /// The entries of a mapping; nil when it is none.
  mutating func entries(
    of node: Node, what: String
  ) -> [(key: Node, name: String, value: Node)]? {
    document.entries(of: node, what: what)
  }

  /// The text of a scalar; nil when it is none or nothing.
  mutating func text(of node: Node, what: String) -> String? {
    document.text(of: node, what: what)
  }

  // MARK: - Colours

  /// `palette`: names for colours.
  mutating func readPalette(_ node: Node) {
    for (key, name, value) in entries(of: node, what: "'palette'") ?? [] {
      if name == "default" || ANSIColor(name: name) != nil {
        report(
          "\(Printable.quoted(name)) always means the terminal's; choose another name", at: key)
      } else if let color = color(value, isPalette: true) {
        palette[name] = (color, document.problem("", at: key))
      } else {
        // It is wrong, which has been said; its uses are not.
        palette[name] = (.terminal, document.problem("", at: key))
        used.insert(name)
      }
    }
  }

  /// Takes over what another file says; its palette, too.
  mutating func inherit(_ parent: ParsedTheme) {
    palette = parent.palette.mapValues { ($0, nil) }
    inherited = parent.theme.rules
    colorNames = parent.colorNames
  }

  /// The inherited rules with the colours that their names have in this file.
  mutating func inheritedRules() -> [String: StyleRule] {
    for (role, names) in colorNames {
      if let name = names.foreground, let entry = palette[name] {
        inherited[role]?.foreground = entry.color
        used.insert(name)
      }
      if let name = names.background, let entry = palette[name] {
        inherited[role]?.background = entry.color
        used.insert(name)
      }
    }
    return inherited
  }

  /// The palette, inherited names included.
  var colors: [String: Color] { palette.mapValues(\.color) }

  /// The colours of this file's palette that no role uses.
  func unusedColors() -> [ThemeProblem] {
    palette.filter { !used.contains($0.key) }.compactMap { name, entry in
      guard var problem = entry.place else { return nil }
      problem.message = "no role uses the colour \(Printable.quoted(name))"
      return problem
    }
  }

  /// A colour, or the name of one; nil where it is wrong.
  mutating func color(_ node: Node, isPalette: Bool = false) -> Color? {
    guard let word = text(of: node, what: "a colour") else { return nil }
    if let name = named(word) { return name }
    if !isPalette, let entry = palette[word] {
      used.insert(word)
      return entry.color
    }
    if let rgb = hexadecimal(word) { return .rgb(rgb) }
    let known = (isPalette ? [] : Array(palette.keys)) + ANSIColor.allCases.map(\.name)
    report(
      "\(Printable.quoted(word)) is no colour\(Suggestion.hint(for: word, among: known.sorted())); "
        + "write '#rrggbb', a name of the palette, or an ANSI name like 'brightblue'", at: node)
    return nil
  }

  /// A colour that is the terminal's.
  private func named(_ word: String) -> Color? {
    word == "default" ? .terminal : ANSIColor(name: word).map(Color.ansi)
  }

  /// `#rrggbb`, `rrggbb` or `#rgb`.
  func hexadecimal(_ word: String) -> RGB? {
    let digits = word.hasPrefix("#") ? word.dropFirst() : word[...]
    guard digits.utf8.count == 6 || (digits.utf8.count == 3 && word.hasPrefix("#")),
      digits.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit),
      let value = UInt32(digits, radix: 16)
    else { return nil }
    guard digits.utf8.count == 3 else { return RGB(value) }
    return RGB((value >> 8 & 0xf) * 0x110000 + (value >> 4 & 0xf) * 0x1100 + (value & 0xf) * 0x11)
  }

  // MARK: - Roles

  /// `roles`: what the file says of each.
  mutating func rules(_ node: Node) -> [String: StyleRule] {
    var rules: [String: StyleRule] = [:]
    for (key, name, value) in entries(of: node, what: "'roles'") ?? [] {
      if Theme.roleNames.contains(name) {
        rules[name] = rule(value, name)
        colorNames[name] = names(value)
      } else {
        let hint = Suggestion.hint(for: name, among: Theme.roleNames)
        report("unknown role \(Printable.quoted(name))\(hint)", at: key)
      }
    }
    return rules
  }

  /// Which colours of a role are names of the palette.
  private func names(_ node: Node) -> ColorNames {
    var names = ColorNames()
    guard case .mapping(let mapping) = node else { return names }
    for case (.scalar(let key), .scalar(let value)) in mapping where palette[value.string] != nil {
      if key.string == "fg" { names.foreground = value.string }
      if key.string == "bg" { names.background = value.string }
    }
    return names
  }

  private mutating func rule(_ node: Node, _ role: String) -> StyleRule {
    var rule = StyleRule()
    for (key, name, value) in entries(of: node, what: "the role '\(role)'") ?? [] {
      switch name {
      case "fg": rule.foreground = color(value)
      case "bg": rule.background = color(value)
      case "attrs": rule.attributes = attributes(value)
      case "mono": rule.monochrome = attributes(value)
      case "ansi": (rule.ansiForeground, rule.ansiBackground) = ansi(value)
      case "glyph": rule.glyph = glyph(value)
      default:
        let hint = Suggestion.hint(for: name, among: ThemeValueReader.ruleKeys)
        report(
          "unknown key \(Printable.quoted(name))\(hint); a role takes "
            + ThemeValueReader.ruleKeys.joined(separator: ", "), at: key)
      }
    }
    return rule
  }

  /// A list of names, or one name.
  private mutating func attributes(_ node: Node) -> Attributes? {
    let nodes: [Node]
    switch node {
    case .sequence(let sequence): nodes = Array(sequence)
    case .scalar: nodes = [node]
    default:
      report(
        "attributes are a list like [bold, underline], not \(document.kind(of: node))", at: node)
      return nil
    }
    var result: Attributes = []
    for node in nodes {
      guard let word = text(of: node, what: "an attribute") else { return nil }
      guard let known = Attributes.names.first(where: { $0.name == word }) else {
        let names = Attributes.names.map(\.name)
        report(
          "unknown attribute \(Printable.quoted(word))\(Suggestion.hint(for: word, among: names)); "
            + "one of \(names.joined(separator: ", "))", at: node)
        return nil
      }
      result.insert(known.attribute)
    }
    return result
  }

  /// `NAME` or `NAME on NAME`: the colours for 8 and 16.
  private mutating func ansi(_ node: Node) -> (Color?, Color?) {
    guard let phrase = text(of: node, what: "an ANSI colour") else { return (nil, nil) }
    let words = phrase.split(separator: " ").map(String.init)
    guard words.count == 1 || (words.count == 3 && words[1] == "on") else {
      report(
        "\(Printable.quoted(phrase)) is neither 'COLOUR' nor 'COLOUR on COLOUR'", at: node)
      return (nil, nil)
    }
    let colors = [words.first, words.count == 3 ? words.last : nil].map { word in
      word.flatMap { named($0) }
    }
    for word in [words.first, words.last].compactMap({ $0 }) where named(word) == nil {
      let known = ["default"] + ANSIColor.allCases.map(\.name)
      report(
        "\(Printable.quoted(word)) is no ANSI colour\(Suggestion.hint(for: word, among: known))",
        at: node)
      break
    }
    return (colors[0], colors[1])
  }

  /// One character of one column: printable ASCII, or a line, block, shape, symbol or braille.
  private mutating func glyph(_ node: Node) -> Unicode.Scalar? {
    guard let word = text(of: node, what: "a glyph") else { return nil }
    if word.unicodeScalars.count == 1, let scalar = word.unicodeScalars.first,
      (0x21..<0x7f).contains(scalar.value) || (0x2190...0x23ef).contains(scalar.value)
        || (0x2500...0x25ff).contains(scalar.value) || (0x2800...0x28ff).contains(scalar.value)
    {
      return scalar
    }
    report(
      "\(Printable.quoted(word)) is no glyph: one character, ASCII or a symbol of one column",
      at: node)
    return nil
  }
}
