/// How far a repeated injection has come, and what came of it so far. What is counted is counted at each
/// target: 10 injections to 4 vcpus are 40 outcomes.
public struct InjectionRepetition: Sendable, Equatable {
  /// Why it ended before its time.
  public enum Stop: UInt8, Sendable, CaseIterable {
    /// The operator's wish.
    case byOperator = 1
    /// The machine was reset.
    case reset
    /// The guest has ended.
    case guestEnded
    /// It never began: as many as can be are under way.
    case tooMany
  }

  /// How often it is to be made.
  public var wanted: Int
  /// From one to the next, nanoseconds.
  public var periodNanoseconds: UInt64
  /// How often it was made so far.
  public var made = 0
  /// From the first to the last that was made, nanoseconds.
  public var spanNanoseconds: UInt64 = 0
  /// The guest took it.
  public var delivered: UInt64 = 0
  /// Done, where there is nothing to deliver.
  public var done: UInt64 = 0
  /// Merged into one that was pending already.
  public var coalesced: UInt64 = 0
  /// Accepted and not delivered when the following ended.
  public var pending: UInt64 = 0
  /// Refused or without effect.
  public var ignored: UInt64 = 0
  /// Why the last that is counted in ``pending`` was.
  public var pendingReason: PendingReason?
  /// Why the last that is counted in ``ignored`` was.
  public var ignoredReason: IgnoredReason?
  /// How long it took to be delivered or done.
  public var latency = LatencySummary()
  /// How much the guest's own counts rose, all targets (nil: not counted).
  public var guestSaw: UInt64?
  /// How many began more than a period after they were due: the host was busy, or each took longer than that.
  public var late = 0
  /// How late the latest began, nanoseconds.
  public var latestNanoseconds: UInt64 = 0
  /// Why it ended early, or nil.
  public var stop: Stop?

  /// One that has not begun.
  public init(wanted: Int, periodNanoseconds: UInt64) {
    self.wanted = wanted
    self.periodNanoseconds = periodNanoseconds
  }
}
