import Telemetry

/// What port accesses ask of the vcpu that made them.
extension VCPURunner {
  /// False where the vcpu's thread is to end.
  mutating func apply(_ effect: PortEffect) -> Bool {
    switch effect {
    case .none: break
    case .panic(let vector):
      reportPanic(vector)
      return false
    case .reset: platform.requestReset(by: "vcpu \(id)")
    case .powerOff: platform.end(because: ["the guest switched the machine off"], isFailure: false)
    case .exit(let value):
      platform.end(because: ["the guest ended with value \(value)"], isFailure: value != 0)
    case .biosCall: return serveBIOS()
    case .panicked:
      platform.log(.message("the guest panicked: \(platform.chipset.panicLine ?? "")"))
    case .panicEnded:
      platform.end(because: ["the guest panicked: \(platform.chipset.panicLine ?? "")"])
    }
    return true
  }
}
