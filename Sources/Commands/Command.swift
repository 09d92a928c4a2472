public import Rendezvous

/// Everything the operator may ask of the machine; the only way in. Plain values: they come from
/// keys, scripts and tests alike, and the machine's operator thread performs them in order.
public enum Command: Sendable, Equatable {
  /// Inject an interrupt, an IPI or a rendezvous; answered by an injection report in the log.
  case inject(Injection)
  /// Make an injection again and again; the log has a report of the first and a line at the end.
  case injectRepeatedly(RepeatedInjection)
  /// End every repeated injection that is under way.
  case stopRepeating
  /// Change the policy as soon as no rendezvous is in progress.
  case setPolicy(RendezvousPolicy)
  /// Tell the demo guest what to do from now on.
  case setScenario(Scenario)
  /// Stop every vcpu outside the guest; they go on taking part in rendezvous.
  case stopGuest
  /// Let the vcpus run again.
  case continueGuest
  /// Bytes for the guest's serial port to receive, in order, as typed on a terminal.
  case serialInput([UInt8])
}
