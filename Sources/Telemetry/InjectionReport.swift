public import Commands
public import Rendezvous

/// Why a vector that was accepted is not delivered yet.
public enum PendingReason: UInt8, Sendable, CaseIterable {
  /// RFLAGS.IF is 0.
  case interruptsDisabled = 1
  /// The instruction after STI or MOV SS has not finished.
  case interruptShadow
  /// Its class is not above the processor priority.
  case processorPriority
  /// The vcpu waits for a SIPI.
  case waitForSIPI
  /// An earlier event is being delivered.
  case eventInFlight
  /// The guest is stopped.
  case stopped
  /// An NMI is blocked by the NMI handler that still runs.
  case nmiBlocked
  /// The vcpu has not come out of the guest yet.
  case notSeen
}

/// Why nothing came of an injection, or not what it was meant for.
public enum IgnoredReason: UInt8, Sendable, CaseIterable {
  /// The local APIC is software-disabled (SVR bit 8).
  case localAPICDisabled = 1
  /// The redirection entry is masked.
  case pinMasked
  /// The pin was already at that level.
  case pinUnchanged
  /// Remote IRR is set: the guest has not sent EOI for this level interrupt.
  case remoteIRR
  /// The target does not wait for a SIPI.
  case notWaitingForSIPI
  /// No vcpu has that destination.
  case noDestination
  /// The vector is below 16.
  case illegalVector
  /// The target has stopped for good (shutdown or an error).
  case targetDown
  /// Nothing in the entry changed.
  case entryUnchanged
  /// An INIT reset the target before it was delivered.
  case resetByINIT
  /// SMI, INIT, ExtINT and reserved delivery modes of messages and pins: nothing here takes them.
  case deliveryMode
  /// Its rendezvous was ended before all had met: by a reset, or by the watchdog.
  case aborted
}

/// What became of an injection at one vcpu.
public enum InjectionOutcome: Sendable, Equatable {
  /// The guest took it, so many nanoseconds after it was issued.
  case delivered(afterNanoseconds: UInt64)
  /// It was already pending: this one merged into it.
  case coalesced
  /// Accepted, not delivered yet.
  case pending(PendingReason)
  /// Refused or without effect.
  case ignored(IgnoredReason)
  /// Done, where there is nothing to deliver (INIT, SIPI, a pin's level).
  case done(afterNanoseconds: UInt64)
}

/// What came of one injection: on the screen no injection ends in silence.
public struct InjectionReport: Sendable, Equatable {
  /// One target's part.
  public struct Target: Sendable, Equatable {
    /// The vcpu.
    public var vcpu: Int
    /// What became of it there.
    public var outcome: InjectionOutcome
    /// How much the guest's own count for the vector rose since the injection (nil: not counted).
    public var guestSaw: UInt64?
    /// A target's part.
    public init(vcpu: Int, outcome: InjectionOutcome, guestSaw: UInt64? = nil) {
      self.vcpu = vcpu
      self.outcome = outcome
      self.guestSaw = guestSaw
    }
  }
  /// Ascending from 1; a later report with the same id replaces the earlier (pending → delivered).
  public var id: UInt64
  /// What was injected.
  public var injection: Injection
  /// Whether more may come (a target is still pending).
  public var isFinal: Bool
  /// What became of it as a whole, where no target is concerned (a masked pin, say).
  public var outcome: InjectionOutcome?
  /// Target by target, ascending.
  public var targets: [Target]
  /// The rendezvous that it caused, finished, in order (a redirection entry may cause two).
  public var rendezvous: [RendezvousRecord]
  /// Of a repeated injection: what came of all of them. The other fields have no outcome then.
  public var repetition: InjectionRepetition?

  /// A report with every field.
  public init(
    id: UInt64, injection: Injection, isFinal: Bool, outcome: InjectionOutcome?,
    targets: [Target], rendezvous: [RendezvousRecord]
  ) {
    self.id = id
    self.injection = injection
    self.isFinal = isFinal
    self.outcome = outcome
    self.targets = targets
    self.rendezvous = rendezvous
  }
}
