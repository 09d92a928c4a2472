import Testing

@testable import Themes

/// What `tryst themes check` measures. Over the built-in themes this is the check that CI runs.
@Suite struct CheckTests {
  @Test(arguments: BuiltinThemes.names)
  func builtInThemesHaveNoError(name: String) throws {
    let check = ThemeCheck(try ThemeCatalog(directories: []).load(name))
    #expect(check.errors.isEmpty, "\(check.lines.joined(separator: "\n"))")
    if name == "terminal" || name == "mono" {
      #expect(check.contrasts.isEmpty && check.states.isEmpty && check.steps.isEmpty)
    } else {
      #expect(check.contrasts.count == ThemeCheck.texts.count)
      #expect(check.states.count == 4 && check.steps.count == 4)
      let steps = check.steps.values.map(\.value).min() ?? 0
      #expect(steps > 4, "the steps of the ramp can be told apart")
    }
  }

  /// The distances that monitor.md 2.4 states: normal, protan, deutan, tritan.
  @Test(arguments: [
    ("midnight", 4.7, [32.4, 10.5, 11.5, 10.0]), ("nightsafe", 4.8, [18.8, 17.2, 17.4, 9.8]),
    ("daysafe", 4.7, [19.6, 17.6, 16.2, 7.4]), ("tritsafe", 4.7, [25.3, 5.3, 8.0, 23.1]),
    ("contrast-dark", 7.1, [16.8, 17.4, 16.6, 12.0]),
    ("contrast-light", 7.2, [23.3, 2.9, 3.6, 12.1]),
  ])
  func palettesAreAsComputed(name: String, contrast: Double, distances: [Double]) throws {
    let check = ThemeCheck(try ThemeCatalog(directories: []).load(name))
    let states = check.contrasts.filter { ThemeCheck.measuredStates.contains($0.role) }
    let lowest = try #require(states.map(\.contrast).min())
    #expect(abs(lowest - contrast) <= 0.0501)
    let measured = ColorVision.allCases.map { check.states[$0]?.value ?? 0 }
    for (value, expected) in zip(measured, distances) {
      #expect(abs(value - expected) <= 0.0501, "\(measured)")
    }
  }

  @Test func saysWhatIsWrong() throws {
    let text = """
      theme: 1
      name: bad
      inherits: midnight
      heat: ["#00ff00", "#ffff00", "#ff0000"]
      roles:
        ui.dim: {fg: "#333333"}
        vcpu.state.run: {fg: "#aa9900", ansi: yellow}
        vcpu.state.wait: {fg: "#aa9901", ansi: yellow, attrs: [bold]}
        vcpu.state.vmm: {fg: "#aa2222", ansi: red}
        vcpu.state.kick: {fg: "#aa22ee", ansi: red}
      """
    let check = ThemeCheck(try parse(text).theme)
    #expect(check.errors.count == 11)
    #expect(check.errors.first == "ui.dim has a contrast of 1.5, below 4.5")
    #expect(
      check.errors.contains(
        "vcpu.state.run and vcpu.state.wait cannot be told apart by normal eyes (0.0)"))
    #expect(check.errors.contains("the heat ramp does not get steadily lighter for normal eyes"))
    #expect(
      check.notes.contains("vcpu.state.vmm and vcpu.state.kick look the same with 16 colours"))
    #expect(check.lines.contains("  16 colours   6 of 7 states differ"))
  }

  @Test func aThemeMayPromiseMore() throws {
    let text = "theme: 1\nname: t\ninherits: midnight\ncontrast: 7\n"
    let parsed = try parse(text)
    #expect(parsed.theme.wantedContrast == 7)
    #expect(ThemeCheck(parsed.theme).errors.contains { $0.hasSuffix("below 7.0") })
    #expect(
      complaint("theme: 1\nname: t\ncontrast: 70\n")
        == "t.yaml:3:11: '70' is no contrast; a number from 1 to 21, such as 7")
  }
}
