extension MonitorModel {
  /// The picture of this moment, of the size that ``resize(width:height:)`` was given. Pure: the same
  /// value gives the same frame.
  public func frame(glyphs: GlyphSet) -> Frame {
    if glyphs != self.glyphs {
      var other = self
      other.glyphs = glyphs
      return other.frame(glyphs: glyphs)
    }
    var frame = Frame(width: width, height: height, glyphs: glyphs)
    let layout = layout
    if layout.isTiny {
      TinyView.paint(&frame, self)
    } else {
      HeaderView.paint(&frame, layout.header, self)
      if showsComparison {
        ComparePage.paint(&frame, layout, self)
      } else {
        paintView(&frame, layout)
      }
      StatusLine.paint(&frame, layout.status, self)
    }
    IncidentBanner.paint(&frame, self)
    switch ui.overlay {
    case .none: break
    case .inject: InjectView.paint(&frame, self)
    case .chooser(let chooser): ChooserView.paint(&frame, self, chooser)
    }
    PageView.paint(&frame, self)
    PaletteView.paint(&frame, self)
    if let help = ui.help { HelpView.paint(&frame, help, keys) }
    KeyBar.paint(&frame, layout.bar, self)
    return frame.inGlyphs(glyphs)
  }

  /// The view that is shown, with its tabs.
  private func paintView(_ frame: inout Frame, _ layout: Layout) {
    TabsView.paint(&frame, layout.tabs, self)
    TotalsView.paint(&frame, layout.totals, self)
    if let rect = layout.panes[.vcpus] {
      if hasGrid {
        VCPUGrid.paint(&frame, rect, self)
      } else {
        VCPUTable.paint(&frame, rect, self)
      }
    }
    if let rect = layout.panes[.counters] {
      CountersView.paint(&frame, rect, self, asCards: layout.hasCards)
    }
    if let rect = layout.panes[.console] { ConsoleView.paint(&frame, rect, self) }
    if let rect = layout.panes[.log] { LogView.paint(pane: rect, &frame, self) }
    switch ui.view {
    // Panes, painted above.
    case .overview, .console: break
    case .log: LogView.paint(alone: layout.body, &frame, self)
    case .timeline: TimelineView.paint(&frame, layout.body, self)
    case .ipi: IPIView.paint(&frame, layout.body, self)
    case .vcpu: VCPUView.paint(&frame, layout.body, self)
    case .interrupts: InterruptsView.paint(&frame, layout.body, self)
    case .policies: PoliciesView.paint(&frame, layout.body, self)
    }
  }
}
