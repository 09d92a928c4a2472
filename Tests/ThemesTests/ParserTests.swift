import Testing

@testable import Themes

/// Parses a text that inherits nothing but the built-in themes.
func parse(_ text: String) throws(ThemeError) -> ParsedTheme { try parse(Array(text.utf8)) }

func parse(_ bytes: [UInt8]) throws(ThemeError) -> ParsedTheme {
  try ThemeParser.parse(bytes, file: "t.yaml") { name throws(ThemeError) in
    try ThemeCatalog(directories: []).read(name)
  }
}

/// What is said of a text that must be refused.
func complaint(_ text: String) -> String { complaint(Array(text.utf8)) }

func complaint(_ bytes: [UInt8]) -> String {
  do throws(ThemeError) {
    _ = try parse(bytes)
    return "accepted"
  } catch {
    return error.description
  }
}

@Suite struct ParserTests {
  static let head = "theme: 1\nname: t\n"

  @Test func readsEverythingThatTheFormatHas() throws {
    let parsed = try parse(
      """
      theme: 1
      name: midnight
      appearance: dark
      palette: {bg: "#101418", sky: 66ccff, short: "#f0a"}
      roles:
        ui.text: {fg: sky, bg: bg, ansi: white on default}
        vcpu: {fg: short, attrs: [bold, underline], mono: reverse}
        vcpu.state: {bg: brightblue}
        vcpu.state.halt: {fg: default, ansi: brightblack, glyph: ▒}
      """)
    #expect(parsed.warnings.isEmpty)
    #expect(parsed.theme.name == "midnight")
    #expect(parsed.theme.appearance == .dark)
    let text = parsed.theme.style(of: .text)
    #expect(text.foreground == .rgb(RGB(0x66ccff)))
    #expect(text.background == .rgb(RGB(0x101418)))
    #expect(text.ansiForeground == .ansi(.white))
    #expect(text.ansiBackground == .terminal)
    let run = parsed.theme.style(of: .stateRunning)
    #expect(run.foreground == .rgb(RGB(0xff00aa)))
    #expect(run.background == .ansi(.brightBlue))
    #expect(run.attributes == [.bold, .underline])
    #expect(run.ansiForeground == nil, "the text's ANSI name does not stand for another colour")
    #expect(run.monochrome == .reverse)
    let halt = parsed.theme.style(of: .stateHalted)
    #expect(halt.foreground == .terminal)
    #expect(halt.ansiForeground == .ansi(.brightBlack))
    #expect(halt.glyph == "▒")
    #expect(halt.attributes == [.bold, .underline])
    // A role that nobody mentions looks like text.
    #expect(parsed.theme.style(of: .graph).foreground == text.foreground)
  }

  @Test func inheritsAndReplacesWholeRoles() throws {
    let theme = try parse(
      Self.head + "inherits: dark\nroles: {vcpu.state.run: {fg: \"#010203\"}}\n"
    ).theme
    #expect(theme.style(of: .stateRunning).foreground == .rgb(RGB(0x010203)))
    #expect(theme.style(of: .stateRunning).ansiForeground == nil)
    #expect(theme.style(of: .stateFault) == Theme.standard.style(of: .stateFault))
  }

  @Test func anUnquotedColourIsFoundWhereTheFileEndsAfterIt() {
    let expected = "t.yaml:4:16: an unquoted # begins a comment, so there is no colour here; quote"
    #expect(complaint(Self.head + "roles:\n  ui.dim: {fg: #5c6370}\n").hasPrefix(expected))
    // What is in quotes or in a comment is none.
    let text = "roles: {ui.dim: {fg: '#5c6370'}} # fg: #5c6370\n# bg: #101418\n"
    #expect(complaint(Self.head + text) == "accepted")
    #expect(complaint(Self.head + text + "name: [\n").contains("not YAML"))
  }

  @Test func inheritedRolesFollowThePalette() throws {
    let parsed = try parse(Self.head + "inherits: midnight\npalette: {bg: \"#010203\", sky: red}\n")
    #expect(parsed.warnings.isEmpty)
    let theme = parsed.theme
    #expect(theme.appearance == .dark)
    #expect(theme.style(of: .text).background == .rgb(RGB(0x010203)))
    #expect(theme.style(of: .bar).foreground == .rgb(RGB(0x010203)))
    #expect(theme.style(of: .bar).background == .ansi(.red))
    #expect(theme.style(of: .stateVMM).foreground == .ansi(.red))
    #expect(theme.style(of: .stateVMM).ansiForeground == .ansi(.brightCyan))
    // A name of the parent's palette is known; a role given anew no longer follows the old name.
    let own = try parse(
      Self.head + "inherits: midnight\nroles: {ipi: {fg: gold}, graph: {fg: \"#040506\"}}\n"
    ).theme
    #expect(own.style(of: .ipi).foreground == Theme.standard.style(of: .warning).foreground)
    #expect(own.style(of: .graph).foreground == .rgb(RGB(0x040506)))
  }

