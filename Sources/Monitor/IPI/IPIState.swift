struct IPIState: Sendable {}

extension MonitorModel {
  mutating func performIPI(_ action: Action) -> [MonitorEffect]? { nil }

  mutating func clickIPI(_ mouse: MouseEvent, _ body: Rect) -> [MonitorEffect] { [] }
}
