/// How a vcpu finds out whether a rendezvous is pending for it, and everything around that question
/// on which the designs of review D37390 differ. Pure data: each field is one dimension, a preset is
/// one row, and the coordinator reads the fields where the designs part.
public struct RendezvousPolicy: Sendable, Hashable {
  /// What the unlocked look before guest entry asks.
  public enum Check: UInt8, Sendable, CaseIterable {
    /// "Is any rendezvous in progress?" (the function pointer, bhyve before D37390).
    case anyFunction
    /// The own bit, read under the rendezvous lock (first version of the review).
    case lockedMember
    /// The own bit, read without lock or barrier (landed as 892feec2211d).
    case member
    /// "Is the request set non-empty?" (a suggestion in the review).
    case notEmpty
    /// "Is the set's first word non-zero?": what a one-word read of the set would mean.
    case firstWord
    /// Function pointer first, then the own bit.
    case functionAndMember
    /// Own bit first, then the function pointer.
    case memberAndFunction
  }
  /// Which the initiator stores first.
  public enum PublishOrder: UInt8, Sendable, CaseIterable {
    case requestThenFunction, functionThenRequest
  }
  /// What happens where bhyve asserts that a rendezvous is in progress at the exit.
  public enum Assertion: UInt8, Sendable, CaseIterable {
    /// The assertion is gone (D37417); what it would have found is still counted.
    case relaxed
    /// The assertion stands: each failure is a recorded, survived event.
    case kept
  }
  /// Which rendezvous makes a halting vcpu not sleep.
  public enum HaltTest: UInt8, Sendable, CaseIterable {
    /// Any rendezvous, as bhyve's HLT path tests before and after D37390.
    case anyFunction
    /// Only one that names the vcpu.
    case member
    /// None: a mutation; a halted member is then found by the time-out alone.
    case none
  }
  /// Whether interrupts are injected before or after the pending check.
  public enum InjectionOrder: UInt8, Sendable, CaseIterable {
    /// As bhyve on Intel: inject, then check.
    case injectThenCheck
    /// As bhyve on AMD: check, then inject.
    case checkThenInject
  }
  /// Which redirection-entry writes need a rendezvous to recompute trigger modes.
  public enum TriggerModeFilter: UInt8, Sendable, CaseIterable {
    /// Every change of a bit other than mask and polarity (bhyve).
    case everyChange
    /// Only where the old or the new entry is level-triggered.
    case levelOnly
    /// None: a vector's trigger mode is taken over when it is delivered (illumos).
    case atDelivery
  }
  /// How much of the request set is stored.
  public enum SetWidth: UInt8, Sendable, CaseIterable {
    case full
    /// Only vcpus 0 to 63: a mutation.
    case firstWord
  }
  /// Who runs the action of a member that sleeps (HLT, wait-for-SIPI) or is parked by us.
  public enum Service: UInt8, Sendable, CaseIterable {
    /// Its own thread, which is woken for it (bhyve).
    case ownThread
    /// The initiator, on its behalf: nobody is woken. Its local APIC is ours, and held meanwhile.
    case onBehalf
  }
  /// Who waits for the end of a rendezvous.
  public enum Waiting: UInt8, Sendable, CaseIterable {
    /// The initiator, the members that are done, and every bystander that comes by (bhyve).
    case everybody
    /// Nobody: each target applies the action before it enters the guest again (illumos).
    case nobody
  }
  /// What becomes of a kick that comes between the check and the entry into the guest.
  public enum KickLatch: UInt8, Sendable, CaseIterable {
    /// It makes the entry return at once (`immediate_exit`).
    case latched
    /// It is lost: a mutation.
    case unlatched
  }
  /// What a thread that wants all vcpus held does about a rendezvous in progress (rendezvous.md section 1.8).
  public enum LockAll: UInt8, Sendable, CaseIterable {
    /// Waits: may deadlock with it (bhyve before D52968).
    case plain
    /// Runs the actions of the vcpus that it holds; asserts that a rendezvous is in progress at each.
    case helping
    /// The same, and looks first whether one still is.
    case helpingGuarded
  }

  /// The preset's name, or "custom".
  public var preset: String
  /// The unlocked look.
  public var check: Check
  /// The order of the initiator's two stores.
  public var publishOrder: PublishOrder
  /// The assertion at a rendezvous exit.
  public var assertion: Assertion
  /// Whether the request set is emptied at completion (without that, `member` livelocks).
  public var clearsRequest: Bool
  /// The test of the HLT path.
  public var haltTest: HaltTest
  /// Injection before or after the check.
  public var injectionOrder: InjectionOrder
  /// Which redirection-entry writes rendezvous.
  public var triggerModeFilter: TriggerModeFilter
  /// How much of the request set is stored.
  public var setWidth: SetWidth
  /// Who runs the action of a sleeping member.
  public var service = Service.ownThread
  /// Who waits for the end.
  public var waiting = Waiting.everybody
  /// Whether a kick before the entry counts.
  public var kickLatch = KickLatch.latched
  /// How all vcpus are held.
  public var lockAll = LockAll.helpingGuarded

  /// Every dimension by name, with its value's name: for JSON and screens.
  public var dimensions: [(name: String, value: String)] {
    [
      ("check", "\(check)"), ("publishOrder", "\(publishOrder)"), ("assertion", "\(assertion)"),
      ("clearsRequest", "\(clearsRequest)"), ("haltTest", "\(haltTest)"),
      ("injectionOrder", "\(injectionOrder)"), ("triggerModeFilter", "\(triggerModeFilter)"),
      ("setWidth", "\(setWidth)"), ("service", "\(service)"), ("waiting", "\(waiting)"),
      ("kickLatch", "\(kickLatch)"), ("lockAll", "\(lockAll)"),
    ]
  }
}
