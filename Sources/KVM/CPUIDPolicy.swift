/// What decides, beside the host, which CPUID leaves the guest sees.
struct CPUIDPolicy: Sendable, Equatable {
  /// The vcpus of the machine, 1 or more; their APIC ids are 0..<vcpus.
  let vcpus: Int
  /// Whether KVM interprets what the guest runs at CPL 0, as kvm_pvm does (kvm.md 1e).
  let interpretsKernelCode: Bool
  /// Whether x2APIC mode is offered.
  var offersX2APIC = true
}
