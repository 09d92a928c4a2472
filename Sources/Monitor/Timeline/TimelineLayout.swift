/// Where the parts of the timeline are. Both painting and the mouse ask it. It depends on the number of
/// vcpus, not on the rendezvous shown, so that nothing jumps when another one is.
struct TimelineLayout: Equatable {
  private static let nothing = Rect(x: 0, y: 0, width: 0, height: 0)

  /// The durations of the last rendezvous.
  var strip = nothing
  /// The list; its first row is the heads.
  var list = nothing
  /// The selected one: title, sentence, axis, lanes, legend.
  var lanes = nothing
  /// Two boxes of text.
  var boxes = nothing

  /// Rows of the boxes.
  private static let boxRows = 9
  /// What the lanes need beside a row for each vcpu.
  private static let laneExtras = 4

  init(_ rect: Rect, vcpus: Int, focus: TimelineState.Part) {
    guard rect.height >= 12 else {
      // No room for both: the list tells most until one is chosen.
      if focus == .list { list = rect } else { lanes = rect }
      return
    }
    let isWide = rect.width >= 110
    let boxRows = rect.width >= 100 && rect.height >= 30 ? Self.boxRows : 0
    let stripRows = isWide || rect.height < 16 ? 0 : rect.height < 30 ? 1 : 3
    var listRows = 1 + (rect.height < 16 ? 3 : rect.height < 30 ? 5 : 8)
    let need = max(1, min(vcpus, rect.height)) + Self.laneExtras
    listRows += max(0, rect.height - boxRows - stripRows - listRows - need)
    var stack = RowStack(rect)
    strip = stack.take(stripRows)
    list = stack.take(listRows)
    boxes = stack.takeLast(boxRows)
    lanes = stack.rest
    if isWide {
      list.width = min(86, rect.width * 3 / 5)
      strip = Rect(
        x: rect.x + list.width + 2, y: rect.y, width: rect.width - list.width - 2,
        height: min(listRows, 9))
    }
  }
}

/// Where the parts of the lanes are, by their height: what tells least goes first.
struct LanesLayout: Equatable {
  /// The row of the title.
  let title: Int
  /// The sentence; nil where there is no room.
  let sentence: Int?
  /// The axis.
  let axis: Int?
  /// How many came when, and their sum; only where lanes are folded.
  let histogram: Int?
  /// The lanes themselves.
  let rows: Range<Int>
  /// The legend.
  let legend: Int?
  /// The columns of the chart.
  let chart: Range<Int>

  /// Number and role at the left, with a mark before and a blank after them.
  static let leftColumns = 11
  /// The lag at the right, with a mark.
  static let rightColumns = 7

  init(_ rect: Rect, members: Int) {
    var stack = RowStack(rect)
    legend = rect.height >= 5 ? stack.takeLast(1).y : nil
    title = stack.take(1).y
    sentence = rect.height >= 5 ? stack.take(1).y : nil
    axis = rect.height >= 3 ? stack.take(1).y : nil
    let showsHistogram = stack.left >= 8 && members > stack.left
    histogram = showsHistogram ? stack.take(2).y : nil
    rows = stack.rest.y..<(stack.rest.y + stack.left)
    let left = rect.x + min(Self.leftColumns, rect.width)
    chart = left..<max(left, rect.x + rect.width - Self.rightColumns)
  }
}
