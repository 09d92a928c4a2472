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
    strip = Rect(x: rect.x, y: rect.y, width: rect.width, height: stripRows)
    list = Rect(x: rect.x, y: rect.y + stripRows, width: rect.width, height: listRows)
    if isWide {
      list.width = min(86, rect.width * 3 / 5)
      strip = Rect(
        x: rect.x + list.width + 2, y: rect.y, width: rect.width - list.width - 2,
        height: min(listRows, 9))
    }
    lanes = Rect(
      x: rect.x, y: list.bottom, width: rect.width,
      height: rect.bottom - boxRows - list.bottom)
    boxes = Rect(x: rect.x, y: lanes.bottom, width: rect.width, height: boxRows)
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
    var top = rect.y
    func take(_ isThere: Bool) -> Int? {
      guard isThere else { return nil }
      defer { top += 1 }
      return top
    }
    title = rect.y
    top += 1
    sentence = take(rect.height >= 5)
    axis = take(rect.height >= 3)
    legend = rect.height >= 5 ? rect.bottom - 1 : nil
    let end = legend ?? rect.bottom
    let showsHistogram = end - top >= 8 && members > end - top
    histogram = showsHistogram ? top : nil
    if showsHistogram { top += 2 }
    rows = top..<max(top, end)
    let left = rect.x + min(Self.leftColumns, rect.width)
    chart = left..<max(left, rect.x + rect.width - Self.rightColumns)
  }
}
