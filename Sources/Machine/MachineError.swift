public import Boot
import Commands
public import KVM
public import Rendezvous
public import Threads

/// Why a machine cannot be built. ``description`` is one line for the operator.
public enum MachineError: Error, Sendable, CustomStringConvertible {
  /// KVM said no.
  case kvm(KVMError)
  /// The system has no thread for a vcpu.
  case thread(ThreadError)
  /// The kernel cannot be booted: its name, and why.
  case boot(name: String, BootError)
  /// The policy can hang the guest, and such are not allowed.
  case unsafePolicy(RendezvousPolicy)
  /// A number out of range: its name, the value, what is allowed.
  case outOfRange(name: String, value: Int, allowed: ClosedRange<Int>, advice: String)

  /// One line: what failed, with what value, and what to do.
  public var description: String {
    switch self {
    case .kvm(let error): error.description
    case .thread(let error): "\(error); raise the limit of processes (ulimit -u) or use fewer vcpus"
    case .boot(let name, let error): "\(name): \(error)"
    case .unsafePolicy(let policy): "--" + (policy.refusal ?? "policy \(policy.preset) is unsafe")
    case .outOfRange(let name, let value, let allowed, let advice):
      "\(name) \(value) is out of range: \(allowed.lowerBound) to \(allowed.upperBound)\(advice)"
    }
  }
}
