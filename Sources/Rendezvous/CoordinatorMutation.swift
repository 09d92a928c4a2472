/// A bug, put into the coordinator by a test to see that the property tests find it. Empty outside tests.
struct CoordinatorMutation: OptionSet, Sendable {
  let rawValue: UInt8

  /// A completed rendezvous leaves its request set behind, whatever the policy says.
  static let requestNotCleared = CoordinatorMutation(rawValue: 1 << 0)
  /// Complete where those asked equal those done, as in bhyve, and not where they are among them.
  static let completionByEquality = CoordinatorMutation(rawValue: 1 << 1)
  /// Members are told before the request is stored.
  static let stateReadBeforeRequestStore = CoordinatorMutation(rawValue: 1 << 2)
  /// Who has run the action, or had it run, runs it when it comes again.
  static let actionRunTwice = CoordinatorMutation(rawValue: 1 << 3)
  /// The end wakes nobody.
  static let wakeNotSent = CoordinatorMutation(rawValue: 1 << 4)
  /// Sleeping members are acted for without being held.
  static let servedUnclaimed = CoordinatorMutation(rawValue: 1 << 5)
}
