struct PoliciesState: Sendable {}

extension MonitorModel {
  mutating func performPolicies(_ action: Action) -> [MonitorEffect]? { nil }

  mutating func clickPolicies(_ mouse: MouseEvent, _ body: Rect) -> [MonitorEffect] { [] }
}
