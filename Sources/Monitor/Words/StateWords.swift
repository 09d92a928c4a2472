import Telemetry
import Themes

extension VCPUState {
  /// The letters as scalars, in the order of the raw values: a grid has a thousand of them.
  private static let scalars = allCases.map { $0.letter.unicodeScalars.first ?? " " }

  /// The letter of the grid.
  var scalar: Unicode.Scalar { Self.scalars[Int(rawValue)] }

  /// The state in at most five letters, for the table.
  var word: String {
    switch self {
    case .idle: "idle"
    case .vmm: "vmm"
    case .running: "run"
    case .kicked: "kick"
    case .halted: "halt"
    case .waiting: "wait"
    case .waitForSIPI: "sipi"
    case .stopped: "stop"
    case .shutdown: "down"
    case .fault: "fault"
    }
  }

  /// What it means, for the help screen and the status line.
  var meaning: String {
    switch self {
    case .idle: "no thread runs it"
    case .vmm: "in our code, between two entries"
    case .running: "in the guest"
    case .kicked: "in the guest, told to come out"
    case .halted: "in HLT"
    case .waiting: "in a rendezvous, waiting for its end"
    case .waitForSIPI: "reset by INIT, waiting for a SIPI"
    case .stopped: "stopped by the operator"
    case .shutdown: "ended by a triple fault"
    case .fault: "ended by an error that KVM reported"
    }
  }

  var role: Role {
    switch self {
    case .idle: .stateIdle
    case .vmm: .stateVMM
    case .running: .stateRunning
    case .kicked: .stateKicked
    case .halted: .stateHalted
    case .waiting: .stateWaiting
    case .waitForSIPI: .stateWaitForSIPI
    case .stopped: .stateStopped
    case .shutdown, .fault: .stateFault
    }
  }
}

extension ExitReason {
  /// The reason in at most six letters.
  var word: String {
    switch self {
    case .io: "io"
    case .mmio: "mmio"
    case .hlt: "hlt"
    case .interrupted: "intr"
    case .irqWindow: "irqwin"
    case .setTPR: "tpr"
    case .rdmsr: "rdmsr"
    case .wrmsr: "wrmsr"
    case .shutdown: "shut"
    case .failEntry: "entry"
    case .internalError: "error"
    case .other: "other"
    }
  }
}
