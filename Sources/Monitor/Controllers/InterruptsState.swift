struct InterruptsState: Sendable {}

extension MonitorModel {
  mutating func performInterrupts(_ action: Action) -> [MonitorEffect]? { nil }

  mutating func clickInterrupts(_ mouse: MouseEvent, _ body: Rect) -> [MonitorEffect] { [] }
}
