import Themes

/// The theme on the screen, where it comes from, and what may come in its place. Whatever goes wrong
/// with a file, the theme that was there stays.
struct ThemeChoice {
  /// The theme.
  var theme: Theme { parsed.theme }

  private let catalog: ThemeCatalog
  /// A name, or a path.
  private var name: String
  private var parsed: ParsedTheme
  private var watch: ThemeWatch
  /// What ``next()`` goes through: the names, and before them a file that was named by its path.
  let names: [String]

  /// The theme of that name or path.
  init(_ name: String, in catalog: ThemeCatalog) throws(ThemeError) {
    let parsed = try catalog.read(name)
    self.catalog = catalog
    self.parsed = parsed
    watch = ThemeWatch(files: parsed.files)
    let known = catalog.names
    let alias = catalog.aliases.first { $0.alias == name && !known.contains(name) }
    let plain = alias?.name ?? name
    self.name = plain
    names = known.contains(plain) ? known : [plain] + known
  }

  /// Goes to the theme after this one; broken files are passed over.
  mutating func next() {
    guard let place = names.firstIndex(of: name) else { return }
    for step in 1..<max(1, names.count) {
      let candidate = names[(place + step) % names.count]
      if let parsed = try? catalog.read(candidate) {
        name = candidate
        adopt(parsed)
        return
      }
    }
  }

  /// Goes to the theme of that name; where it cannot be read, the one that was there stays.
  mutating func use(_ name: String) throws(ThemeError) {
    let parsed = try catalog.read(name)
    self.name = name
    adopt(parsed)
  }

  /// Reads the theme again where its files have changed. `now`: monotonic, nanoseconds. True: it was
  /// read; an error: it could not be.
  mutating func refresh(now: UInt64) throws(ThemeError) -> Bool {
    guard watch.hasChanged(now: now) else { return false }
    try reload()
    return true
  }

  /// Goes to the theme of that name or path.
  mutating func change(to name: String) throws(ThemeError) {
    self = try ThemeChoice(name, in: catalog)
  }

  /// Reads the theme again.
  mutating func reload() throws(ThemeError) { adopt(try catalog.read(name)) }

  private mutating func adopt(_ parsed: ParsedTheme) {
    self.parsed = parsed
    // It may inherit other files than before.
    watch = ThemeWatch(files: parsed.files)
  }
}
