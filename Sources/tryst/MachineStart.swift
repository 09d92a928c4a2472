import Glibc
import KVM
import Machine

/// Starts machines for commands, with errors as the commands report them.
enum MachineStart {
  /// A running machine.
  static func start(_ configuration: MachineConfiguration) throws(Failure) -> VirtualMachine {
    raiseDescriptorLimit()
    do throws(MachineError) {
      return try VirtualMachine(configuration)
    } catch { throw failure(error) }
  }

  /// What the command ends with where there is no machine.
  static func failure(_ error: MachineError) -> Failure {
    switch error {
    case .boot: Failure(ExitStatus.inputMissing, error.description)
    case .outOfRange, .unsafePolicy: Failure(ExitStatus.usage, error.description)
    case .kvm(let cause):
      Failure(cause.isUnavailable ? ExitStatus.unavailable : ExitStatus.ourFault, error.description)
    case .thread: Failure(ExitStatus.ourFault, error.description)
    }
  }

  /// Each vcpu takes a descriptor, and the soft limit is often 1024.
  static func raiseDescriptorLimit() {
    var limit = rlimit()
    // The kernel fills and reads the structure during the calls. Failure leaves the limit as it is,
    // and KVM_CREATE_VCPU will say so.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
