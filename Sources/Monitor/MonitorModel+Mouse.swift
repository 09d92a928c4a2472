import Telemetry

extension MonitorModel {
  /// Does what a click or the wheel does: a click on the bar is the key it shows, on a pane the
  /// focus, on a vcpu the selection; the wheel scrolls what is under it.
  public mutating func handle(_ mouse: MouseEvent) -> [MonitorEffect] {
    record()
    ui.notice = nil
    ui.questioned = nil
    return permitted(respond(to: mouse)) + adjustWatch()
  }

  private mutating func respond(to mouse: MouseEvent) -> [MonitorEffect] {
    let top = ui.context
    let context = top == .incident ? ui.viewContext : top
    let layout = layout
    let wheel = mouse.kind == .wheelUp ? -3 : 3
    if mouse.kind == .press && layout.bar.contains(mouse.x, mouse.y) {
      let items = KeyBar.items(self, width: width)
      guard let item = items.first(where: { $0.columns.contains(mouse.x) }) else { return [] }
      return perform(item.binding.action, in: item.binding.contexts.contains(top) ? top : context)
    }
    if context == .palette { return clickPalette(mouse) }
    if mouse.kind == .press && layout.tabs.contains(mouse.x, mouse.y)
      && (KeyBinding.views.contains(context) || context == .attached || context == .page)
    {
      let items = TabsView.items(ui.view, width: layout.tabs.width)
      guard let item = items.first(where: { $0.columns.contains(mouse.x) }) else { return [] }
      if ui.isAttached { detach() }
      show(item.view)
      return adjustWatch()
    }
    if context == .page {
      pagePointed(mouse)
      return []
    }
    if mouse.kind == .press, context == .overview || context == .console,
      let time = TotalsView.moment(mouse.x, mouse.y, in: layout.totals, shown, glyphs)
    {
      show(momentAt: time)
      return []
    }
    if layout.body.contains(mouse.x, mouse.y), let effects = click(mouse, in: context) {
      return effects + adjustWatch()
    }
    guard [.overview, .console, .attached].contains(context) else {
      if mouse.kind != .press { move(wheel, context) }
      return []
    }
    guard let (pane, rect) = layout.panes.all.first(where: { $0.rect.contains(mouse.x, mouse.y) })
    else { return [] }
    if mouse.kind != .press {
      move(wheel, pane)
      return []
    }
    if ui.isAttached && pane != .console { detach() }
    ui.focus = pane
    let row = mouse.y - rect.y - 1
    if pane == .vcpus && hasGrid {
      if let index = VCPUGrid.vcpu(atColumn: mouse.x, row: mouse.y - rect.y, in: rect, self) {
        ui.vcpu = index
      }
    } else if pane == .vcpus && row >= 0 && ui.vcpuTop + row < shown.snapshot.vcpus.count {
      ui.vcpu = ui.vcpuTop + row
    }
    return []
  }

  /// What the mouse does on the body of a view that is not made of panes; nil on others.
  private mutating func click(_ mouse: MouseEvent, in context: InputContext) -> [MonitorEffect]? {
    let body = layout.body
    switch context {
    case .timeline: return clickTimeline(mouse, body)
    case .ipi: return clickIPI(mouse, body)
    case .vcpu: return clickVCPU(mouse, body)
    case .interrupts: return clickInterrupts(mouse, body)
    case .policies: return clickPolicies(mouse, body)
    case .log: return clickLog(mouse, body)
    default: return nil
    }
  }
}
