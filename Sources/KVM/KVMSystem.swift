import CKVM
import Glibc

/// The KVM device: what this kernel can do. Any thread.
public struct KVMSystem: ~Copyable, Sendable {
  let descriptor: Descriptor

  /// Opens `path` and checks the version and every capability that tryst cannot do without.
  /// Throws ``KVMError`` with a line that says what is missing and what to do.
  public init(path: String = "/dev/kvm") throws(KVMError) {
    descriptor = try Self.openChecked(path)
  }

  private static func openChecked(_ path: String) throws(KVMError) -> Descriptor {
    let number = unsafe ckvm_open(path)
    guard number >= 0 else { throw .open(path: path, errno: -number) }
    let descriptor = Descriptor(number: number)
    let version = ckvm_call(number, CKVM_GET_API_VERSION, 0)
    if version == -Int(ENOTTY) || version == -Int(EINVAL) { throw .open(path: path, errno: ENOTTY) }
    guard version == 12 else { throw .version(version) }
    for (capability, name, purpose) in needed
    where ckvm_call(number, CKVM_CHECK_EXTENSION, UInt(capability)) <= 0 {
      throw .missingCapability(name: name, purpose: purpose)
    }
    return descriptor
  }

  private static let needed: [(capability: Int32, name: String, purpose: String)] = [
    (KVM_CAP_USER_MEMORY, "KVM_CAP_USER_MEMORY", "to give the guest memory"),
    (KVM_CAP_EXT_CPUID, "KVM_CAP_EXT_CPUID", "to tell the guest its CPUID"),
    (KVM_CAP_IMMEDIATE_EXIT, "KVM_CAP_IMMEDIATE_EXIT", "to kick a vcpu without losing the kick"),
    (KVM_CAP_VCPU_EVENTS, "KVM_CAP_VCPU_EVENTS", "to see which events are in flight"),
    (KVM_CAP_X86_USER_SPACE_MSR, "KVM_CAP_X86_USER_SPACE_MSR", "to own the local APIC's MSRs"),
    (KVM_CAP_X86_MSR_FILTER, "KVM_CAP_X86_MSR_FILTER", "to own IA32_APIC_BASE"),
    (Int32(KVM_CAP_USER_NMI), "KVM_CAP_USER_NMI", "to inject NMIs"),
  ]

  /// KVM_CHECK_EXTENSION for the whole device: 0 where the capability is missing.
  public func check(_ capability: Int32) -> Int {
    max(0, ckvm_call(descriptor.number, CKVM_CHECK_EXTENSION, UInt(capability)))
  }

  /// How many vcpus a machine may have here (KVM_CAP_MAX_VCPUS).
  public var maximumVCPUs: Int { max(1, check(KVM_CAP_MAX_VCPUS)) }

  /// The name of KVM's back end on this host, from the module that is loaded: "kvm_intel",
  /// "kvm_amd", "kvm_pvm", or "kvm" where none can be told.
  public static var flavour: String {
    for name in ["kvm_intel", "kvm_amd", "kvm_pvm"]
    where unsafe access("/sys/module/\(name)", F_OK) == 0 {
      return name
    }
    return "kvm"
  }

  /// CPUs of this host that are online.
  public static var hostCPUs: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// KVM_CREATE_VM, for a machine of `vcpus` (1 or more), whose number its CPUID tells.
  public borrowing func makeMachine(vcpus: Int, offersX2APIC: Bool = true) throws(KVMError)
    -> KVMMachine
  {
    precondition(vcpus >= 1, "a machine has a vcpu")
    let runAreaSize = try descriptor.call(CKVM_GET_VCPU_MMAP_SIZE, 0, "KVM_GET_VCPU_MMAP_SIZE")
    let cpuid = CPUIDTable(
      supported: try CPUIDTable.supported(by: descriptor),
      policy: CPUIDPolicy(
        vcpus: vcpus, interpretsKernelCode: Self.flavour == "kvm_pvm",
        offersX2APIC: offersX2APIC))
    let number = try descriptor.call(CKVM_CREATE_VM, 0, "KVM_CREATE_VM")
    return try KVMMachine(
      descriptor: Descriptor(number: Int32(number)), runAreaSize: runAreaSize, cpuid: cpuid,
      syncRegisters: check(KVM_CAP_SYNC_REGS))
  }
}
