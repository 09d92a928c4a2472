struct TimelineState: Sendable {}

extension MonitorModel {
  mutating func performTimeline(_ action: Action) -> [MonitorEffect]? { nil }

  mutating func clickTimeline(_ mouse: MouseEvent, _ body: Rect) -> [MonitorEffect] { [] }
}
