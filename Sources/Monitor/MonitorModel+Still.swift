import Telemetry

/// What a frozen picture saves: nothing on it follows the samples, so they are kept for a second and then recorded
/// together. Each by itself finds the caches emptied by the vcpus: 61 µs with 16 busy ones, where it takes 26 so.
extension MonitorModel {
  /// Samples that are recorded together at most: a second's at the usual rate.
  static let unrecordedLimit = 10
  /// Of machines with more vcpus none wait: a sample's rows are as much as the caches hold.
  static let unrecordedVCPUs = 64

  /// Whether the picture is a frozen view with nothing over it: what lies over it may follow what comes.
  var standsStill: Bool { isFrozen && !ui.isAttached && ui.context == ui.viewContext }

  /// Whether `snapshot` may be recorded later: it has nothing but numbers and rendezvous.
  func canWait(_ snapshot: Snapshot) -> Bool {
    standsStill && unrecorded.count < Self.unrecordedLimit - 1
      && snapshot.vcpus.count <= Self.unrecordedVCPUs && snapshot.console.isEmpty
      && snapshot.guestEnded == nil && snapshot.events.allSatisfy(\.event.isRendezvous)
  }

  /// Records what has waited; ahead of whatever looks at what was recorded.
  mutating func record() {
    if unrecorded.isEmpty { return }
    for snapshot in unrecorded { live.absorb(snapshot) }
    unrecorded.removeAll(keepingCapacity: true)
  }
}

extension LogEvent {
  /// Whether it is one of the many that a busy guest makes, and nothing that is told beside the log.
  var isRendezvous: Bool { if case .rendezvous = self { true } else { false } }
}
