/// What became of an NMI that was handed to a vcpu.
public enum NMIAcceptance: Sendable, Equatable {
  /// It comes with the next entry.
  case accepted
  /// It comes when the NMI handler that still runs returns.
  case blocked
  /// One waited already: the two are one.
  case merged
}
