/// The way back from a key's name.
extension Key {
  /// Why a word names no key.
  public struct NameMistake: Error, Sendable, Equatable {
    /// What is wrong, and what to write, in a line.
    public let words: String
  }

  /// Names besides the characters, with the words that people also use for them.
  private static let named: [(name: String, key: Key)] = [
    ("Space", .character(" ")), ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right),
    ("Home", .home), ("End", .end), ("PgUp", .pageUp), ("PgDn", .pageDown), ("Tab", .tab),
    ("S-Tab", .backTab), ("Enter", .enter), ("Esc", .escape), ("Bksp", .backspace),
    ("Del", .delete), ("Ins", .insert), ("PageUp", .pageUp), ("PageDown", .pageDown),
    ("BackTab", .backTab), ("Return", .enter), ("Escape", .escape), ("Backspace", .backspace),
    ("Delete", .delete), ("Insert", .insert),
  ]

  /// Every name that is no character's: for suggestions.
  public static let names: [String] = named.prefix(16).map(\.name) + (1...12).map { "F\($0)" }

  /// The key called `name`: a character itself (`a`, `+`), `Space`, `F7`, `^C` or `C-c`, `PgUp`, `S-Tab`,
  /// `C-Up`. Large and small letters count in characters, not in names. The inverse of ``name``.
  public init(name: String) throws(NameMistake) {
    let scalars = Array(name.unicodeScalars)
    if scalars.count == 1 {
      guard CellWidth.of(scalars[0]) > 0 else {
        throw NameMistake(words: "no key sends that character alone")
      }
      self = .character(scalars[0])
    } else if scalars.count == 2 && scalars[0] == "^" {
      self = try Self.withControl(scalars[1])
    } else if let entry = Self.named.first(where: { $0.name.lowercased() == name.lowercased() }) {
      self = entry.key
    } else if let number = Self.functionNumber(name) {
      self = .function(number)
    } else {
      self = try Self.withModifiers(name)
    }
  }

  private static func functionNumber(_ name: String) -> Int? {
    guard name.first == "F" || name.first == "f", name.utf8.dropFirst().first != 0x2b else {
      return nil
    }
    return Int(name.dropFirst()).flatMap { (1...12).contains($0) ? $0 : nil }
  }

  private static func withControl(_ scalar: Unicode.Scalar) throws(NameMistake) -> Key {
    let letter = Unicode.Scalar(
      UInt8(truncatingIfNeeded: scalar.value | (("A"..."Z").contains(scalar) ? 0x20 : 0)))
    switch scalar.isASCII ? letter : "\u{0}" {
    case "i": throw NameMistake(words: "a terminal sends the same for ^I as for Tab; write Tab")
    case "m": throw NameMistake(words: "a terminal sends the same for ^M as for Enter; write Enter")
    case "[": throw NameMistake(words: "a terminal sends the same for ^[ as for Esc; write Esc")
    case "a"..."z", "@", "\\", "]", "^", "_": return .control(letter)
    default: throw NameMistake(words: "no terminal sends that; ^A to ^Z, ^@ ^\\ ^] ^^ ^_ there are")
    }
  }

  /// `C-`, `M-` and `S-` before a name.
  private static func withModifiers(_ name: String) throws(NameMistake) -> Key {
    var (rest, modifiers) = (name[...], KeyModifiers())
    while rest.utf8.count > 2, rest.dropFirst().first == "-" {
      switch rest.first {
      case "C", "c": modifiers.insert(.control)
      case "M", "m": modifiers.insert(.alt)
      case "S", "s": modifiers.insert(.shift)
      default: throw NameMistake(words: "a key's name begins with C-, M- or S-, or with none")
      }
      rest = rest.dropFirst(2)
    }
    guard !modifiers.isEmpty else { throw NameMistake(words: "no key is called so") }
    let key = try Key(name: String(rest))
    switch key {
    case .character(" ") where modifiers == .control: return .control("@")
    case .character(let scalar) where modifiers == .control: return try withControl(scalar)
    case .character:
      throw NameMistake(words: "for Alt a terminal sends Esc and the letter; Shift is the letter")
    case .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .insert, .delete, .function:
      return .modified(key, modifiers)
    case .tab where modifiers == .shift: return .backTab
    default: throw NameMistake(words: "terminals send \(key.name) alone")
    }
  }
}
