extension Theme {
  /// The default theme, compiled in: nothing has to be read or parsed for it. A test keeps it equal to
  /// `builtin/midnight.yaml`.
  public static let standard = Theme(
    name: "midnight", appearance: .dark, rules: standardRules)

  private static var standardRules: [String: StyleRule] {
    let background: UInt32 = 0x101418
    let text: UInt32 = 0xd8dee9
    let faint: UInt32 = 0x939dab
    let line: UInt32 = 0x5a6673
    let navy: UInt32 = 0x1f3a5f
    let white: UInt32 = 0xffffff
    let mint: UInt32 = 0x88ffcc
    let sky: UInt32 = 0x66ccff
    let gold: UInt32 = 0xffdd00
    let rose: UInt32 = 0xffaacc
    let violet: UInt32 = 0x8866ff
    let ember: UInt32 = 0xee4400
    let rules: [(Role, StyleRule)] = [
      (.text, rule(text, nil, on: background, nil)),
      (.dim, rule(faint, .brightBlack, monochrome: .dim)),
      (.title, rule(sky, .brightCyan, .bold)),
      (.border, rule(line, .brightBlack, monochrome: .dim)),
      (.borderFocus, rule(sky, .brightCyan, .bold)),
      (.header, rule(white, .brightWhite, on: navy, .blue, .bold, monochrome: [.bold, .reverse])),
      (.tab, rule(faint, .white, monochrome: [])),
      (
        .tabActive,
        rule(white, .brightWhite, on: navy, .blue, .bold, monochrome: [.bold, .reverse])
      ),
      (.match, rule(background, .black, on: gold, .yellow, monochrome: .underline)),
      (.bar, rule(background, .black, on: sky, .cyan, monochrome: .reverse)),
      (.barKey, rule(white, .brightWhite, on: background, nil, .bold, monochrome: .bold)),
      (.selection, rule(white, .brightWhite, on: navy, .blue, .bold, monochrome: .reverse)),
      (.warning, rule(gold, .brightYellow, .bold)),
      (.error, rule(ember, .brightRed, .bold, monochrome: [.bold, .reverse])),
      (.disabled, rule(line, .brightBlack, monochrome: .dim)),
      (.field, rule(white, .black, on: 0x26303b, .white, monochrome: .underline)),
      (.stateIdle, rule(faint, .white, monochrome: .dim)),
      (.stateVMM, rule(sky, .brightCyan, monochrome: [])),
      (.stateRunning, rule(mint, .brightGreen, .bold)),
      (.stateKicked, rule(rose, .brightMagenta, monochrome: .underline)),
      (.stateHalted, rule(0x888877, .brightBlack, monochrome: .dim)),
      (.stateWaiting, rule(gold, .brightYellow, monochrome: .reverse)),
      (.stateWaitForSIPI, rule(violet, .brightBlue, monochrome: .dim)),
      (.stateStopped, rule(violet, .brightBlue, .underline, monochrome: [.dim, .underline])),
      (.stateFault, rule(ember, .brightRed, .bold, monochrome: [.bold, .reverse])),
      (.rendezvous, rule(gold, .brightYellow)),
      (.laneKick, rule(rose, .brightMagenta)),
      (.laneGuest, rule(mint, .brightGreen)),
      (.laneVMM, rule(sky, .brightCyan)),
      (.laneArrived, rule(gold, .brightYellow, .bold)),
      (.laneParked, rule(faint, .white, monochrome: .dim)),
      (.laneReleased, rule(white, .brightWhite, .bold)),
      (.straggler, rule(ember, .brightRed, .bold, monochrome: [.bold, .reverse])),
      (.spurious, rule(rose, .brightMagenta)),
      (.ipi, rule(sky, .brightCyan)),
      (.injection, rule(mint, .brightGreen)),
      (.lost, rule(ember, .brightRed, .bold)),
      (.console, rule(text, nil)),
      (.graph, rule(sky, .brightCyan)),
    ]
    let heat = Array(zip(HeatRamp.roles, HeatRamp.cividis.rules(on: .dark)))
    return Dictionary(
      (rules + heat).map { ($0.0.rawValue, $0.1) }, uniquingKeysWith: { first, _ in first })
  }

  /// A foreground and its 16-colour name (nil: the terminal's own), perhaps the same for a background.
  private static func rule(
    _ foreground: UInt32, _ ansi: ANSIColor?, _ attributes: Attributes? = nil,
    monochrome: Attributes? = nil
  ) -> StyleRule {
    StyleRule(
      foreground: .rgb(RGB(foreground)), attributes: attributes,
      ansiForeground: ansi.map(Color.ansi) ?? .terminal, monochrome: monochrome)
  }

  private static func rule(
    _ foreground: UInt32, _ ansi: ANSIColor?, on background: UInt32,
    _ ansiBackground: ANSIColor?, _ attributes: Attributes? = nil, monochrome: Attributes? = nil
  ) -> StyleRule {
    var rule = rule(foreground, ansi, attributes, monochrome: monochrome)
    rule.background = .rgb(RGB(background))
    rule.ansiBackground = ansiBackground.map(Color.ansi) ?? .terminal
    return rule
  }
}
