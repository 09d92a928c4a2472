import Commands
import Rendezvous
import Telemetry

/// What the palette offers.
extension MonitorModel {
  /// The completions of what was typed, the best first.
  var paletteCompletions: [PaletteCompletion] {
    guard let typed = ui.palette.typed else { return [] }
    let line = PaletteLine(typed)
    guard let argument = line.argument else {
      return PaletteMatch.best(paletteCommands, for: line.name) { $0.name }.map { command, match in
        let hasArgument = !command.argument.isEmpty
        return PaletteCompletion(
          line: command.name + (hasArgument ? " " : ""),
          word: command.name + (hasArgument ? " \(command.argument)" : ""), keys: command.keys,
          help: command.help, isOff: isReadOnly && command.changesGuest, isStart: match == .start)
      }
    }
    guard let word = PaletteWord(rawValue: line.name.lowercased()) else { return [] }
    let typedPart = word.hasManyWords ? line.last : argument
    let start = word.hasManyWords ? line.start : word.rawValue + " "
    let offered = PaletteMatch.best(offers(word, line), for: typedPart) { $0.word }
    return offered.map { offer, match in
      PaletteCompletion(
        line: start + offer.word, word: offer.word, help: offer.help,
        isOff: isReadOnly && word.changesGuest, isStart: match == .start)
    }
  }

  private typealias Offer = (word: String, help: String)

  /// What may stand behind `word`.
  private func offers(_ word: PaletteWord, _ line: PaletteLine) -> [Offer] {
    switch word {
    case .inject:
      let before = line.start.lowercased().split(separator: " ").dropFirst().map(String.init)
      return InjectionCompletion.offers(after: before)
    case .policy:
      let current = live.snapshot.policy.preset
      return offeredPolicies.map { policy in
        let mark = policy.hazard == nil ? "" : "! can hang the guest"
        return (policy.preset, policy.preset == current ? "in force" : mark)
      }
    case .scenario: return Scenario.allCases.map { ($0.name, $0.summary) }
    case .theme: return themeNames.map { ($0, "") }
    case .refresh:
      return Self.refreshRates.map { ("\($0)", $0 == refreshHertz ? "now" : "") }
    case .vcpu:
      return shown.snapshot.vcpus.map { ("\($0.id)", "\($0.state.letter): \($0.state.meaning)") }
    case .rendezvous: return rendezvousOffers
    case .filter: return HelpWords.filterStarts
    case .find: return ui.search.text.isEmpty ? [] : [(ui.search.text, "looked for last")]
    case .view: return MonitorView.allCases.map { ($0.name, $0.meaning) }
    case .back: return backOffers
    case .now, .help: return []
    }
  }

  /// The last rendezvous, newest first.
  private var rendezvousOffers: [Offer] {
    let history = shown.rendezvous
    return history.numbers.reversed().prefix(100).compactMap { number in
      history.entry(number).map { entry in
        let record = entry.record
        let duration = Quantity.duration(record.latencyNanoseconds)
        return ("\(record.id)", "\(record.cause.word), \(duration)")
      }
    }
  }

  private var backOffers: [Offer] {
    let now = live.snapshot.timeNanoseconds
    return [1, 5, 10, 30, 60, 120, 300, 600].filter { $0 * 1_000_000_000 <= keptNanoseconds }.map {
      ("\($0)", Quantity.clock(now - $0 * 1_000_000_000))
    }
  }
}
