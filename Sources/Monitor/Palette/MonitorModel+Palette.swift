import Documents

/// The `:` prompt: its keys, its mouse, and what Enter does.
extension MonitorModel {
  /// The commands of the context from which the palette was opened.
  var paletteCommands: [PaletteCommand] { PaletteCommand.all(in: ui.viewContext, keys.bindings) }

  /// Does `action` where it is the palette's; nil where it is everybody's.
  mutating func performPalette(_ action: Action) -> [MonitorEffect]? {
    switch action {
    case .apply: return enterPalette()
    case .close: ui.palette.close()
    case .completeCommand: ui.palette.complete(from: paletteCompletions)
    case .nextChoice where ui.palette.walksHistory && !ui.palette.line.isEmpty:
      ui.palette.recall(1)
    case .nextChoice: ui.palette.choose(1, of: paletteCompletions)
    case .previousChoice where ui.palette.walksHistory: ui.palette.recall(-1)
    case .previousChoice: ui.palette.choose(-1, of: paletteCompletions)
    case .erase: ui.palette.erase()
    case .clear: ui.palette.set("")
    default: return nil
    }
    return []
  }

  /// A click on a completion does it; the wheel marks.
  mutating func clickPalette(_ mouse: MouseEvent) -> [MonitorEffect] {
    let completions = paletteCompletions
    let place = PalettePlace(self, completions)
    guard mouse.kind == .press else {
      ui.palette.choose(mouse.kind == .wheelUp ? -1 : 1, of: completions)
      return []
    }
    let row = mouse.y - place.list.y
    guard place.list.contains(mouse.x, mouse.y), ui.palette.mistake == nil else { return [] }
    let index = place.visible.lowerBound + row
    guard completions.indices.contains(index) else { return [] }
    ui.palette.mark(completions[index])
    return enterPalette() + adjustWatch()
  }

  /// Does the line. What is wrong with it is said, and then nothing else has changed.
  private mutating func enterPalette() -> [MonitorEffect] {
    let before = self
    do throws(PaletteMistake) {
      return try performLine()
    } catch {
      let questioned = ui.questioned
      self = before
      ui.questioned = questioned
      ui.palette.mistake = error.words
      return []
    }
  }

  private mutating func performLine() throws(PaletteMistake) -> [MonitorEffect] {
    let text = ui.palette.line
    let line = PaletteLine(text)
    if line.name.isEmpty {
      ui.palette.close()
      return []
    }
    let command = try paletteCommand(line.name)
    let isMarked = ui.palette.marked != nil
    // What has something behind it waits for it.
    if !command.argument.isEmpty, line.argument == nil || isMarked && line.argument == "",
      isMarked || !command.isComplete
    {
      ui.palette.set(command.name + " ")
      return []
    }
    if isReadOnly && command.changesGuest { throw PaletteMistake(words: Self.readOnlyNotice) }
    let argument = line.argument ?? ""
    if command.argument.isEmpty && !argument.isEmpty {
      throw PaletteMistake(words: "\(command.name) takes nothing behind it")
    }
    ui.palette.close()
    ui.palette.remember(PaletteLine.plain(text))
    switch command.deed {
    case .action(let action): return perform(action, in: ui.viewContext)
    case .word(let word): return try perform(word, argument)
    }
  }

  /// The command of that name, or the only one that begins with it.
  private func paletteCommand(_ name: String) throws(PaletteMistake) -> PaletteCommand {
    let (commands, name) = (paletteCommands, name.lowercased())
    if let command = commands.first(where: { $0.name == name }) { return command }
    let found = commands.filter { $0.name.hasPrefix(name) }
    if found.count == 1 { return found[0] }
    if let first = found.first {
      let words = "'\(name)' begins \(found.count) commands, \(first.name) and others; Tab chooses"
      throw PaletteMistake(words: words)
    }
    if let action = Action(name: name), KeyBinding.all.contains(where: { $0.action == action }) {
      throw PaletteMistake(words: "\(name) has no meaning in the view \(ui.viewContext.title)")
    }
    throw PaletteMistake(
      words: "no command '\(name)'" + Self.suggestion(for: name, among: commands.map(\.name)))
  }

  /// `; did you mean 'x'?`, or nothing where no name is near.
  static func suggestion(for name: String, among names: [String]) -> String {
    let near =
      Suggestion.nearest(to: name, among: names)
      ?? PaletteMatch.best(names, for: name) { $0 }.first?.item
    return near.map { "; did you mean '\($0)'?" } ?? ""
  }
}
