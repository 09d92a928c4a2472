/// When a vcpu took the steps of a rendezvous, nanoseconds of the monotonic clock; 0 where it did not.
public struct RendezvousTimes: Sendable, Equatable, BitwiseCopyable {
  /// When it came to the handler.
  public var arrived: UInt64 = 0
  /// When its action had run.
  public var ran: UInt64 = 0
  /// When it could go on.
  public var released: UInt64 = 0
  /// All zero.
  public init() {}
}

/// What became of a member that was served without a rendezvous exit.
public struct RendezvousService: Sendable, Equatable {
  /// The rendezvous, 0 where none asked for it.
  public var id: UInt64
  /// Whether its own thread ran the action.
  public var ranAction: Bool
  /// How many actions its own thread ran: more than one only where nobody waits.
  public var actionsRun: Int
  /// When.
  public var times: RendezvousTimes

  /// A service with every field.
  public init(id: UInt64, ranAction: Bool, times: RendezvousTimes, actionsRun: Int? = nil) {
    self.id = id
    self.ranAction = ranAction
    self.actionsRun = actionsRun ?? (ranAction ? 1 : 0)
    self.times = times
  }
}

/// What became of a vcpu's rendezvous exit.
public struct RendezvousExitReport: Sendable, Equatable {
  /// Judged under the lock; exactly one for each exit.
  public var classification: RendezvousExitClass
  /// The rendezvous that was met, 0 for a void exit; where nobody waits, the newest that the vcpu applied.
  public var id: UInt64
  /// Whether the vcpu's own thread ran the action.
  public var ranAction: Bool
  /// How many actions it ran: more than one only where nobody waits.
  public var actionsRun = 0
  /// Time spent in it as a bystander, nanoseconds; 0 for the other classes.
  public var stallNanoseconds: UInt64
  /// Whether bhyve's assertion, "a rendezvous is in progress", would have failed at the exit.
  public var assertionWouldFire: Bool
  /// Whether it did: the policy keeps the assertion. An event to be shown; the machine goes on.
  public var assertionFailed: Bool
  /// Whether the vcpu saw its own bit at the exit. Where the assertion would fail: then one was being
  /// published, else one had just ended.
  public var sawBit = false
  /// Where the assertion failed: the rendezvous that was being published, or that had just ended; nil where
  /// none has begun yet.
  public var last: RendezvousRecord? {
    get { lastRecords.first }
    set { lastRecords = newValue.map { [$0] } ?? [] }
  }
  /// None or one, out of line: a record has sets of 512 bytes, and every exit has a report.
  private var lastRecords: [RendezvousRecord] = []
  /// When.
  public var times: RendezvousTimes

  /// A report with every field.
  public init(
    classification: RendezvousExitClass, id: UInt64, ranAction: Bool, stallNanoseconds: UInt64,
    assertionWouldFire: Bool, assertionFailed: Bool, times: RendezvousTimes = RendezvousTimes()
  ) {
    self.times = times
    self.classification = classification
    self.id = id
    self.ranAction = ranAction
    self.stallNanoseconds = stallNanoseconds
    self.assertionWouldFire = assertionWouldFire
    self.assertionFailed = assertionFailed
  }
}

/// What came of an own rendezvous.
public struct RendezvousInitiation: Sendable, Equatable {
  /// The rendezvous, finished unless ``isFinished`` says otherwise.
  public var record: RendezvousRecord
  /// False where nobody waits and members have still to apply the action: then the record, which has no
  /// latency yet, comes in full through `RendezvousCoordinator.records`.
  public var isFinished = true
  /// How many actions the initiator's own thread ran as a member on the way: of others' rendezvous that
  /// were in progress first, and of its own.
  public var taken: Int
  /// When the initiator's own thread took the steps.
  public var times: RendezvousTimes

  /// A result with every field.
  public init(record: RendezvousRecord, taken: Int, times: RendezvousTimes = RendezvousTimes()) {
    self.record = record
    self.taken = taken
    self.times = times
  }
}

/// A rendezvous that a reset or a watchdog cut off; some members may have run its action.
public struct RendezvousAborted: Error, Sendable, Equatable {
  /// As in ``RendezvousInitiation/taken``.
  public var taken: Int

  /// An error with every field.
  public init(taken: Int) { self.taken = taken }
}
