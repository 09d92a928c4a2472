import Documents
import Glibc
import Testing

@testable import Themes

@Suite struct BuiltinTests {
  static let directory =
    #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/Themes/builtin"

  @Test func everyFileIsBuiltIn() throws {
    let names = ThemeFiles.names(in: Self.directory)
    #expect(names.sorted() == BuiltinThemes.names.sorted())
    for name in names {
      let bytes = try DocumentFile.read("\(Self.directory)/\(name).yaml").get()
      #expect(BuiltinThemes.file(named: name) == bytes)
      #expect(bytes.count < 5_000, "compile time grows with the size")
    }
  }

  @Test(arguments: BuiltinThemes.names)
  func parsesWithoutAWarningAndGivesEveryRole(name: String) throws {
    let parsed = try ThemeCatalog(directories: []).read(name)
    #expect(parsed.warnings.isEmpty)
    #expect(parsed.theme.name == name)
    #expect(Set(parsed.theme.rules.keys) == Set(Role.allCases.map(\.rawValue)))
  }

  /// Letters tell the states apart everywhere; without colours attributes do, for those that matter.
  @Test(arguments: BuiltinThemes.names)
  func attentionIsDistinctWithoutColours(name: String) throws {
    let theme = try ThemeCatalog(directories: []).load(name)
    let states: [Role] = [.stateRunning, .stateKicked, .stateHalted, .stateWaiting, .stateFault]
    let attributes = states.map { theme.style(of: $0).monochrome }
    #expect(Set(attributes).count == states.count)
    let shown: [Role] = [.selection, .header, .bar]
    for role in shown { #expect(theme.style(of: role).monochrome.contains(.reverse)) }
  }

  @Test func theStandardThemeIsTheDarkOne() throws {
    for name in ["midnight", "dark"] {
      #expect(try ThemeCatalog(directories: []).load(name) == Theme.standard)
    }
  }

  @Test(arguments: [("dark", "midnight"), ("light", "daysafe"), ("contrast", "contrast-dark")])
  func shortWordsStayKnown(alias: String, name: String) throws {
    let catalog = ThemeCatalog(directories: [])
    #expect(try catalog.load(alias) == catalog.load(name))
  }

  @Test func contrastIsWhatTheStandardSays() {
    #expect(abs(RGB(0xffffff).contrast(with: RGB(0x000000)) - 21) < 0.001)
    #expect(abs(RGB(0x777777).contrast(with: RGB(0xffffff)) - 4.478) < 0.001)
  }

  /// Truncations and changed bytes of a valid file: a theme or an error, never a trap.
  @Test func brokenFilesNeverTrap() throws {
    let files = [
      try #require(BuiltinThemes.file(named: "midnight")),
      try #require(BuiltinThemes.file(named: "mono")), Array(SchemeTests.scheme().utf8),
    ]
    var accepted = 0
    var refused = 0
    func feed(_ bytes: [UInt8]) {
      do throws(ThemeError) {
        _ = try parse(bytes)
        accepted += 1
      } catch {
        refused += 1
        let isPlain = error.description.unicodeScalars.allSatisfy {
          $0 == "\n" || $0.properties.generalCategory != .control
        }
        #expect(isPlain && !error.description.isEmpty, "\(error.description.debugDescription)")
      }
    }
    for file in files {
      for length in stride(from: 0, to: file.count, by: 61) { feed(Array(file.prefix(length))) }
    }
    var random: UInt64 = 0x9e37_79b9_7f4a_7c15
    let marks: [UInt8] = Array(":{}[],#&*!|>'\"%@`?- \n\t\u{1b}".utf8) + [0, 0x80, 0xff]
    for round in 0..<400 {
      var bytes = files[round % files.count]
      for _ in 0..<3 {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        let place = Int(random % UInt64(bytes.count))
        let mark = marks[Int(random >> 32) % marks.count]
        if random & 1 == 0 { bytes[place] = mark } else { bytes.insert(mark, at: place) }
      }
      feed(bytes)
    }
    #expect(accepted > 0 && refused > 0)
  }
}
