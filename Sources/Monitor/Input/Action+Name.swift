extension Action {
  /// The name in the configuration, the palette and the man page: words of small letters with hyphens,
  /// `zoom-in-time`, `show-ipi`.
  public var name: String {
    var name = ""
    var isAfterSmall = false
    for letter in "\(self)".unicodeScalars {
      let isLarge = letter.properties.isUppercase
      if isLarge && isAfterSmall { name += "-" }
      name += letter.properties.lowercaseMapping
      isAfterSmall = !isLarge
    }
    return name
  }

  /// The action of that ``name``; nil: there is none. Large letters count as small ones.
  public init?(name: String) {
    guard let action = Self.byName[name.lowercased()] else { return nil }
    self = action
  }

  /// Every name with its action; two actions of one name would be a mistake in the enumeration.
  private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })
}
