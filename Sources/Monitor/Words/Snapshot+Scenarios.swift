import Telemetry

extension Snapshot {
  /// Whether the guest has scenarios: only the demo guest does, of which the machine gives this name.
  var hasScenarios: Bool { guestName == "demo" }
}
