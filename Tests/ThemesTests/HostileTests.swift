import Testing

@testable import Themes

/// Files whose values are of the wrong kind: a theme or an error, never a trap.
@Suite struct HostileTests {
  private static let values = [
    "", "~", "null", "[]", "{}", "[[]]", "[{}]", "{a: {b: c}}", "{[]: {}}", "{? : }", "&a b", "*a",
    "!!binary x", "!!float nan", "nan", "inf", "-0", "1e999", "99999999999999999999", "-1", "0x10",
    "\"\\U0010FFFF\"", "\"\\0\"", "'#'", "\"#-12345\"", "+12345", "#101418", "'#1014181014'",
    "on on on", "red on", "on red", "[default, default]", "[\"#000\", \"#fff\", 1]", "midnight",
    "base16", "../../etc/passwd", "/dev/zero", "a/b.yaml", "\u{202e}", "é\u{301}\u{301}", "|", ">",
    "- - -", "? ?", "%YAML 9", "<<: *a", "{<<: {fg: red}}", "%", "`", "@",
  ]
  private static let keys = [
    "theme", "name", "inherits", "appearance", "contrast", "heat", "palette", "roles", "system",
    "variant", "base0A", "base99", "baseFF", "base-1", "ui.text", "heat.9", "", "?", "<<",
  ]

  @Test func wrongValuesNeverTrap() throws {
    let sources = try ["midnight", "mono", "contrast-light"].map { name in
      String(decoding: try #require(BuiltinThemes.file(named: name)), as: UTF8.self)
    }
    let files =
      sources + [
        SchemeTests.scheme(),
        SchemeTests.scheme(system: "base24", count: 24) { UInt32($0) * 0x0a0a0a },
      ]
    var random: UInt64 = 0x2545_f491_4f6c_dd1d
    func next(_ count: Int) -> Int {
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      return Int(random % UInt64(count))
    }
    var (accepted, refused) = (0, 0)
    for round in 0..<900 {
      var lines = files[round % files.count].split(separator: "\n").map(String.init)
      for _ in 0...next(3) {
        let place = next(lines.count)
        let value = Self.values[next(Self.values.count)]
        let indentation = lines[place].prefix { $0 == " " }
        switch next(4) {
        case 0:
          lines.insert("\(indentation)\(Self.keys[next(Self.keys.count)]): \(value)", at: place)
        case 1: lines.swapAt(place, next(lines.count))
        default:
          let key = lines[place].prefix { $0 != ":" }
          lines[place] = "\(key): \(value)"
        }
      }
      do throws(ThemeError) {
        let theme = try parse(lines.joined(separator: "\n")).theme
        accepted += 1
        // What was accepted can be used.
        #expect((1...21).contains(theme.wantedContrast) && !theme.name.isEmpty)
        #expect(!ThemeCheck(theme).lines.isEmpty)
        #expect(ThemeSample(theme, depth: .direct).lines.count == 2 + Role.allCases.count)
      } catch {
        refused += 1
        #expect(!error.firstLine.isEmpty && error.firstLine.hasPrefix("t.yaml:"))
      }
    }
    #expect(accepted > 50 && refused > 50)
  }
}
