/// What the rendezvous lock protects: the policy, who is active, and the rendezvous in progress.
///
/// Pure bookkeeping; nothing here knows a thread. The names are bhyve's (rendezvous.md section 1.1).
struct RendezvousState<Action: Sendable>: Sendable {
  var policy: RendezvousPolicy
  /// The vcpus that can be members.
  var active: CPUSet

  /// The number of the rendezvous in progress; 0: none ("function is NULL").
  var id: UInt64 = 0
  /// The last number given out.
  var lastID: UInt64 = 0
  /// What its members run; nil where there is none in progress.
  var action: Action?
  var cause = RendezvousCause.operatorRequest
  var origin = RendezvousOrigin.unspecified
  var initiator: Int?
  /// The active targets at publication.
  var targets = CPUSet()
  /// Those of `targets` that must come; smaller than that by who was deactivated since.
  var intended = CPUSet()
  /// Those asked: `intended` without those who were served before the request was stored, and without the
  /// rest of the words for a policy that stores one. Where nobody waits, everybody who has something to apply.
  var request = CPUSet()
  /// Members that have run the action.
  var done = CPUSet()
  var startNanoseconds: UInt64 = 0
  var slowest: Int?
  var servedOnBehalf = 0
  var bystanders = 0
  /// The bystanders' times of arrival, summed with wrap-around: with the number of them and the time of
  /// completion that gives the sum of their waits without asking anybody afterwards.
  var bystanderArrivals: UInt64 = 0

  /// Finished ones whose initiator has not taken its record yet: as many as initiators at most.
  var finished: [RendezvousRecord] = []
  /// Those that nobody waits for, in the order of their numbers.
  var unawaited: [UnawaitedRendezvous<Action>] = []
  /// The last one that ended, completed or not.
  var last: RendezvousRecord?
  /// Operators that wait for a moment without rendezvous; new ones are held back for them.
  var policyWaiters = 0
  /// An initiator sleeps because too many are outstanding that nobody waits for.
  var isPlaceWanted = false
  var isResetting = false
  /// Somebody holds all vcpus, or is about to.
  var isLockedAll = false
  var mutations: CoordinatorMutation = []
  /// Somebody must be woken when the lock is released.
  var needsWake = false
  /// The same of the initiator of what was in progress.
  var isInitiatorReady = false
  /// Initiators that found another one in progress, and have not had their turn since.
  var waitingInitiators = 0

  init(policy: RendezvousPolicy, active: CPUSet) {
    self.policy = policy
    self.active = active
    finished.reserveCapacity(64)
  }

  /// Whether one that is waited for is in progress.
  var isInProgress: Bool { id != 0 }

  /// Whether none is in progress, waited for or not.
  var isAtRest: Bool { id == 0 && !hasUnawaited }

  /// Begins the next rendezvous of `targets` and returns its number.
  mutating func begin(
    targets: CPUSet, cause: RendezvousCause, origin: RendezvousOrigin = .unspecified,
    initiator: Int?, action: Action, now: UInt64
  ) -> UInt64 {
    lastID += 1
    id = lastID
    self.action = action
    self.cause = cause
    self.origin = origin
    self.initiator = initiator
    self.targets = targets.intersection(active)
    intended = self.targets
    switch policy.setWidth {
    case .full: request = intended
    case .firstWord: request = intended.firstWordOnly
    }
    done = CPUSet()
    startNanoseconds = now
    slowest = nil
    servedOnBehalf = 0
    bystanders = 0
    bystanderArrivals = 0
    return id
  }

  /// `member` has run the action.
  mutating func markDone(_ member: Int) {
    done.insert(member)
    slowest = member
  }

  /// Somebody has run the action for `member`.
  mutating func markServed(_ member: Int) {
    markDone(member)
    servedOnBehalf += 1
  }

  /// Whether somebody who must come is not active any more.
  var hasInactive: Bool { !intended.isSubset(of: active) }

  /// Takes those who are not active any more out of the rendezvous in progress.
  mutating func dropInactive() {
    intended = intended.intersection(active)
    request = request.intersection(active)
  }

  /// Whether everybody who was asked has come: subset, not equality as in bhyve, where a member that is
  /// deactivated after it has come makes the sets differ for ever.
  var isComplete: Bool {
    mutations.contains(.completionByEquality) ? request == done : request.isSubset(of: done)
  }

  /// The rendezvous in progress as a record, over at `now`; its initiator adds the kicks.
  func record(now: UInt64) -> RendezvousRecord {
    var record = RendezvousRecord(
      id: id, cause: cause, initiator: initiator, targets: targets,
      startNanoseconds: startNanoseconds, latencyNanoseconds: now &- startNanoseconds,
      slowest: slowest, bystanders: bystanders,
      bystanderStallNanoseconds: now &* UInt64(bystanders) &- bystanderArrivals,
      kicksSignalled: 0, kicksWoken: 0, kicksElided: 0)
    record.origin = origin
    record.servedOnBehalf = servedOnBehalf
    return record
  }

  /// The one that began last, in progress or not.
  var latest: RendezvousRecord? {
    if isInProgress {
      var record = record(now: startNanoseconds)
      record.bystanderStallNanoseconds = 0
      return record
    }
    guard let posted = unawaited.last?.record else { return last }
    return posted.id > last?.id ?? 0 ? posted : last
  }

  /// Ends the rendezvous in progress and keeps its record for the initiator. Returns how many members
  /// were missing, and the latency.
  mutating func finish(now: UInt64) -> (missing: Int, latencyNanoseconds: UInt64) {
    let record = record(now: now)
    finished.append(record)
    last = record
    let missing = intended.subtracting(done).count
    id = 0
    action = nil
    request = CPUSet()
    return (missing, record.latencyNanoseconds)
  }

  /// The record of the finished rendezvous `wanted`, or nil where it was aborted.
  mutating func takeRecord(of wanted: UInt64) -> RendezvousRecord? {
    guard let index = finished.firstIndex(where: { $0.id == wanted }) else { return nil }
    return finished.remove(at: index)
  }
}
