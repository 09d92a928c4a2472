public import Rendezvous

/// Everything the operator may ask of the machine; the only way in. Plain values: they come from
/// keys, scripts and tests alike, and the machine's operator thread performs them in order.
public enum Command: Sendable, Equatable {
  /// Inject an interrupt, an IPI or a rendezvous; answered by an injection report in the log.
  case inject(Injection)
  /// Make an injection again and again, at its times, while other commands are performed. One report in the
  /// log counts what came of all of them, and is replaced as they go. It ends with the guest, at a reset of
  /// the machine, and at ``stopRepeating``; with eight under way one more is refused.
  case injectRepeatedly(RepeatedInjection)
  /// End every repeated injection that is under way.
  case stopRepeating
  /// Change the policy as soon as no rendezvous is in progress. One that can hang the guest is refused, with
  /// a line in the log, unless the machine allows them.
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