  @Test(arguments: [
    (
      "roles:\n  vcpu.state.rnu: {fg: red}\n",
      "t.yaml:4:3: unknown role 'vcpu.state.rnu' (did you mean 'vcpu.state.run'?)"
    ),
    (
      "palette: {grey: \"#888888\"}\nroles: {ui.dim: {fg: gray}}\n",
      "t.yaml:4:22: 'gray' is no colour (did you mean 'grey'?); write '#rrggbb', a name of the "
        + "palette, or an ANSI name like 'brightblue'"
    ),
    (
      "roles: {ui.dim: {attrs: [blod]}}\n",
      "t.yaml:3:26: unknown attribute 'blod' (did you mean 'bold'?); one of bold, dim, italic, "
        + "underline, reverse"
    ),
    (
      "roles:\n  ui.dim:\n    fg: #5c6370\n",
      "t.yaml:5:9: an unquoted # begins a comment, so there is no colour here; quote it: '#5c6370'"
    ),
    (
      "roles:\n  ui.dim: {fg: #5c6370, bg: red}\n  ui.text: {fg: red}\n",
      "t.yaml:4:16: an unquoted # begins a comment, so there is no colour here; quote it: '#5c6370'"
    ),
    (
      "roles: {ui.dim: {fb: red}}\n",
      "t.yaml:3:18: unknown key 'fb' (did you mean 'fg'?); a role takes fg, bg, attrs, ansi, mono, "
        + "glyph"
    ),
    ("rolls: {}\n", "t.yaml:3:1: unknown key 'rolls' (did you mean 'roles'?)"),
    ("roles: [1, 2]\n", "t.yaml:3:8: 'roles' is a mapping ('key: value'), not a list"),
    (
      "roles: {ui.dim: red}\n",
      "t.yaml:3:17: the role 'ui.dim' is a mapping ('key: value'), not 'red'"
    ),
    ("roles: {ui.dim: {fg: [red]}}\n", "t.yaml:3:22: a colour is a word, not a list"),
    ("roles: {[a, b]: {}}\n", "t.yaml:3:9: a key is a word, not a list"),
    (
      "roles: {ui.dim: {ansi: red upon blue}}\n",
      "t.yaml:3:24: 'red upon blue' is neither 'COLOUR' nor 'COLOUR on COLOUR'"
    ),
    (
      "roles: {ui.dim: {ansi: bred}}\n",
      "t.yaml:3:24: 'bred' is no ANSI colour (did you mean 'red'?)"
    ),
    (
      "roles: {ui.dim: {glyph: 漢}}\n",
      "t.yaml:3:25: '漢' is no glyph: one character, ASCII or a symbol of one column"
    ),
    (
      "roles: {ui.dim: {glyph: \"\\e\"}}\n",
      "t.yaml:3:25: '?' is no glyph: one character, ASCII or a symbol of one column"
    ),
    (
      "appearance: drak\n",
      "t.yaml:3:13: unknown appearance 'drak' (did you mean 'dark'?); one of dark, light, any"
    ),
    (
      "palette: {red: \"#ff0000\"}\n",
      "t.yaml:3:11: 'red' always means the terminal's; choose another name"
    ),
    ("name: t\n", "t.yaml:2:1: 'name' is given twice"),
    ("roles: {ui.dim: {fg: red}, ui.dim: {fg: blue}}\n", "t.yaml:3:9: 'ui.dim' is given twice"),
    (
      "palette: &p {a: red}\nroles: *p\n",
      "t.yaml:4:8: a theme takes no YAML aliases ('*p'); give the colour a name in 'palette'"
    ),
    (
      "roles: {ui.dim: {fg: red}\n",
      "t.yaml:4:1: not YAML: while parsing a flow mapping, did not find expected ',' or '}'"
    ),
    (
      "inherits: nonesuch\n",
      "t.yaml:3:11: cannot inherit: there is no theme 'nonesuch'; known are: midnight, nightsafe, "
        + "daysafe, tritsafe, contrast-dark, contrast-light, terminal, mono"
    ),
  ])
  func saysWhereAndWhat(text: String, expected: String) {
    #expect(complaint(Self.head + text) == expected)
  }

