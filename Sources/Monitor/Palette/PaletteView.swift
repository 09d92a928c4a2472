import Themes

/// Where the palette is: the prompt in the status line, or else as far down as there is room, and the list
/// above it. Both painting and the mouse ask it.
struct PalettePlace: Equatable {
  /// Completions that are shown at most.
  static let rows = 8

  let prompt: Rect
  /// The line above the list, with the count; empty where there is no list.
  let rule: Rect
  let list: Rect
  /// The completions in the list.
  let visible: Range<Int>

  init(_ model: MonitorModel, _ completions: [PaletteCompletion]) {
    let layout = model.layout
    let lowest = layout.bar.isEmpty ? model.height : layout.bar.y
    let y = layout.status.isEmpty ? lowest - 1 : layout.status.y
    let width = model.width
    prompt = Rect(x: 0, y: y, width: width, height: y < 0 ? 0 : 1)
    // The header stays, and the list has a line above it. A tiny screen has the prompt alone.
    let room = layout.isTiny ? 0 : max(0, y - 2)
    let rows = min(Self.rows, completions.count, room)
    list = Rect(x: 0, y: y - rows, width: width, height: rows)
    rule = Rect(x: 0, y: y - rows - 1, width: width, height: rows > 0 ? 1 : 0)
    let marked = completions.firstIndex { $0.line == model.ui.palette.marked } ?? 0
    let first = max(0, min(marked - rows / 2, completions.count - rows))
    visible = first..<(first + rows)
  }
}

/// The prompt, the list of completions or what is wrong above it.
enum PaletteView {
  static func paint(_ frame: inout Frame, _ model: MonitorModel) {
    guard model.ui.palette.isOpen else { return }
    let completions = model.paletteCompletions
    let place = PalettePlace(model, completions)
    guard !place.prompt.isEmpty else { return }
    let isShort = prompt(&frame, place.prompt, model)
    if let mistake = model.ui.palette.mistake {
      if !isShort { said(&frame, above: place.prompt, mistake, model) }
    } else {
      list(&frame, place, completions, model)
    }
  }

  /// The end of the line, as that is what is being typed, and what it does. True where a mistake found its
  /// room there.
  private static func prompt(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) -> Bool {
    let palette = model.ui.palette
    frame.fill(rect.x, rect.y, width: rect.width, .text)
    let mistake = palette.mistake ?? ""
    let columns = CellWidth.columns(mistake)
    let line = palette.line + "_"
    // Where there are no rows above, the mistake has the line's place until the next key.
    if palette.mistake != nil && model.layout.isTiny {
      frame.putClipped(rect.x, rect.y, mistake, .error, limit: rect.width)
      return true
    }
    let x = frame.put(rect.x, rect.y, ":", .title, limit: rect.width)
    let next = frame.put(x, rect.y, end(of: line, columns: rect.width - 1), .field)
    let room = rect.x + rect.width - next - 2
    if palette.mistake != nil {
      guard columns <= room else { return false }
      frame.put(next + 2, rect.y, mistake, .error, limit: room)
      return true
    }
    // A few letters of it would say nothing.
    if room >= 16 { frame.putClipped(next + 2, rect.y, hint(model), .dim, limit: room) }
    return false
  }

  /// The last scalars of `text` that fit.
  static func end(of text: String, columns: Int) -> String {
    if CellWidth.columns(text) <= columns { return text }
    var kept = String.UnicodeScalarView()
    var used = 1
    for scalar in text.unicodeScalars.reversed() {
      used += CellWidth.of(scalar)
      if used > columns { break }
      kept.append(scalar)
    }
    return "…" + String(String.UnicodeScalarView(kept.reversed()))
  }

  private static func keys(_ model: MonitorModel) -> String {
    let complete = model.keyName(.completeCommand, in: .palette, usual: .tab)
    let last = model.keyName(.previousChoice, in: .palette, usual: .up)
    let leave = model.keyName(.close, in: .palette, usual: .escape)
    return [
      complete.map { "\($0) completes" }, last.map { "\($0): the last ones" },
      leave.map { "\($0) leaves" },
    ].compactMap { $0 }.joined(separator: "  ")
  }

  /// What the line does, as far as it has a name.
  private static func hint(_ model: MonitorModel) -> String {
    let line = PaletteLine(model.ui.palette.line)
    let name = line.name.lowercased()
    guard let command = model.paletteCommands.first(where: { $0.name == name }) else {
      return line.name.isEmpty ? keys(model) : ""
    }
    if model.isReadOnly && command.changesGuest { return "changes the guest: not with --read-only" }
    let missing = line.argument?.isEmpty ?? true ? command.argument : ""
    return missing.isEmpty ? command.help : "\(missing): \(command.help)"
  }

  /// A mistake that is too long for the prompt's line, in up to three above it.
  private static func said(
    _ frame: inout Frame, above prompt: Rect, _ mistake: String, _ model: MonitorModel
  ) {
    let lines = InjectView.wrap(
      mistake, width: prompt.width - 2, rows: min(3, max(0, prompt.y - 1)))
    for (row, line) in lines.enumerated() {
      let y = prompt.y - lines.count + row
      frame.fill(prompt.x, y, width: prompt.width, .text)
      frame.putClipped(prompt.x + 1, y, line, .error, limit: prompt.width - 1)
    }
  }

  private static func list(
    _ frame: inout Frame, _ place: PalettePlace, _ completions: [PaletteCompletion],
    _ model: MonitorModel
  ) {
    guard !place.list.isEmpty else { return }
    let marked = completions.firstIndex { $0.line == model.ui.palette.marked }
    let count = completions.count
    let note = marked.map { "\($0 + 1) of \(count)" } ?? "\(count)"
    frame.rule(place.rule, title: "Commands", note: note, hasFocus: true)
    let words = min(26, completions.map { CellWidth.columns($0.word) }.max() ?? 0)
    let hasKeys = place.list.width >= 60
    let keys = hasKeys ? min(11, completions.map { CellWidth.columns($0.keys) }.max() ?? 0) : 0
    for (row, index) in place.visible.enumerated() {
      let (y, completion) = (place.list.y + row, completions[index])
      let isMarked = index == marked
      let role: (Role) -> Role = { isMarked ? .selection : completion.isOff ? .disabled : $0 }
      frame.fill(place.list.x, y, width: place.list.width, role(.text))
      frame.put(place.list.x, y, isMarked ? ">" : " ", role(.text), limit: place.list.width)
      let help = completion.isOff ? "(read-only) \(completion.help)" : completion.help
      var x = place.list.x + 1
      for (text, columns, textRole) in [
        (completion.word, words, Role.title), (completion.keys, keys, .barKey), (help, 200, .text),
      ] where columns > 0 {
        let room = place.list.x + place.list.width - x
        frame.putClipped(x, y, text, role(textRole), limit: min(columns, room))
        x += columns + 2
      }
    }
  }
}
