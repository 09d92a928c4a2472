import Testing

@testable import Themes

@Suite struct HeatTests {
  private static let head = "theme: 1\nname: t\n"

  private func heat(_ theme: Theme) -> [Color] {
    HeatRamp.roles.map { theme.style(of: $0).foreground }
  }

  @Test(arguments: HeatRamp.allCases, [Theme.Appearance.dark, .light])
  func namedRampsAreSteadyForEverybody(ramp: HeatRamp, appearance: Theme.Appearance) throws {
    let text = "appearance: \(appearance.rawValue)\nheat: \(ramp.rawValue)\n"
    let theme = try parse(Self.head + text).theme
    let check = ThemeCheck(theme)
    #expect(check.unsteady.isEmpty && check.steps.count == 4)
    // Little is what is nearest to the background.
    let colors = heat(theme).compactMap { color -> RGB? in
      guard case .rgb(let rgb) = color else { return nil }
      return rgb
    }
    let back = RGB(appearance == .light ? 0xffffff : 0x000000)
    let contrasts = colors.map { $0.contrast(with: back) }
    #expect(contrasts == contrasts.sorted() && contrasts.count == 8)
    // Three colours where there are sixteen.
    #expect(Set(HeatRamp.roles.map { theme.style(of: $0).ansiForeground }).count == 3)
  }

  @Test func listsAreSpreadOverEightSteps() throws {
    let theme = try parse(
      Self.head + "palette: {a: \"#000000\"}\nheat: [a, \"#70e007\"]\n"
    ).theme
    let expected: [UInt32] = [
      0x000000, 0x102001, 0x204002, 0x306003, 0x408004, 0x50a005, 0x60c006, 0x70e007,
    ]
    #expect(heat(theme) == expected.map { .rgb(RGB($0)) })
  }

  @Test func eightColoursAreTakenAsTheyAreAndARoleComesFirst() throws {
    let theme = try parse(
      Self.head + "heat: [default, red, red, red, red, red, red, red]\n"
        + "roles: {heat: {attrs: [bold]}, heat.8: {fg: blue}}\n"
    ).theme
    #expect(heat(theme) == [.terminal] + Array(repeating: .ansi(.red), count: 6) + [.ansi(.blue)])
    #expect(theme.style(of: .heat3).attributes == .bold)
  }

  @Test(arguments: [
    (
      "heat: cividas\n",
      "t.yaml:3:7: unknown ramp 'cividas' (did you mean 'cividis'?); one of cividis, inferno, "
        + "viridis, or a list of colours"
    ),
    ("heat: [red]\n", "t.yaml:3:7: a ramp is a list of 2 to 64 colours, not 1"),
    (
      "heat: [red, \"#ffffff\"]\n",
      "t.yaml:3:8: only '#rrggbb' can be mixed; give all 8 colours to use the terminal's"
    ),
    (
      "heat:\n  - #00224e\n  - #fee838\n",
      "t.yaml:4:5: an unquoted # begins a comment, so there is no colour here; quote it: '#00224e'"
    ),
    (
      "heat: {a: b}\n",
      "t.yaml:3:7: 'heat' is the name of a ramp or a list of colours, not a mapping"
    ),
  ])
  func saysWhatIsWrong(text: String, expected: String) {
    #expect(complaint(Self.head + text).split(separator: "\n").first.map(String.init) == expected)
  }
}
