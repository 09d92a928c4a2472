import Telemetry

extension MonitorModel {
  /// Does what a click or the wheel does: a click on the bar is the key it shows, on a pane the
  /// focus, on a vcpu the selection; the wheel scrolls what is under it.
  public mutating func handle(_ mouse: MouseEvent) -> [MonitorEffect] {
    ui.notice = nil
    let context = ui.context
    let layout = layout
    let wheel = mouse.kind == .wheelUp ? -3 : 3
    if mouse.kind == .press && layout.bar.contains(mouse.x, mouse.y) {
      let items = KeyBar.items(context, width: width, isStopped: shown.snapshot.isStopped)
      guard let item = items.first(where: { $0.columns.contains(mouse.x) }) else { return [] }
      return perform(item.binding.action, in: context)
    }
    guard [.overview, .console, .attached].contains(context) else {
      if mouse.kind != .press { move(wheel, context) }
      return []
    }
    guard let (pane, rect) = layout.panes.first(where: { $0.value.contains(mouse.x, mouse.y) })
    else { return [] }
    if mouse.kind != .press {
      move(wheel, pane)
      return []
    }
    if ui.isAttached && pane != .console { detach() }
    ui.focus = pane
    let row = mouse.y - rect.y - 1
    if pane == .vcpus && row >= 0 && ui.vcpuTop + row < shown.snapshot.vcpus.count {
      ui.vcpu = ui.vcpuTop + row
    }
    return []
  }
}
