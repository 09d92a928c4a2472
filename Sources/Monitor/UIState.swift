/// What the operator did to the screen: focus, selection, scrolling and what lies on top.
struct UIState: Sendable {
  /// What lies over the panes.
  enum Overlay: Sendable, Equatable {
    case none
    case inject
    case chooser(Chooser)
  }
  /// The help screen, over everything else.
  struct Help: Sendable, Equatable {
    /// What it is the help for.
    let context: InputContext
    /// The first line shown.
    var top = 0
    /// Every view's keys, not only those of the context.
    var isAll = false
    /// What the lines must have; empty: nothing.
    var search = ""
    /// It is being typed.
    var isTyping = false
  }

  /// What is shown.
  var view = MonitorView.overview
  var focus = Pane.vcpus
  /// The pane that has the whole body, if any.
  var zoom: Pane?
  /// The place of the selected vcpu in the snapshot.
  var vcpu = 0
  /// Whether vcpus are shown as a grid; nil: where they are many.
  var wantsGrid: Bool?
  /// What the grid shows of each.
  var gridColor = GridColor.state
  /// The first vcpu row shown.
  var vcpuTop = 0
  var timeline = TimelineState()
  var ipi = IPIState()
  var vcpuView = VCPUViewState()
  var interrupts = InterruptsState()
  var logView = LogState()
  var policies = PoliciesState()
  var compare = CompareState()
  /// The vcpu that the application was told to look at closely.
  var watched: Int?
  /// The place of the selected counter in `Metric.selectable`.
  var metric = 0
  var console = ScrollAnchor()
  /// The keyboard is the guest's.
  var isAttached = false
  /// The console has the whole body only because the operator types into it.
  var isZoomedToType = false
  var search = ConsoleSearch()
  var log = ScrollAnchor()
  var palette = PaletteState()
  var overlay = Overlay.none
  /// Pages over everything but the help, the one on top last.
  var pages: [Page] = []
  var incidents = IncidentState()
  /// The broken policy that the last key asked about, and the one that this key may confirm.
  var questioned: String?
  var confirmable: String?
  var dialog = InjectDialog()
  var help: Help?
  /// An answer to the last key, until the next.
  var notice: String?

  var context: InputContext {
    if let help { return help.isTyping ? .helpSearch : .help }
    if !pages.isEmpty { return .page }
    switch overlay {
    case .inject: return .inject
    case .chooser: return .chooser
    case .none: break
    }
    if let page = compare.page { return page == .table ? .compare : .pair }
    if isAttached { return .attached }
    if search.prompt != nil { return .search }
    if logView.prompt != nil { return .filter }
    if palette.isOpen { return .palette }
    return incidents.banner == nil ? viewContext : .incident
  }

  /// The context of the view alone, whatever lies on it.
  var viewContext: InputContext {
    view == .overview && focus == .console ? .console : view.context
  }
}

/// Where a growing list is scrolled to: it follows the end, or it stays where the operator left it
/// while the list grows.
struct ScrollAnchor: Sendable, Equatable {
  /// The absolute number of the line after the last one shown; nil: follow the end.
  private(set) var bottom: Int?

  /// The absolute numbers of the lines in a pane of `rows` rows, of a list that holds `held`.
  func visible(_ held: Range<Int>, rows: Int) -> Range<Int> {
    let rows = max(0, rows)
    let lowest = min(held.upperBound, held.lowerBound + rows)
    let end = max(lowest, min(bottom ?? held.upperBound, held.upperBound))
    return max(held.lowerBound, end - rows)..<end
  }

  /// Scrolls by `step` lines; at the end it follows again.
  mutating func scroll(_ step: Int, _ held: Range<Int>, rows: Int) {
    let end = visible(held, rows: rows).upperBound
    let lowest = min(held.upperBound, held.lowerBound + max(0, rows))
    let next = max(lowest, min(held.upperBound, end + step))
    bottom = next >= held.upperBound ? nil : next
  }

  /// Brings line `number` into a pane of `rows` rows, in the middle where it was not there.
  mutating func show(_ number: Int, _ held: Range<Int>, rows: Int) {
    let visible = visible(held, rows: rows)
    if visible.contains(number) { return }
    scroll(number + 1 + max(0, rows) / 2 - visible.upperBound, held, rows: rows)
  }

  /// To the end, following.
  mutating func follow() { bottom = nil }
}
