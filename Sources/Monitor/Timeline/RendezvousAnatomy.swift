import Rendezvous
import Telemetry

/// One rendezvous taken apart: who came when, who was late, who waited for nothing. Made only of what was
/// recorded; where a lane is not there, nothing is said of it.
struct RendezvousAnatomy {
  /// One vcpu's part.
  struct Part {
    let lane: RendezvousLane
    /// From the request until it came, nanoseconds; nil where that is not known.
    let lag: UInt64?
    /// Whether the rendezvous was for it.
    let isMember: Bool
    /// The last member to come, or one that took more than twice the median.
    var isStraggler = false

    var isBystander: Bool { lane.role == .bystander }
    /// For the order: what is not known comes last.
    var order: UInt64 { lag ?? .max }
  }

  let entry: RendezvousHistory.Entry
  /// One a vcpu, in the order of their numbers.
  let parts: [Part]
  /// Of the members whose lanes are there.
  let medianLag: UInt64?
  /// The last member to come, where its lane is there.
  let last: Part?
  /// How long the last one made all others wait: its lag less that of the member before it.
  let lastBy: UInt64
  /// The vcpus that took part, as far as the record tells.
  let expected: Int

  var record: RendezvousRecord { entry.record }
  var bystanders: [Part] { parts.filter(\.isBystander) }

  init(_ entry: RendezvousHistory.Entry, _ lanes: [RendezvousLane]) {
    self.entry = entry
    let record = entry.record
    var parts: [Part] = []
    parts.reserveCapacity(lanes.count)
    for lane in lanes.sorted(by: {
      ($0.vcpu, $0.arrivedNanoseconds) < ($1.vcpu, $1.arrivedNanoseconds)
    })
    where lane.vcpu != parts.last?.lane.vcpu {
      let isMember =
        switch lane.role {
        case .bystander: false
        case .member, .early, .served: true
        case .initiator: record.targets.contains(lane.vcpu)
        }
      let lag = record.since(lane.arrivedNanoseconds)
      parts.append(Part(lane: lane, lag: lag, isMember: isMember))
    }
    let lags = parts.filter(\.isMember).compactMap(\.lag).sorted()
    medianLag = lags.isEmpty ? nil : lags[(lags.count - 1) / 2]
    // The latest lane is the last one's only if no later member lost its own.
    let isComplete =
      record.slowest.map { slowest in parts.contains { $0.lane.vcpu == slowest } } ?? true
    let latest = isComplete ? lags.last : nil
    let lastPlace = parts.firstIndex { $0.isMember && $0.lag != nil && $0.lag == latest }
    lastBy = lags.count > 1 ? lags[lags.count - 1] - lags[lags.count - 2] : 0
    if lags.count > 1 {
      let limit = medianLag.map { $0 > .max / 2 ? .max : $0 * 2 } ?? .max
      for place in parts.indices where parts[place].isMember {
        let isLate = parts[place].lag.map { $0 > limit } ?? false
        parts[place].isStraggler = isLate || place == lastPlace
      }
    }
    last = lastPlace.map { parts[$0] }
    self.parts = parts
    let isOutside = record.initiator.map { !record.targets.contains($0) } ?? false
    let told =
      record.targets.count + (isOutside ? 1 : 0) + max(0, min(record.bystanders, CPUSet.capacity))
    expected = max(parts.count, told)
  }

  /// The end of the picture, nanoseconds after the request: when the last one went on; at least 1.
  var span: UInt64 {
    var end = max(1, record.latencyNanoseconds)
    for part in parts {
      for time in [part.lane.arrivedNanoseconds, part.lane.releasedNanoseconds] {
        end = max(end, record.since(time) ?? 0)
      }
    }
    return end
  }

  // MARK: Where the time went

  /// A few times of different vcpus, nanoseconds.
  struct Spread: Equatable {
    let count: Int
    let least: UInt64
    let median: UInt64
    let most: UInt64
    /// Whose the longest is.
    let longest: Int
  }

  /// The times that `time` gives for the parts.
  func spread(_ time: (Part) -> UInt64?) -> Spread? {
    let times = parts.compactMap { part in time(part).map { (time: $0, vcpu: part.lane.vcpu) } }
      .sorted { ($0.time, $0.vcpu) < ($1.time, $1.vcpu) }
    guard let first = times.first, let last = times.last else { return nil }
    return Spread(
      count: times.count, least: first.time, median: times[(times.count - 1) / 2].time,
      most: last.time, longest: last.vcpu)
  }

  /// From the signal until the guest was left.
  var kickToExit: Spread? {
    spread { part in
      part.lane.kick == .signalled && !part.leftByItself
        ? Self.between(part.lane.kickedNanoseconds, part.lane.leftGuestNanoseconds) : nil
    }
  }
  /// From there to the handler.
  var exitToArrival: Spread? {
    spread { part in
      part.leftByItself
        ? nil : Self.between(part.lane.leftGuestNanoseconds, part.lane.arrivedNanoseconds)
    }
  }
  /// From the wake-up of a sleeping one to the handler.
  var wakeToArrival: Spread? {
    spread { part in
      part.lane.kick == .woken
        ? Self.between(part.lane.kickedNanoseconds, part.lane.arrivedNanoseconds) : nil
    }
  }
  /// How long members waited for the last one.
  var arrivalToRelease: Spread? {
    spread { part in
      part.isMember
        ? Self.between(part.lane.arrivedNanoseconds, part.lane.releasedNanoseconds) : nil
    }
  }
  /// When members went on, after the request.
  var release: Spread? {
    spread { $0.isMember ? record.since($0.lane.releasedNanoseconds) : nil }
  }
  /// What it cost those it was not for.
  var stall: Spread? { spread { $0.isBystander ? $0.stall : nil } }

  /// From one moment to a later one; nil where one did not come.
  static func between(_ start: UInt64, _ end: UInt64) -> UInt64? {
    start == 0 || end == 0 ? nil : end > start ? end - start : 0
  }
}

extension RendezvousAnatomy.Part {
  /// It had left the guest before it was told, and was on its way for a reason of its own.
  var leftByItself: Bool {
    lane.leftGuestNanoseconds != 0 && lane.leftGuestNanoseconds < lane.kickedNanoseconds
  }

  /// How long it waited, from its arrival until it went on.
  var stall: UInt64? {
    RendezvousAnatomy.between(lane.arrivedNanoseconds, lane.releasedNanoseconds)
  }
}

extension RendezvousRecord {
  /// `time` (monotonic clock) as nanoseconds after the request; 0 for one before it, nil for one that did
  /// not come.
  func since(_ time: UInt64) -> UInt64? {
    time == 0 ? nil : time > startNanoseconds ? time - startNanoseconds : 0
  }
}
