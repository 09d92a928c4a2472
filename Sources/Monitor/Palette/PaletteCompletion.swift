/// One line of the list above the prompt.
struct PaletteCompletion: Sendable, Equatable {
  /// What the prompt holds when it is chosen.
  let line: String
  /// What is shown for it.
  let word: String
  var keys = ""
  let help: String
  /// It is shown, but not done while the guest is only looked at.
  var isOff = false
  /// The line begins with what was typed.
  var isStart = true
}

/// How well a name answers to what was typed, the best first; the case of letters does not count.
enum PaletteMatch: Int, CaseIterable {
  /// It begins with it.
  case start
  /// It has it in it.
  case part
  /// It has its letters, in that order.
  case letters

  /// nil where it does not at all.
  init?(_ typed: String, in name: String) {
    let (typed, name) = (Array(typed.lowercased().utf8), Array(name.lowercased().utf8))
    if name.starts(with: typed) {
      self = .start
      return
    }
    if name.count >= typed.count,
      (0...(name.count - typed.count)).contains(where: { name[$0...].starts(with: typed) })
    {
      self = .part
      return
    }
    var rest = name[...]
    for letter in typed {
      guard let place = rest.firstIndex(of: letter) else { return nil }
      rest = rest[(place + 1)...]
    }
    self = .letters
  }

  /// Those of `items` whose name answers to `typed`, the best first, else in their order.
  static func best<Item>(
    _ items: [Item], for typed: String, name: (Item) -> String
  ) -> [(item: Item, match: PaletteMatch)] {
    let found = items.compactMap { item in
      PaletteMatch(typed, in: name(item)).map { (item: item, match: $0) }
    }
    return allCases.flatMap { wanted in found.filter { $0.match == wanted } }
  }
}
