/// One command of the palette: a word of its own, or what a key does.
struct PaletteCommand: Sendable, Equatable {
  enum Deed: Sendable, Equatable {
    case action(Action)
    case word(PaletteWord)
  }

  let deed: Deed
  /// What it is called by.
  let name: String
  /// What may or must stand behind the name; empty: nothing.
  let argument: String
  /// The keys that do the same, as on the help screen.
  let keys: String
  /// One line.
  let help: String

  /// Whether it does nothing while the guest is only looked at.
  var changesGuest: Bool {
    switch deed {
    case .action(let action): action.changesGuest
    case .word(let word): word.changesGuest
    }
  }

  /// Whether Enter does it with nothing behind the name.
  var isComplete: Bool {
    if case .word(let word) = deed { word.isComplete } else { true }
  }

  /// The commands that are valid in `context`: the words, then every action that has a key there, in the
  /// order of the key table. A name is there once. The keys shown are those of `bindings`, which are in
  /// force; an action that has lost its key is a command all the same.
  static func all(
    in context: InputContext, _ bindings: [KeyBinding] = KeyBinding.all
  ) -> [PaletteCommand] {
    var keys: [Action: [String]] = [:]
    for binding in bindings where binding.contexts.contains(context) {
      keys[binding.action, default: []] += binding.keys.map(\.name)
    }
    var seen: Set<Action> = []
    let first = KeyBinding.all.filter {
      $0.contexts.contains(context) && seen.insert($0.action).inserted
    }
    func shown(_ action: Action?) -> String {
      action.flatMap { keys[$0] }?.joined(separator: " ") ?? ""
    }
    let words = PaletteWord.allCases.map { word in
      PaletteCommand(
        deed: .word(word), name: word.rawValue, argument: word.argument,
        keys: shown(Action(name: word.rawValue)), help: word.meaning)
    }
    let actions = first.filter { PaletteWord(rawValue: $0.action.name) == nil }.map { binding in
      PaletteCommand(
        deed: .action(binding.action), name: binding.action.name, argument: "",
        keys: shown(binding.action), help: binding.help)
    }
    return words + actions
  }
}

extension Action {
  /// Whether it changes the guest, or leads only to what does: not with `--read-only`.
  var changesGuest: Bool {
    switch self {
    case .stopOrContinue, .choosePolicy, .chooseScenario, .openInject, .rendezvousAll, .apply,
      .inject, .stopRepeating, .attach, .sendEscapeKey, .pulsePin, .togglePin, .maskPin, .editEntry:
      true
    default: false
    }
  }
}
