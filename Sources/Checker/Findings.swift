/// What must not happen, by the numbers of rendezvous.md section 7.
public struct Violations: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// A bit for each.
  public let rawValue: UInt16
  /// From bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// bhyve's assertion, "a rendezvous is in progress", at a rendezvous exit (S10).
  public static let assertion = Violations(rawValue: 1 << 0)
  /// The rendezvous lock is taken where nothing may sleep (S9).
  public static let blockingLock = Violations(rawValue: 1 << 1)
  /// Complete with a member missing, or one too many (S4).
  public static let membership = Violations(rawValue: 1 << 2)
  /// A member ran the action twice (S4).
  public static let actionTwice = Violations(rawValue: 1 << 3)
  /// An action ran while its member was in the guest (S6).
  public static let actionInGuest = Violations(rawValue: 1 << 4)
  /// The assertion of the thread that helps while it locks all vcpus.
  public static let helperAssertion = Violations(rawValue: 1 << 5)
  /// An initiator returned before its rendezvous was over (S8).
  public static let earlyReturn = Violations(rawValue: 1 << 6)
  /// A request outlived a reset (S15).
  public static let survivesReset = Violations(rawValue: 1 << 7)
  /// A state in which nobody can go on though not everything is at rest.
  public static let hang = Violations(rawValue: 1 << 8)
  /// From some state on, threads run for ever and never come to rest.
  public static let livelock = Violations(rawValue: 1 << 9)
  /// The search was given up before it had seen every state.
  public static let unfinished = Violations(rawValue: 1 << 10)

  /// Each with the words for it, in the order of reports.
  static let words: [(Violations, String)] = [
    (.assertion, "assertion fails at a rendezvous exit"),
    (.blockingLock, "blocking lock in the no-block region"),
    (.membership, "completed with a member missing or extra"),
    (.actionTwice, "action ran twice"), (.actionInGuest, "action ran while in the guest"),
    (.helperAssertion, "helper's assertion fails"),
    (.earlyReturn, "initiator returned early"),
    (.survivesReset, "request survives a reset"), (.hang, "hang"), (.livelock, "livelock"),
    (.unfinished, "not finished"),
  ]
  /// In words: "safe", or what can happen.
  public var description: String {
    isEmpty
      ? "safe" : Self.words.filter { contains($0.0) }.map(\.1).joined(separator: "; ")
  }
  /// Each of them alone.
  public var each: [Violations] { Self.words.map(\.0).filter { contains($0) } }
  /// What a search goes on after: the machine does, too.
  static let survivable: Violations = [.blockingLock]
}

/// Rendezvous exits that did not help, by where that shows (rendezvous.md sections 5.3 and 9).
public struct SpuriousKinds: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// A bit for each.
  public let rawValue: UInt8
  /// From bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// At the look: a rendezvous was in progress that did not ask for the vcpu.
  public static let nonmember = SpuriousKinds(rawValue: 1 << 0)
  /// At the look: at none of its reads was a rendezvous in progress; not yet, or no more.
  public static let over = SpuriousKinds(rawValue: 1 << 1)
  /// At the exit: no rendezvous in progress, where the assertion stands or stood.
  public static let functionNull = SpuriousKinds(rawValue: 1 << 2)
  /// In the handler: a rendezvous in which the vcpu has no part; it stalls.
  public static let bystander = SpuriousKinds(rawValue: 1 << 3)
  /// In the handler: nothing in progress.
  public static let void = SpuriousKinds(rawValue: 1 << 4)
  /// At the exit: the own bit, and no function yet.
  public static let early = SpuriousKinds(rawValue: 1 << 5)
  /// HLT went back to the guest for a rendezvous in which the vcpu has no part.
  public static let haltSpin = SpuriousKinds(rawValue: 1 << 6)

  /// Those that section 9 counts.
  public static let section9: SpuriousKinds = [.nonmember, .over, .functionNull]

  static let words: [(SpuriousKinds, String)] = [
    (.nonmember, "nonmember"), (.over, "over"), (.functionNull, "function NULL at exit"),
    (.early, "early"), (.bystander, "bystander"), (.void, "void"), (.haltSpin, "halt spin"),
  ]
  /// The words for each.
  var names: [String] { Self.words.filter { contains($0.0) }.map(\.1) }
  /// In words: "none", or the kinds.
  public var description: String {
    isEmpty ? "none" : names.joined(separator: ", ")
  }
}

extension Violations: CustomStringConvertible {}
extension SpuriousKinds: CustomStringConvertible {}