  @Test func reportsEverythingAtOnceInOrder() {
    let lines = complaint("theme: 2\nname: 'a b'\nroles: {nope: {}, ui.dim: {fg: nope}}\n").split(
      separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.first?.hasPrefix("t.yaml:1:8: unknown format '2'") == true)
    #expect(lines.last?.hasPrefix("t.yaml:3:32: ") == true)
  }

  @Test func warnsOfUnusedColours() throws {
    let parsed = try parse(Self.head + "palette: {a: red}\n".replacing("red", with: "\"#ff0000\""))
    #expect(parsed.warnings.map(\.message) == ["no role uses the colour 'a'"])
    #expect(parsed.warnings.first?.line == 3)
  }

  @Test func refusesWhatIsNoTheme() {
    #expect(complaint("") == "t.yaml: the file is empty; a theme begins with 'theme: 1'")
    #expect(complaint("# nothing\n\n").contains("empty"))
    #expect(complaint("name: t\n").contains("'theme: 1' is missing"))
    #expect(complaint("theme: 1\n").contains("the theme has no name"))
    #expect(complaint("just text").contains("a theme is a mapping"))
    #expect(complaint("---\na: 1\n---\nb: 2\n").contains("another document"))
    #expect(complaint([0x61, 0x3a, 0xff]) == "t.yaml:1:3: not UTF-8; save the file as UTF-8")
    #expect(complaint([0xff, 0xfe, 0x61, 0]).contains("not UTF-8"))
    #expect(complaint([0x61, 10, 0x62, 0]).hasPrefix("t.yaml:2:2: a control character (U+0000)"))
    #expect(complaint("a: \u{1b}[2J").hasPrefix("t.yaml:1:4: a control character (U+001B)"))
    #expect(complaint("a: 1\rb: 2").contains("a carriage return inside a line"))
    #expect(complaint("a: \u{2028}b").contains("U+2028"))
    let large = [UInt8](repeating: UInt8(ascii: "#"), count: 256 * 1024 + 1)
    #expect(complaint(large) == "t.yaml: the file is larger than 256 KiB; a theme has a few")
  }

  @Test func acceptsWindowsLineEndsAndJSON() throws {
    #expect(try parse("theme: 1\r\nname: t\r\n").theme.name == "t")
    #expect(try parse("\u{feff}theme: 1\nname: t\n").theme.name == "t")
    #expect(try parse(#"{"theme": 1, "name": "t", "roles": {}}"#).theme.name == "t")
  }

  @Test func refusesDepthWithoutRecursion() {
    let many = 60_000
    #expect(complaint(String(repeating: "[", count: many)).contains("nested too deeply"))
    #expect(complaint("a: " + String(repeating: "{a: ", count: many)).contains("too deeply"))
    #expect(complaint(String(repeating: "- ", count: many)).contains("nested too deeply"))
    #expect(complaint(String(repeating: "? ", count: many)).contains("nested too deeply"))
    let steps = (0..<300).map { String(repeating: " ", count: $0) + "a:" }
    #expect(complaint(steps.joined(separator: "\n")).contains("nested too deeply"))
    // Brackets that a comment seems to close: the parser's own limit of 1000 stops them.
    let hidden = String(repeating: "[[[[[[[[[[ # ]]]]]]]]]]\n", count: 5_000)
    #expect(complaint(hidden).contains("not YAML"))
  }

  @Test func refusesAliasBombs() {
    var bomb = "a0: &a0 [x, x]\n"
    for level in 1..<40 {
      bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
    }
    #expect(complaint(bomb).contains("a theme takes no YAML aliases"))
    #expect(complaint("a: &x [b]\n? *x\n: c\n").contains("a theme takes no YAML aliases"))
    // No alias at all: a star and an ampersand in a comment are nobody's.
    #expect(complaint("# R&D is *great*\n" + Self.head) == "accepted")
  }

  @Test func messagesCarryNoControlCharacters() {
    let text = complaint(Self.head + "\"\\e[2J\\u202e\": 1\n")
    #expect(text == "t.yaml:3:1: unknown key '?[2J?'")
  }
}
