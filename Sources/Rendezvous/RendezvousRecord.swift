/// Why a rendezvous was asked for.
public enum RendezvousCause: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// A guest's or operator's INIT: the targets' local APICs are reset.
  case initIPI
  /// A redirection entry changed: every active vcpu recomputes its trigger modes.
  case redirectionEntry
  /// The operator asked for a bare one.
  case operatorRequest
}

/// What exactly asked for a rendezvous.
public enum RendezvousOrigin: Sendable, Equatable, BitwiseCopyable {
  /// Not told.
  case unspecified
  /// A redirection entry of the I/O APIC: its pin, and all 64 bits before and after.
  case redirectionEntry(pin: UInt8, before: UInt64, after: UInt64)
  /// A write to the interrupt command register: its 64 bits.
  case interruptCommand(UInt64)
  /// The operator, whose injection has this number.
  case injection(UInt64)
}

/// What a rendezvous exit turned out to be, judged under the lock (rendezvous.md section 5.3).
public enum RendezvousExitClass: UInt8, Sendable, CaseIterable {
  /// A rendezvous was in progress and the vcpu was one of its members.
  case member
  /// As member, but the vcpu saw its bit before the function was published.
  case early
  /// A rendezvous was in progress and the vcpu was no member: it is stalled until the end.
  case bystander
  /// No rendezvous was in progress any more.
  case void
}

/// How a member was told of a request.
public enum Kick: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// It was in the guest: signal, and `immediate_exit` latched.
  case signalled
  /// It slept (HLT, wait-for-SIPI, stopped): woken.
  case woken
  /// It was in our code or idle: nothing needed.
  case elided
}

/// One finished rendezvous: what the log and the counters are made from. A plain value without
/// references, so that it can cross from a vcpu to the screen through a ring.
public struct RendezvousRecord: Sendable, Equatable, BitwiseCopyable {
  /// Ascending from 1.
  public var id: UInt64
  /// Why it was asked for.
  public var cause: RendezvousCause
  /// The vcpu that asked, or nil for the operator.
  public var initiator: Int?
  /// The vcpus that were asked to meet (those of them that were active at publication).
  public var targets: CPUSet
  /// When it was published, nanoseconds of the monotonic clock.
  public var startNanoseconds: UInt64
  /// From publication to completion, nanoseconds.
  public var latencyNanoseconds: UInt64
  /// The member that arrived last, or nil where there was none.
  public var slowest: Int?
  /// Vcpus that were no member and came to it by a rendezvous exit.
  public var bystanders: Int
  /// The time that those waited until completion, summed, nanoseconds. Their own counters also hold the
  /// time it took them to wake.
  public var bystanderStallNanoseconds: UInt64
  /// Members that were signalled out of the guest.
  public var kicksSignalled: Int
  /// Members that were woken.
  public var kicksWoken: Int
  /// Members that needed neither. The three add up to the members other than the initiator.
  public var kicksElided: Int
  /// What exactly asked for it.
  public var origin = RendezvousOrigin.unspecified
  /// Members whose action another thread ran on their behalf.
  public var servedOnBehalf = 0

  /// A record with every field.
  public init(
    id: UInt64, cause: RendezvousCause, initiator: Int?, targets: CPUSet, startNanoseconds: UInt64,
    latencyNanoseconds: UInt64, slowest: Int?, bystanders: Int, bystanderStallNanoseconds: UInt64,
    kicksSignalled: Int, kicksWoken: Int, kicksElided: Int
  ) {
    self.id = id
    self.cause = cause
    self.initiator = initiator
    self.targets = targets
    self.startNanoseconds = startNanoseconds
    self.latencyNanoseconds = latencyNanoseconds
    self.slowest = slowest
    self.bystanders = bystanders
    self.bystanderStallNanoseconds = bystanderStallNanoseconds
    self.kicksSignalled = kicksSignalled
    self.kicksWoken = kicksWoken
    self.kicksElided = kicksElided
  }
}

extension RendezvousRecord {
  /// Takes over how its members were told, by ``Kick``.
  mutating func note(_ kicks: InlineArray<3, Int>) {
    kicksSignalled = kicks[Int(Kick.signalled.rawValue)]
    kicksWoken = kicks[Int(Kick.woken.rawValue)]
    kicksElided = kicks[Int(Kick.elided.rawValue)]
  }
}
