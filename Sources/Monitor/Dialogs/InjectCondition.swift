import Telemetry

/// What of a vcpu's state matters to what is injected into it.
enum InjectCondition: Equatable {
  case runs, waitsForSIPI, ended, idle

  init(_ state: VCPUState) {
    switch state {
    case .waitForSIPI: self = .waitsForSIPI
    case .shutdown, .fault: self = .ended
    case .idle: self = .idle
    case .vmm, .running, .kicked, .halted, .waiting, .stopped: self = .runs
    }
  }

  /// After the name of a vcpu.
  var words: String {
    switch self {
    case .runs: "runs"
    case .waitsForSIPI: "waits for SIPI"
    case .ended: "has stopped for good"
    case .idle: "has not been started"
    }
  }
}
