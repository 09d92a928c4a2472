import Rendezvous
import Telemetry

extension VCPUCounters {
  /// A rendezvous exit. The vcpu's thread.
  func count(_ report: RendezvousExitReport) {
    add(.rendezvous(report.classification))
    if report.actionsRun != 0 { add(.rendezvousTaken, UInt64(report.actionsRun)) }
    if report.stallNanoseconds != 0 { add(.stallNanoseconds, report.stallNanoseconds) }
    if report.assertionWouldFire { add(.assertionWouldFire) }
  }
}
