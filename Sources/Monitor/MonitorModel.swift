import Commands
public import Comparison
public import Telemetry

/// The monitor: what was recorded and what the operator did to the screen. A plain value, pure in
/// all it does; the application gives it snapshots, keys and sizes, carries out its effects and
/// paints its frames. One thread owns it.
public struct MonitorModel: Sendable {
  /// The refresh rates that `+` and `-` step through, in hertz.
  public static let refreshRates = [1, 2, 5, 10, 20, 30, 60]

  /// Whether the terminal did not take the last frame in time; the header says so.
  public var isTerminalSlow = false
  /// The names that `:theme` takes, in the order in which they are offered.
  public var themeNames: [String] = []
  /// The characters that are on the screen: the mouse needs to know how many samples a cell has.
  public var glyphs = GlyphSet.blocks
  /// How often pictures are made.
  public var pace = PaintPace()
  /// The refresh rate that the header shows, in hertz; `+` and `-` change it and tell so by an
  /// effect.
  public private(set) var refreshHertz: Int
  /// What the keys do; it may be changed between two keys.
  public var keys: KeyTable
  /// What is compared, as far as it has come; the application sets it, once a sample at most.
  public var comparison: ComparisonState? {
    didSet {
      settleCompare()
      hasChanged = true
    }
  }
  /// Two machines side by side; as ``comparison``.
  public var pair: PairState? { didSet { hasChanged = true } }
  /// Whether the operator only looks: nothing is injected, typed, stopped or switched.
  public let isReadOnly: Bool
  /// Columns of the screen.
  public private(set) var width = 80
  /// Rows of the screen.
  public private(set) var height = 24

  /// What is recorded.
  var live = Recording()
  /// The frozen picture, where the picture is frozen.
  var past: Past?
  var ui = UIState()
  /// What came while the picture is frozen and is not recorded yet.
  var unrecorded: [Snapshot] = []
  /// Something else than a sample came since the last picture, and may show in a frozen one.
  var hasChanged = false

  /// A monitor that has seen nothing yet. `refreshHertz` is brought to the nearest of
  /// ``refreshRates`` below it.
  public init(refreshHertz: Int = 10, isReadOnly: Bool = false, keys: KeyTable = .standard) {
    self.keys = keys
    self.isReadOnly = isReadOnly
    self.refreshHertz = Self.refreshRates.last { $0 <= refreshHertz } ?? 1
  }

  /// Whether the picture is frozen; recording goes on.
  public var isFrozen: Bool { past != nil }

  /// What the panes show. A copy, which has dozens of references to count: ask for it once.
  var shown: Recording { past?.shown ?? live }

  /// How many vcpus it has; without a copy.
  var shownCount: Int { past?.shown.snapshot.vcpus.count ?? live.snapshot.vcpus.count }

  /// Where everything is now.
  var layout: Layout {
    let count = shownCount
    // On a wide screen the counters take their columns from the grid, which then has more rows.
    let columns = width >= 110 && height >= 34 && ui.zoom == nil ? width - 55 : width
    let rows = hasGrid ? VCPUGrid.need(columns, vcpus: count) - 1 : count
    return Layout(
      width: width, height: height, vcpus: rows, zoom: ui.zoom,
      view: showsComparison ? .policies : ui.view,
      isGrid: hasGrid,
      isAttached: ui.isAttached)
  }

  /// Whether the vcpus' pane is a grid.
  var hasGrid: Bool { ui.wantsGrid ?? (shownCount > VCPUGrid.threshold) }

  /// Takes the size of the screen; call it before the first frame and after each change. Negative
  /// sizes count as 0.
  public mutating func resize(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
    settleSelection()
  }

  /// Takes a snapshot; call it once for each, in order, also while the picture is frozen.
  /// What the guest asks its terminal (where the cursor is, what it is) is answered by the effects.
  @discardableResult
  public mutating func absorb(_ snapshot: Snapshot) -> [MonitorEffect] {
    if canWait(snapshot) {
      unrecorded.append(snapshot)
      return []
    }
    record()
    live.absorb(snapshot)
    note(snapshot.events)
    if ui.overlay == .inject { ui.dialog.follow(live) }
    settleSelection()
    return answers()
  }

  /// Takes of a snapshot only what came since the last one, the log's entries and the console's bytes: for
  /// snapshots between those that sample, which are ``absorb(_:)``'s.
  @discardableResult
  public mutating func absorbNews(_ snapshot: Snapshot) -> [MonitorEffect] {
    record()
    live.absorbNews(snapshot)
    note(snapshot.events)
    settleLog()
    return answers()
  }

  private mutating func note(_ events: [LogEntry]) {
    noteIncidents(events)
    settlePages()
    if events.contains(where: { !$0.event.isRendezvous }) { hasChanged = true }
  }

  private mutating func answers() -> [MonitorEffect] {
    let bytes = live.takeAnswers()
    return bytes.isEmpty ? [] : [.perform(.serialInput(bytes))]
  }

  /// Shows `text` (one line) in the status line until the next key.
  public mutating func notify(_ text: String) {
    ui.notice = text
    hasChanged = true
  }

  /// Keeps the selected vcpu inside what is shown, and its row on the screen.
  mutating func settleSelection() {
    settleLog()
    settleCompare()
    settleIPICell()
    let count = shownCount
    if hasGrid { ui.vcpuTop = 0 }
    ui.vcpu = max(0, min(ui.vcpu, count - 1))
    let rows = max(1, (layout.panes[.vcpus]?.height ?? 2) - 1)
    ui.vcpuTop = max(0, min(ui.vcpuTop, count - rows))
    if ui.vcpu < ui.vcpuTop { ui.vcpuTop = ui.vcpu }
    if ui.vcpu >= ui.vcpuTop + rows { ui.vcpuTop = ui.vcpu - rows + 1 }
  }

  /// The number of the selected vcpu: `self` in targets.
  var selectedVCPU: Int {
    let vcpus = shown.snapshot.vcpus
    return vcpus.indices.contains(ui.vcpu) ? vcpus[ui.vcpu].id : 0
  }

  /// Takes a refresh rate, in hertz, that did not come from a key; see ``init(refreshHertz:isReadOnly:keys:)``.
  public mutating func setRefresh(hertz: Int) {
    refreshHertz = Self.refreshRates.last { $0 <= hertz } ?? 1
  }

  mutating func stepRefresh(_ step: Int) -> [MonitorEffect] {
    let rates = Self.refreshRates
    let index = rates.firstIndex(of: refreshHertz) ?? 0
    let next = rates[min(max(0, index + step), rates.count - 1)]
    ui.notice = "refresh \(next) Hz"
    if next == refreshHertz { return [] }
    refreshHertz = next
    return [.setRefresh(hertz: next)]
  }
}
