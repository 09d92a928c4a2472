/// The theme files that are compiled into the program.
enum BuiltinThemes {
  /// The names, in the order in which they are offered.
  static let names = [
    "midnight", "nightsafe", "daysafe", "tritsafe", "contrast-dark", "contrast-light", "terminal",
    "mono",
  ]

  /// Shorter words for some of them.
  static let aliases = [
    (alias: "dark", name: "midnight"), (alias: "light", name: "daysafe"),
    (alias: "contrast", name: "contrast-dark"),
  ]

  /// The file of a name; nil: there is none.
  static func file(named name: String) -> [UInt8]? {
    switch name {
    case "midnight": PackageResources.midnight_yaml
    case "nightsafe": PackageResources.nightsafe_yaml
    case "daysafe": PackageResources.daysafe_yaml
    case "tritsafe": PackageResources.tritsafe_yaml
    case "contrast-dark": PackageResources.contrast_dark_yaml
    case "contrast-light": PackageResources.contrast_light_yaml
    case "terminal": PackageResources.terminal_yaml
    case "mono": PackageResources.mono_yaml
    default: nil
    }
  }
}
