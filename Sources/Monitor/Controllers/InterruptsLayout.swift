/// Where the parts of the Interrupts view are; those that do not fit are empty.
struct InterruptsLayout: Equatable {
  private static let nothing = Rect(x: 0, y: 0, width: 0, height: 0)

  /// A rule with the view's title.
  var title = nothing
  /// The titles of the columns.
  var head = nothing
  /// A row for each pin.
  var rows = nothing
  /// The 8259 pair: a rule and a line each, or one line.
  var pair = nothing
  /// The selected entry, field by field.
  var detail = nothing
  /// Who receives what.
  var receivers = nothing
  /// What came of the last injection.
  var answer = nothing
  /// What the letters mean.
  var legend = nothing

  /// The lines of an entry, one for each field or two.
  static let fieldCount = 8

  /// The narrowest screen with two columns of fields.
  static let twoColumns = 110

  init(_ rect: Rect, pins: Int) {
    guard !rect.isEmpty else { return }
    var stack = RowStack(rect)
    if rect.height >= 4 { legend = stack.takeLast(1) }
    if rect.height >= 14 { answer = stack.takeLast(1) }
    if rect.height >= 12 { title = stack.take(1) }
    head = stack.take(1)
    let pairRows = rect.height >= 12 ? 3 : rect.height >= 6 ? 1 : 0
    rows = stack.take(min(max(1, pins), stack.left - pairRows))
    pair = stack.take(pairRows)
    let columns = rect.width >= Self.twoColumns ? 2 : 1
    let need = (Self.fieldCount + columns - 1) / columns + 1
    if stack.left >= need { detail = stack.take(need) }
    if stack.left >= 3 { receivers = stack.take(stack.left) }
  }
}
