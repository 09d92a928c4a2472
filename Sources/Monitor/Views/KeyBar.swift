import Telemetry
import Themes

/// The bar at the bottom: the keys of the table that have a label and are valid now.
enum KeyBar {
  struct Item {
    let binding: KeyBinding
    let key: String
    let label: String
    let columns: Range<Int>
  }

  /// What fits into `width` columns; Quit is always there if anything is. `isReadOnly`: what would do
  /// something to the guest is not offered.
  static func items(
    _ context: InputContext, width: Int, isStopped: Bool, isReadOnly: Bool = false,
    keys: KeyTable = .standard
  ) -> [Item] {
    items(
      keys.bindings(in: context), width: width, isStopped: isStopped, isReadOnly: isReadOnly)
  }

  private static func items(
    _ bindings: [KeyBinding], width: Int, isStopped: Bool, isReadOnly: Bool
  ) -> [Item] {
    var shown = bindings.filter {
      $0.label != nil && !(isReadOnly && $0.section == .guest)
    }
    // A blank between two of them.
    var columns = -1
    var widths = shown.map { binding in
      let (key, label) = words(binding, isStopped: isStopped)
      return CellWidth.columns(key) + CellWidth.columns(label) + 1
    }
    for width in widths { columns += width }
    while columns > width && !shown.isEmpty {
      // The one before Quit, which is the last.
      columns -= widths.remove(at: max(0, shown.count - 2))
      shown.remove(at: max(0, shown.count - 2))
    }
    return placed(shown, isStopped: isStopped)
  }

  /// The same for what is on top of the screen; painted and clicked.
  static func items(_ model: MonitorModel, width: Int) -> [Item] {
    // A guest that has ended is not let run again.
    let isStopped = model.shown.snapshot.isStopped && model.shown.snapshot.guestEnded == nil
    if model.ui.context == .incident {
      // What the line takes, then what the view keeps.
      let own = model.keys.bindings(in: .incident).filter { $0.action != .quit }
      let taken = Set(own.flatMap(\.keys))
      let rest = model.keys.bindings(in: model.ui.viewContext).filter {
        taken.isDisjoint(with: $0.keys.prefix(1))
      }
      return items(own + rest, width: width, isStopped: isStopped, isReadOnly: model.isReadOnly)
    }
    return items(
      model.ui.context, width: width, isStopped: isStopped, isReadOnly: model.isReadOnly,
      keys: model.keys)
  }

  private static func words(
    _ binding: KeyBinding, isStopped: Bool
  ) -> (key: String, label: String) {
    let name = binding.keys.first?.name ?? ""
    // `F1Help` as everywhere, but `p Policy`: a letter would run into the word.
    let key = name.first == "F" && name.utf8.count > 1 ? name : name + " "
    let label = binding.action == .stopOrContinue && isStopped ? "Go" : binding.label ?? ""
    return (key, label)
  }

  private static func placed(_ bindings: [KeyBinding], isStopped: Bool) -> [Item] {
    var x = 0
    return bindings.map { binding in
      let (key, label) = words(binding, isStopped: isStopped)
      let end = x + CellWidth.columns(key) + CellWidth.columns(label)
      defer { x = end + 1 }
      return Item(binding: binding, key: key, label: label, columns: x..<end)
    }
  }

  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    frame.fill(rect.x, rect.y, width: rect.width, .bar)
    let items = items(model, width: rect.width)
    for item in items {
      let next = frame.put(item.columns.lowerBound, rect.y, item.key, .barKey)
      frame.put(next, rect.y, item.label, .bar)
    }
  }
}
