/// Where everything is on a screen of a given size. Both painting and the mouse ask it.
struct Layout: Equatable {
  /// The smallest screen that is laid out in panes.
  static let smallest = (width: 40, height: 8)

  var header = Rect(x: 0, y: 0, width: 0, height: 0)
  /// The views' names; empty where the screen is low.
  var tabs = Rect(x: 0, y: 0, width: 0, height: 0)
  /// What a view that is not made of panes has.
  var body = Rect(x: 0, y: 0, width: 0, height: 0)
  var totals = Rect(x: 0, y: 0, width: 0, height: 0)
  var status = Rect(x: 0, y: 0, width: 0, height: 0)
  var bar = Rect(x: 0, y: 0, width: 0, height: 0)
  /// The panes that are there; the first row of each is its title.
  var panes = Panes()
  /// Counters as cards, a line each, instead of a line for each group.
  var hasCards = false
  /// Too small for panes.
  var isTiny = false

  /// Panes with their places: laid out several times for each picture, so without a dictionary.
  struct Panes: Equatable {
    private var rects: InlineArray<4, Rect?> = [nil, nil, nil, nil]

    subscript(pane: Pane) -> Rect? {
      get { rects[pane.rawValue] }
      set { rects[pane.rawValue] = newValue }
    }

    /// Those that are there, in the order of Tab.
    var all: [(pane: Pane, rect: Rect)] {
      Pane.allCases.compactMap { pane in self[pane].map { (pane, $0) } }
    }

    static func == (one: Panes, other: Panes) -> Bool {
      Pane.allCases.allSatisfy { one[$0] == other[$0] }
    }
  }

  /// The lines that the cards take: a title for each group, and a line for each counter.
  static let cardRows = Metric.Group.allCases.count + Metric.selectable.count

  /// The lowest screen with tabs.
  static let tabbedHeight = 16

  init(
    width: Int, height: Int, vcpus: Int, zoom: Pane?, view: MonitorView = .overview,
    isGrid: Bool = false,
    isAttached: Bool = false
  ) {
    // Every row helps a guest whose screen has 24.
    let hasTabs =
      height >= Self.tabbedHeight && width >= Self.smallest.width
      && !(isAttached && (view == .console || zoom == .console))
    guard hasTabs else {
      self.init(
        untabbed: width, height: height, vcpus: vcpus, zoom: zoom, view: view, isGrid: isGrid)
      return
    }
    self.init(
      untabbed: width, height: height - 1, vcpus: vcpus, zoom: zoom, view: view, isGrid: isGrid)
    tabs = Rect(x: 0, y: 1, width: width, height: 1)
    totals.y += 1
    status.y += 1
    bar.y += 1
    body.y += 1
    for pane in Pane.allCases { panes[pane]?.y += 1 }
  }

  private init(
    untabbed width: Int, height: Int, vcpus: Int, zoom: Pane?, view: MonitorView, isGrid: Bool
  ) {
    guard width >= Self.smallest.width && height >= Self.smallest.height else {
      isTiny = true
      return
    }
    header = Rect(x: 0, y: 0, width: width, height: 1)
    bar = Rect(x: 0, y: height - 1, width: width, height: 1)
    if view != .overview {
      status = Rect(x: 0, y: height - 2, width: width, height: 1)
      body = Rect(x: 0, y: 1, width: width, height: height - 3)
      if view == .console { panes[.console] = body }
    } else if let zoom {
      // Every row helps a guest whose screen has 24.
      let totalRows = zoom == .console ? 0 : height > 12 ? 2 : 1
      totals = Rect(x: 0, y: 1, width: width, height: totalRows)
      status = Rect(x: 0, y: height - 2, width: width, height: 1)
      panes[zoom] = Rect(x: 0, y: 1 + totalRows, width: width, height: height - 3 - totalRows)
      hasCards = height - 4 - totalRows >= 8
    } else if width >= 110 && height >= 34 {
      wide(width: width, height: height, vcpus: vcpus)
    } else {
      stacked(width: width, height: height, vcpus: vcpus, isGrid: isGrid)
    }
  }

  /// Table and cards beside each other. The console is below the table where that leaves room, else
  /// below both with the log.
  private mutating func wide(width: Int, height: Int, vcpus: Int) {
    totals = Rect(x: 0, y: 1, width: width, height: 2)
    status = Rect(x: 0, y: height - 2, width: width, height: 1)
    let body = height - 5
    let need = max(Self.cardRows, vcpus) + 1
    let upper = min(need, body - max(11, body / 3))
    let cards = width >= 150 ? 54 : 40
    let spare = upper - vcpus - 1
    let table = spare >= 5 ? vcpus + 1 : upper
    panes[.vcpus] = Rect(x: 0, y: 3, width: width - cards - 1, height: max(2, table))
    panes[.counters] = Rect(x: width - cards, y: 3, width: cards, height: upper)
    hasCards = true
    let (top, rows) = (3 + upper, body - upper)
    if spare >= 5 {
      let y = 3 + max(2, table)
      panes[.console] = Rect(x: 0, y: y, width: width - cards - 1, height: top - y)
      panes[.log] = Rect(x: 0, y: top, width: width, height: rows)
    } else if width >= 160 {
      let left = width * 9 / 20
      panes[.console] = Rect(x: 0, y: top, width: left, height: rows)
      panes[.log] = Rect(x: left + 1, y: top, width: width - left - 1, height: rows)
    } else {
      let console = rows * 5 / 11
      panes[.console] = Rect(x: 0, y: top, width: width, height: console)
      panes[.log] = Rect(x: 0, y: top + console, width: width, height: rows - console)
    }
  }

  /// Everything below each other. Rows are given out in the order of importance.
  private mutating func stacked(width: Int, height: Int, vcpus: Int, isGrid: Bool) {
    var (table, counters, console, log, statusRows) = (2, 0, 0, 2, 0)
    var left = height - 8
    func take(_ rows: Int, _ part: inout Int) {
      guard left >= rows else { return }
      left -= rows
      part += rows
    }
    take(1, &statusRows)
    if isGrid {
      // A part of a grid says little: it comes before all others.
      left += log
      log = 0
      let cells = max(0, min(left, vcpus - 1))
      take(cells, &table)
      take(2, &log)
    }
    for row in 2...4 where vcpus >= row && !isGrid { take(1, &table) }
    take(3, &counters)
    take(2, &console)
    if counters > 0 { take(2, &counters) }
    for _ in 0..<2 { take(1, &log) }
    if console > 0 { take(1, &console) } else { take(3, &console) }
    take(1, &log)
    take(1, &console)
    // What is left: the table up to its need, but never more than two thirds.
    let extra = max(0, min(vcpus + 1 - table, left * 2 / 3))
    take(extra, &table)
    let more = left / 2
    take(more, &console)
    let rest = left
    take(rest, &log)

    var stack = RowStack(Rect(x: 0, y: 1, width: width, height: height - 2))
    totals = stack.take(2)
    panes[.vcpus] = stack.take(table)
    if counters > 0 { panes[.counters] = stack.take(counters) }
    if console > 0 { panes[.console] = stack.take(console) }
    let last = stack.take(log)
    if log > 1 { panes[.log] = last }
    status = stack.take(statusRows)
  }
}
