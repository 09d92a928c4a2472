struct VCPUViewState: Sendable {}

extension MonitorModel {
  mutating func performVCPU(_ action: Action) -> [MonitorEffect]? { nil }

  mutating func clickVCPU(_ mouse: MouseEvent, _ body: Rect) -> [MonitorEffect] { [] }
}
