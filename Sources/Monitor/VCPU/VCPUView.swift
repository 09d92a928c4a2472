enum VCPUView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {}
}
