import Testing

@testable import Themes

/// base16 and base24 schemes, as github.com/tinted-theming has them.
@Suite struct SchemeTests {
  static func scheme(
    system: String = "base16", variant: String = "variant: \"dark\"\n", hash: Bool = true,
    count: Int = 16, shade: (Int) -> UInt32 = { UInt32($0) * 0x0f0f0f }
  ) -> String {
    var text =
      "system: \"\(system)\"\nname: \"Night & Day (test)\"\nauthor: \"A. B.\"\n\(variant)palette:\n"
    for number in 0..<count {
      let hexadecimal = String(shade(number), radix: 16)
      let digits = String(repeating: "0", count: 6 - hexadecimal.count) + hexadecimal
      let name = String(number, radix: 16, uppercase: true)
      text += "  base\(number < 16 ? "0" : "")\(name): "
      text += hash ? "\"#\(digits)\"\n" : "\(digits)\n"
    }
    return text
  }

  @Test(arguments: [true, false])
  func schemesLoadAsTheyAre(hash: Bool) throws {
    let parsed = try parse(Self.scheme(hash: hash))
    #expect(parsed.theme.name == "night-day-test")
    #expect(parsed.theme.appearance == .dark)
    #expect(parsed.warnings.isEmpty)
    #expect(Set(parsed.theme.rules.keys) == Set(Role.allCases.map(\.rawValue)))
    #expect(parsed.theme.style(of: .text).background == .rgb(RGB(0x000000)))
    #expect(parsed.theme.style(of: .text).foreground == .rgb(RGB(0x4b4b4b)))
    #expect(parsed.theme.style(of: .stateFault).foreground == .rgb(RGB(0x787878)))
    #expect(parsed.theme.style(of: .stateFault).ansiForeground == .ansi(.brightRed))
    #expect(parsed.theme.style(of: .heat1).foreground == .rgb(RGB(0x2d2d2d)))
    #expect(parsed.theme.style(of: .heat8).foreground == .rgb(RGB(0x4b4b4b)))
  }

  @Test func lightSchemesAreKnownWithoutBeingToldSo() throws {
    let text = Self.scheme(system: "base24", variant: "", count: 24) {
      0xffffff - UInt32($0) * 0x0a0a0a
    }
    let theme = try parse(text).theme
    #expect(theme.appearance == .light)
    #expect(theme.style(of: .stateFault).ansiForeground == .ansi(.red))
    #expect(theme.style(of: .laneReleased).ansiForeground == .terminal)
    #expect(theme.style(of: .tabActive).ansiForeground == .ansi(.brightWhite))
  }

  @Test func saysWhatIsMissing() {
    #expect(complaint(Self.scheme(system: "base24")).contains(": base17 is missing"))
    let lines = complaint(Self.scheme(count: 14)).split(separator: "\n")
    #expect(lines == ["t.yaml:6:3: base0E is missing", "t.yaml:6:3: base0F is missing"])
    #expect(
      complaint("system: base17\nname: x\npalette: {}\n").hasPrefix(
        "t.yaml:1:9: unknown system 'base17'; one of base16, base24"))
    #expect(complaint("system: base16\n").contains("the scheme has no palette"))
    let unquoted = Self.scheme().replacing("base03: \"#2d2d2d\"", with: "base03: #2d2d2d")
    #expect(complaint(unquoted).contains("quote it: '#2d2d2d'"))
    #expect(
      complaint(Self.scheme().replacing("#2d2d2d", with: "#2d2d2")).contains(
        "'#2d2d2' is no colour"))
  }

  @Test func mayBeInherited() throws {
    let directory = try TemporaryDirectory()
    try directory.write("night.yaml", Self.scheme())
    try directory.write(
      "mine.yaml", "theme: 1\nname: mine\ninherits: night\nroles: {ipi: {fg: red}}\n")
    let parsed = try ThemeCatalog(directories: [directory.path]).read("mine")
    #expect(parsed.theme.style(of: .ipi).foreground == .ansi(.red))
    #expect(parsed.theme.style(of: .title).foreground == .rgb(RGB(0xc3c3c3)))
    #expect(parsed.files == ["\(directory.path)/mine.yaml", "\(directory.path)/night.yaml"])
  }
}
