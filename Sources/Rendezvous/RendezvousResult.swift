/// What became of a vcpu's rendezvous exit.
public struct RendezvousExitReport: Sendable, Equatable {
  /// Judged under the lock; exactly one for each exit.
  public var classification: RendezvousExitClass
  /// The rendezvous that was met, 0 for a void exit.
  public var id: UInt64
  /// Whether the vcpu's own thread ran the action.
  public var ranAction: Bool
  /// Time spent in it as a bystander, nanoseconds; 0 for the other classes.
  public var stallNanoseconds: UInt64
  /// Whether bhyve's assertion, "a rendezvous is in progress", would have failed at the exit.
  public var assertionWouldFire: Bool
  /// Whether it did: the policy keeps the assertion. An event to be shown; the machine goes on.
  public var assertionFailed: Bool

  /// A report with every field.
  public init(
    classification: RendezvousExitClass, id: UInt64, ranAction: Bool, stallNanoseconds: UInt64,
    assertionWouldFire: Bool, assertionFailed: Bool
  ) {
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
  /// The finished rendezvous.
  public var record: RendezvousRecord
  /// How many actions the initiator's own thread ran as a member on the way: of others' rendezvous that
  /// were in progress first, and of its own.
  public var taken: Int

  /// A result with every field.
  public init(record: RendezvousRecord, taken: Int) {
    self.record = record
    self.taken = taken
  }
}

/// A rendezvous that a reset cut off; some members may have run its action.
public struct RendezvousAborted: Error, Sendable, Equatable {
  /// As in ``RendezvousInitiation/taken``.
  public var taken: Int

  /// An error with every field.
  public init(taken: Int) { self.taken = taken }
}
