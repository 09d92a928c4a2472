/// The theme files that are compiled into the program.
enum BuiltinThemes {
  /// The names, in the order in which they are offered.
  static let names = ["dark", "light", "contrast"]

  /// The file of a name; nil: there is none.
  static func file(named name: String) -> [UInt8]? {
    switch name {
    case "dark": PackageResources.dark_yaml
    case "light": PackageResources.light_yaml
    case "contrast": PackageResources.contrast_yaml
    default: nil
    }
  }
}
