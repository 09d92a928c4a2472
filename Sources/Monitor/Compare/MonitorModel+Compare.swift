import Comparison
import Telemetry

extension MonitorModel {
  /// Whether the page of comparisons is shown: its numbers are wanted then.
  public var showsComparison: Bool { ui.compare.page != nil }

  mutating func openCompare() {
    ui.compare.page = ui.compare.lastPage
    settleCompare()
  }

  mutating func performCompare(_ action: Action) -> [MonitorEffect]? {
    let isPair = ui.compare.page == .pair
    switch action {
    case .close: return closeCompare()
    case .switchPage:
      ui.compare.page = isPair ? .table : .pair
      ui.compare.lastPage = ui.compare.page ?? .table
    case .runComparison: return isPair ? [.compare(.runPair(ui.compare.pair))] : runComparison()
    case .endComparison: return isPair ? endPair() : endComparison()
    case .chooseScenario: ui.compare.chooseScenario()
    case .chooseVCPUs: ui.compare.chooseVCPUs()
    case .chooseExperiment: ui.compare.chooseExperiment()
    case .allowUnsafe:
      ui.compare.toggleUnsafe()
      ui.notice =
        ui.compare.hasUnsafe
        ? "policies that can hang a guest are offered too: a watchdog ends what they break"
        : "policies that can hang a guest are not offered"
    case .choosePolicyA: ui.compare.choosePolicy(0, 1)
    case .choosePolicyB: ui.compare.choosePolicy(1, 1)
    case .previousPolicyA: ui.compare.choosePolicy(0, -1)
    case .previousPolicyB: ui.compare.choosePolicy(1, -1)
    case .up: scrollCompare(-1)
    case .down: scrollCompare(1)
    case .pageUp: scrollCompare(-max(1, comparePage.rows.height - 1))
    case .pageDown: scrollCompare(max(1, comparePage.rows.height - 1))
    case .home: scrollCompare(-1_000_000)
    case .end: scrollCompare(1_000_000)
    case .saveView: return saveComparison()
    case .copySelection: return copyComparison()
    default: return nil
    }
    return []
  }

  /// Where the parts of the page are now.
  var comparePage: ComparePage { ComparePage(layout.body, comparison) }

  /// Keeps the first line inside what there is.
  mutating func settleCompare() { scrollCompare(0) }

  mutating func scrollCompare(_ step: Int) {
    guard showsComparison else { return }
    let page = comparePage
    let last = max(0, page.lines.count - page.rows.height)
    ui.compare.top = max(0, min(ui.compare.top + step, last))
  }

  private mutating func closeCompare() -> [MonitorEffect] {
    let runs = pair.map { !$0.isEnded } ?? false
    ui.compare.page = nil
    settleSelection()
    return runs ? [.compare(.endPair)] : []
  }

  private mutating func runComparison() -> [MonitorEffect] {
    if let comparison, !comparison.isFinished {
      let ends = keyWord(.endComparison, in: .compare, usual: .character("s"))
      ui.notice = "one is being measured; \(ends) ends it"
      return []
    }
    ui.compare.top = 0
    return [.compare(.run(ui.compare.plan))]
  }

  private mutating func endComparison() -> [MonitorEffect] {
    guard let comparison, !comparison.isFinished else {
      ui.notice = "nothing is being measured"
      return []
    }
    ui.notice = "it ends with what is measured so far"
    return [.compare(.cut)]
  }

  private mutating func endPair() -> [MonitorEffect] {
    guard let pair, !pair.isEnded else {
      ui.notice = "neither runs"
      return []
    }
    return [.compare(.endPair)]
  }

  private mutating func saveComparison() -> [MonitorEffect] {
    guard let comparison else {
      ui.notice = "nothing is measured yet"
      return []
    }
    return [.save(SavedView(comparison, at: live.snapshot.timeNanoseconds))]
  }

  private mutating func copyComparison() -> [MonitorEffect] {
    guard let comparison else {
      ui.notice = "nothing is measured yet"
      return []
    }
    ui.notice = "copied the tables as Markdown"
    return [.copy(ClipboardText.filtered(ComparisonMarkdown.text(comparison)))]
  }
}

extension SavedView {
  /// The report of a comparison: the same as `tryst compare --format json`.
  init(_ comparison: ComparisonState, at nanoseconds: UInt64) {
    suggestedName = "tryst-compare-\(nanoseconds / 1_000_000)ms.json"
    json = Array((ComparisonReport.value(comparison).json + "\n").utf8)
  }
}
