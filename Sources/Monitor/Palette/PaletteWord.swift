/// The commands of the palette that no key has: those with something behind them. Their raw values are their
/// names.
enum PaletteWord: String, Sendable, CaseIterable {
  case policy, scenario, theme, refresh, vcpu, rendezvous, filter, find, view, back, now, help,
    inject

  /// What stands behind the name, in the list; empty: nothing.
  var argument: String {
    switch self {
    case .policy, .scenario, .theme, .view: "NAME"
    case .refresh: "HERTZ"
    case .vcpu, .rendezvous: "N"
    case .filter, .inject: "EXPRESSION"
    case .find: "TEXT"
    case .back: "SECONDS"
    case .now: ""
    case .help: "WORD"
    }
  }

  /// Whether it means something with nothing behind it.
  var isComplete: Bool {
    switch self {
    case .filter, .find, .now, .help: true
    case .policy, .scenario, .theme, .refresh, .vcpu, .rendezvous, .view, .back, .inject: false
    }
  }

  /// One line for the list.
  var meaning: String {
    switch self {
    case .policy: "put this rendezvous policy in force"
    case .scenario: "what the demo guest does from now on"
    case .theme: "the colours of the screen"
    case .refresh: "pictures a second: 1 2 5 10 20 30 60"
    case .vcpu: "one vcpu closely"
    case .rendezvous: "the timeline at the rendezvous of that number"
    case .filter: "the log with that filter; empty: all of it"
    case .find: "find in the console, upwards; empty: once more"
    case .view: "one of the views"
    case .back: "freeze the picture as it was so many seconds ago"
    case .now: "let the picture move again"
    case .inject: "fixed 0x40 to 0,2-3, or nmi to all every 1ms times 9"
    case .help: "help; with a word: only the lines with it"
    }
  }

  /// Whether the guest is changed by it.
  var changesGuest: Bool { self == .policy || self == .scenario || self == .inject }

  /// Whether every word behind it is completed by itself.
  var hasManyWords: Bool { self == .filter || self == .inject }
}

/// Why a line of the palette is not done, in words for the operator.
struct PaletteMistake: Error, Equatable {
  let words: String
}
