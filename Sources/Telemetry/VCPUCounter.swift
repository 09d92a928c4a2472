public import Rendezvous

/// One of the counters that a vcpu's own thread counts up, as an index into its block.
@frozen public struct VCPUCounter: Sendable, Equatable {
  @usableFromInline let index: Int
  @inlinable init(index: Int) { self.index = index }

  /// An exit from the guest.
  @inlinable public static func exit(_ reason: ExitReason) -> VCPUCounter {
    VCPUCounter(index: Int(reason.rawValue))
  }
  /// An IPI that it sent; each once, however many targets it has.
  @inlinable public static func ipi(_ kind: IPIKind) -> VCPUCounter {
    VCPUCounter(index: 12 + Int(kind.rawValue))
  }
  /// A rendezvous exit.
  @inlinable public static func rendezvous(_ kind: RendezvousExitClass) -> VCPUCounter {
    VCPUCounter(index: 18 + Int(kind.rawValue))
  }
  /// Time as a bystander, nanoseconds.
  @inlinable public static var stallNanoseconds: VCPUCounter { VCPUCounter(index: 22) }
  /// Actions of rendezvous that its own thread ran, by any path.
  @inlinable public static var rendezvousTaken: VCPUCounter { VCPUCounter(index: 23) }
  /// HLTs that did not sleep because of a rendezvous of others.
  @inlinable public static var haltSpins: VCPUCounter { VCPUCounter(index: 24) }
  /// Rendezvous exits at which bhyve's assertion would have failed.
  @inlinable public static var assertionWouldFire: VCPUCounter { VCPUCounter(index: 25) }
  /// Time waiting for the rendezvous lock in the pending check, nanoseconds.
  @inlinable public static var checkLockWaitNanoseconds: VCPUCounter { VCPUCounter(index: 26) }
  /// Vectors put into the guest.
  @inlinable public static var interruptsInjected: VCPUCounter { VCPUCounter(index: 27) }
  /// NMIs put into the guest.
  @inlinable public static var nmisInjected: VCPUCounter { VCPUCounter(index: 28) }
  /// EOIs that the guest wrote.
  @inlinable public static var eois: VCPUCounter { VCPUCounter(index: 29) }
  /// RDMSR and WRMSR of MSRs that are not there, which the guest got #GP for.
  @inlinable public static var unknownMSRs: VCPUCounter { VCPUCounter(index: 30) }
  /// Instructions that KVM could not emulate and that were repaired.
  @inlinable public static var repairs: VCPUCounter { VCPUCounter(index: 31) }
  /// Instructions stepped through to find an interrupt window.
  @inlinable public static var singleSteps: VCPUCounter { VCPUCounter(index: 32) }
  /// Resets by INIT.
  @inlinable public static var initResets: VCPUCounter { VCPUCounter(index: 33) }
  /// Starts by SIPI.
  @inlinable public static var startups: VCPUCounter { VCPUCounter(index: 34) }
  /// Ticks of our code after an exit.
  @inlinable public static func handler(_ reason: ExitReason) -> VCPUCounter {
    VCPUCounter(index: 35 + Int(reason.rawValue))
  }
  /// How many counters there are.
  static let count = 47
}

/// What a vcpu spends its time on, as far as time is kept.
@frozen public enum VCPUActivity: UInt64, Sendable {
  /// Anything else.
  case other = 1
  /// In the guest.
  case guest = 2
  /// In HLT.
  case halted = 3
}
