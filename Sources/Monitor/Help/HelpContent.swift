import Telemetry

/// What the help screen says, made from the key table and the words of the views.
enum HelpContent {
  /// The keys and words of `context`; `bindings`: the key table.
  static func lines(_ context: InputContext, _ bindings: [KeyBinding]) -> [HelpLine] {
    keys(bindings.filter { $0.contexts.contains(context) }) + words(context)
  }

  /// The keys and words of everything: first what is the same in every view, then what each has besides.
  static func all(_ bindings: [KeyBinding]) -> [HelpLine] {
    let (common, others) = (bindings.filter(\.isEverywhere), bindings.filter { !$0.isEverywhere })
    var lines = [HelpLine.title("In every view")] + common.map(HelpLine.binding)
    for context in InputContext.allCases {
      let name = context.title.prefix(1).uppercased() + context.title.dropFirst()
      let own = others.filter { $0.contexts.contains(context) }
      if !own.isEmpty { lines += [.title(name)] + own.map(HelpLine.binding) }
      // These two have the words of the overview and of the log.
      if context == .console || context == .filter { continue }
      lines += words(context).map { line in
        line.isTitle ? .title("\(name): \(line.text.lowercased())") : line
      }
    }
    return lines
  }

  private static func keys(_ bindings: [KeyBinding]) -> [HelpLine] {
    KeyBinding.Section.allCases.flatMap { section in
      let own = bindings.filter { $0.section == section }
      return own.isEmpty ? [] : [.title(section.rawValue)] + own.map(HelpLine.binding)
    }
  }

  /// The letters, signs and words on the screen of `context`.
  private static func words(_ context: InputContext) -> [HelpLine] {
    switch context {
    case .overview, .console:
      [.title("States")]
        + VCPUState.allCases.map { state in
          HelpLine.word("\(state.letter) \(state.word)", state.meaning, role: state.role)
        }
        + words("Words", HelpWords.overview)
        + [
          .title("Mouse"),
          .plain([
            Span("  click: tab, pane, vcpu, bar of a graph (freezes there), key; wheel scrolls")
          ]),
        ]
    case .inject:
      words("Values", HelpWords.values) + [.title("Kinds")]
        + InjectKind.allCases.map { .plain([Span("  " + $0.consequence)]) }
    case .timeline:
      [.title("Lanes")] + LaneLegend.help.map { .word($0.0, $0.1, role: $0.2) }
        + words("Roles", RendezvousLane.Role.allCases.map { ($0.word, $0.meaning) })
    case .vcpu: words("Words", HelpWords.vcpu)
    case .log, .filter:
      words("Filter: words that all must hold", HelpWords.filter, columns: 17)
    case .interrupts: InterruptsLegend.help.map(HelpLine.plain)
    case .policies: PoliciesView.help.map(HelpLine.plain)
    case .compare: words("Columns; the counts are for 1,000 rendezvous", ComparePage.help)
    case .pair: words("Rows", PairPage.help)
    case .ipi: words("Words", IPIWords.help)
    case .palette:
      words(
        "Commands with something behind them",
        PaletteWord.allCases.map { ("\($0.rawValue) \($0.argument)", $0.meaning) }, columns: 22)
    case .page:
      [.title("Lanes")] + LaneLegend.help.map { .word($0.0, $0.1, role: $0.2) }
        + words("Words", HelpWords.page)
    case .attached, .search, .chooser, .help, .helpSearch, .incident: []
    }
  }

  private static func words(
    _ title: String, _ words: [(String, String)], columns: Int = 15
  ) -> [HelpLine] {
    [.title(title)] + words.map { .word($0.0, $0.1, columns: columns) }
  }
}

extension KeyBinding {
  /// Whether it is valid in every view.
  var isEverywhere: Bool { Self.views.allSatisfy { contexts.contains($0) } }
}
