/// A rendezvous that nobody waits for, from its publication until its last target has applied the action and
/// its initiator has told how the targets were told (``RendezvousPolicy/Waiting/nobody``).
struct UnawaitedRendezvous<Action: Sendable>: Sendable {
  /// How many may be outstanding at a time. The next one waits for a place: what is asked of a member that
  /// does not come would else grow without bound.
  static var limit: Int { 64 }

  let action: Action
  /// Its targets that have not applied the action yet.
  var remaining: CPUSet
  /// Its targets that a policy has not asked which stores one word of the set.
  let leftOut: Int
  /// Without kicks before ``kicksAreKnown``, without latency before ``isFinished``.
  var record: RendezvousRecord
  var kicksAreKnown = false
  var isFinished = false
}

extension RendezvousState {
  /// Whether targets have still to apply what nobody waits for.
  var hasUnawaited: Bool { unawaited.contains { !$0.isFinished } }

  /// The oldest that is not finished.
  var oldestUnawaited: UnawaitedRendezvous<Action>? { unawaited.first { !$0.isFinished } }

  /// Whether there is a place for another.
  var canPost: Bool { unawaited.count < UnawaitedRendezvous<Action>.limit }

  /// Appends a rendezvous that nobody waits for and returns its number.
  mutating func post(
    targets: CPUSet, cause: RendezvousCause, origin: RendezvousOrigin, initiator: Int?,
    action: Action, now: UInt64
  ) -> UInt64 {
    lastID += 1
    let intended = targets.intersection(active)
    let asked = policy.setWidth == .full ? intended : intended.firstWordOnly
    var record = RendezvousRecord(
      id: lastID, cause: cause, initiator: initiator, targets: intended, startNanoseconds: now,
      latencyNanoseconds: 0, slowest: nil, bystanders: 0, bystanderStallNanoseconds: 0,
      kicksSignalled: 0, kicksWoken: 0, kicksElided: 0)
    record.origin = origin
    unawaited.append(
      UnawaitedRendezvous(
        action: action, remaining: asked, leftOut: intended.subtracting(asked).count, record: record
      ))
    request = request.union(asked)
    return lastID
  }
}
