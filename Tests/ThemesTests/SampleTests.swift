import Testing

@testable import Themes

@Suite struct SampleTests {
  private func lines(_ name: String, _ depth: ThemeSample.Depth) throws -> [String] {
    ThemeSample(try ThemeCatalog(directories: []).load(name), depth: depth).lines
  }

  @Test(arguments: BuiltinThemes.names)
  func plainTextHasNoEscapes(name: String) throws {
    let lines = try lines(name, .plain)
    #expect(lines.count == 2 + Role.allCases.count)
    #expect(lines.allSatisfy { $0.utf8.allSatisfy { (0x20..<0x7f).contains($0) } })
    for role in Role.allCases { #expect(lines.contains { $0.contains(" \(role.rawValue) ") }) }
  }

  @Test func saysWhatAFileWould() throws {
    let lines = try lines("midnight", .plain)
    #expect(lines.first == "midnight (dark)")
    #expect(
      lines.contains(
        " ui.selection          #ffffff on #1f3a5f, bold; 16 colours: brightwhite on blue; none: reverse"
      ))
    #expect(
      try self.lines("mono", .plain).contains(
        " vcpu.state.stop       default on default, dim underline; none: dim underline"))
  }

  /// ECMA-48 SGR, and xterm's 38;5 and 38;2.
  @Test(arguments: [
    (ThemeSample.Depth.direct, "\u{1b}[0;1;38;2;255;255;255;48;2;31;58;95m ui.selection "),
    (.indexed256, "\u{1b}[0;1;38;5;231;48;5;237m ui.selection "),
    (.ansi16, "\u{1b}[0;1;97;44m ui.selection "), (.ansi8, "\u{1b}[0;1;37;44m ui.selection "),
  ])
  func coloursGoOutAsTheTerminalTakesThem(depth: ThemeSample.Depth, expected: String) throws {
    let lines = try lines("midnight", depth)
    #expect(lines.contains { $0.hasPrefix(expected) }, "\(lines.debugDescription)")
    let terminal = try self.lines("terminal", depth)
    #expect(terminal.contains { $0.hasPrefix("\u{1b}[0;36;49m ipi ") })
  }
}
