/// What others ask of a vcpu, as bits of one word: stored first, then the vcpu is kicked.
struct VCPURequest: OptionSet, Sendable {
  let rawValue: UInt32

  /// Vectors were posted.
  static let interrupt = VCPURequest(rawValue: 1 << 0)
  /// An NMI was posted.
  static let nmi = VCPURequest(rawValue: 1 << 1)
  /// INIT: reset, then wait for a SIPI.
  static let initReset = VCPURequest(rawValue: 1 << 2)
  /// A startup IPI was accepted; it comes after an INIT in the same word.
  static let startup = VCPURequest(rawValue: 1 << 3)
  /// The operator stopped (or continued) the guest: look.
  static let stop = VCPURequest(rawValue: 1 << 4)
  /// The machine ends.
  static let end = VCPURequest(rawValue: 1 << 5)
  /// A timer deadline passed.
  static let timer = VCPURequest(rawValue: 1 << 6)
  /// The line at LINT0 rose.
  static let localPin = VCPURequest(rawValue: 1 << 8)
  /// The machine was reset: power-on state, before all else.
  static let powerOn = VCPURequest(rawValue: 1 << 7)
  /// Somebody looks at it closely, or does not any more.
  static let watch = VCPURequest(rawValue: 1 << 9)
  /// Somebody wants all vcpus held: become idle for a moment.
  static let yield = VCPURequest(rawValue: 1 << 10)
}

/// Where a vcpu's thread is: bhyve's vcpu states (architecture.md, "States of a vcpu"). `kicked` is
/// `running` with a signal under way, so that one exit is asked for once.
enum RunState: UInt32, Sendable {
  /// No thread inside run.
  case idle = 0
  /// In our code, not in the guest.
  case frozen
  /// From the last checks to the exit.
  case running
  /// As running, told to come out.
  case kicked
  /// In HLT, wait-for-SIPI or stopped.
  case sleeping
  /// Idle, and held so by the coordinator.
  case held
  /// The same, and its thread waits to be released.
  case heldIdleAwaited
  /// Sleeping, and held so by the coordinator: its state may be changed on its behalf.
  case heldAsleep
  /// The same, and its thread, which has woken, waits to be released.
  case heldAwaited
}

/// The architectural state of a vcpu, which KVM without an in-kernel interrupt controller leaves to us
/// (KVM_SET_MP_STATE takes RUNNABLE only).
enum Activity: UInt8, Sendable {
  case runnable = 0
  case halted
  case waitForSIPI
  case stopped
  /// In a rendezvous, waiting for its end.
  case rendezvous
  case shutdown
  case fault
}
