import Telemetry
import Themes

/// What the operator did to the vCPU view. Which vcpu it shows is the overview's selection, too.
struct VCPUViewState: Sendable, Equatable {
  /// Whether what changed has a star.
  var marksChanges = false
  /// Whether the page with what has no room is shown, where there is one.
  var showsMore = false
  /// The number in the log after that of the first event that is shown; nil: it is always the newest.
  var eventAnchor: Int?
  /// The first line of the page that a small screen shows.
  var pageTop = 0
}

extension MonitorModel {
  mutating func performVCPU(_ action: Action) -> [MonitorEffect]? {
    switch action {
    case .previousVCPU: selectVCPU(ui.vcpu - 1)
    case .nextVCPU: selectVCPU(ui.vcpu + 1)
    case .home: selectVCPU(0)
    case .end: selectVCPU(shown.snapshot.vcpus.count - 1)
    case .markChanges:
      ui.vcpuView.marksChanges.toggle()
      ui.notice =
        ui.vcpuView.marksChanges
        ? "* marks the registers that changed between its last two exits" : "changes not marked"
    case .showMore: showMore()
    case .openEntry: explainEvent()
    case .up: scrollVCPU(-1)
    case .down: scrollVCPU(1)
    case .pageUp: scrollVCPU(-vcpuViewPage)
    case .pageDown: scrollVCPU(vcpuViewPage)
    case .openInject:
      guard !shown.snapshot.vcpus.isEmpty else { return nil }
      ui.dialog.reopen(here: selectedVCPU)
      ui.overlay = .inject
    default: return nil
    }
    return []
  }

  private var vcpuViewLayout: VCPUViewLayout {
    VCPUViewLayout(layout.body, showsMore: ui.vcpuView.showsMore)
  }

  private mutating func selectVCPU(_ index: Int) {
    let former = ui.vcpu
    ui.vcpu = index
    settleSelection()
    if ui.vcpu != former { ui.vcpuView.eventAnchor = nil }
  }

  private mutating func showMore() {
    let layout = vcpuViewLayout
    if layout.hasAll {
      ui.notice = "everything is on the screen already"
    } else if layout.page != nil {
      let line = keyWord(.down, in: .vcpu, usual: .down)
      let page = keyWord(.pageDown, in: .vcpu, usual: .pageDown)
      ui.notice = "everything is on this page: \(line) and \(page) scroll"
    } else {
      ui.vcpuView.showsMore.toggle()
    }
  }

  /// The rows that a page key moves by.
  private var vcpuViewPage: Int {
    let layout = vcpuViewLayout
    return max(1, layout.page?.height ?? (layout.parts[.events]?.height ?? 2) - 1)
  }

  /// Scrolls what is scrolled at this size: the page, or the events.
  private mutating func scrollVCPU(_ step: Int) {
    guard let looks = VCPULooks(self) else { return }
    let layout = vcpuViewLayout
    if let page = layout.page {
      let last = VCPUPage.lines(self, looks, width: page.width).count - page.height
      let top = min(ui.vcpuView.pageTop, last) + step
      ui.vcpuView.pageTop = max(0, min(top, last))
    } else if let events = layout.parts[.events] {
      let (id, log, anchor) = (looks.vcpu.id, shown.log, ui.vcpuView.eventAnchor)
      let numbers = VCPUEventLines.numbers(id, log)
      let position = VCPUEventLines.position(id, log, before: anchor)
      let top = min(position + step, numbers.count - events.height + 1)
      // At the newest it follows again.
      ui.vcpuView.eventAnchor = top > 0 ? numbers[top] + 1 : nil
    }
  }

  /// The arrows of the first line choose the vcpu, one among the events is explained, the
  /// wheel scrolls.
  mutating func clickVCPU(_ mouse: MouseEvent, _ body: Rect) -> [MonitorEffect] {
    guard mouse.kind == .press else {
      scrollVCPU(mouse.kind == .wheelUp ? -3 : 3)
      return []
    }
    guard let looks = VCPULooks(self) else { return [] }
    let layout = vcpuViewLayout
    if layout.state.contains(mouse.x, mouse.y) {
      let arrows = VCPUStateLine.arrows(layout.state, looks)
      // A finger's width of columns each.
      if abs(mouse.x - arrows.left) <= 1 { selectVCPU(ui.vcpu - 1) }
      if abs(mouse.x - arrows.right) <= 1 { selectVCPU(ui.vcpu + 1) }
    } else if let events = layout.parts[.events], events.dropping(1).contains(mouse.x, mouse.y) {
      let row = mouse.y - events.y - 1
      explainEvent(row: row)
    }
    return []
  }
}
