public import Commands
import DemoGuest
public import Rendezvous

/// What machine to build.
public struct MachineConfiguration: Sendable {
  /// Vcpus: 1 to ``maximumVCPUs``.
  public var vcpus = 4
  /// Guest memory, MiB: ``minimumMemory(vcpus:)`` to ``maximumMemory``.
  public var memoryMebibytes = 16
  /// A kernel to boot; nil: the demo guest.
  public var kernel: KernelFiles?
  /// Whether the run ends when the guest resets the machine.
  public var endsAtReset = false
  /// Which instructions that the host's KVM cannot emulate are repaired.
  public var repairsInstructions = true
  /// Whether CPUID offers x2APIC mode; without it the demo guest has ``maximumXAPICVCPUs`` at most.
  public var hasX2APIC = true
  /// What the demo guest begins with.
  public var scenario = Scenario.mixed
  /// The policy at the start.
  public var policy = RendezvousPolicy.landed
  /// Whether policies that can hang the guest may be chosen: a watchdog then ends what they break.
  public var allowsUnsafePolicies = false
  /// Whether the guest is stopped where an assertion of the policy's fails.
  public var stopsOnAssertion = false
  /// The KVM device.
  public var device = "/dev/kvm"
  /// Bytes put over the demo guest, by guest-physical address, before the first vcpu starts: how tests
  /// boot programs of their own.
  package var overlays: [UInt64: [UInt8]] = [:]
  /// Whether the demo guest's local APICs are in x2APIC mode even where it does without: for tests.
  package var prefersX2APIC = false
  /// Whether the demo guest uses x2APIC mode.
  var demoUsesX2APIC: Bool { prefersX2APIC || vcpus > Self.maximumXAPICVCPUs }

  /// The default machine.
  public init() {}

  /// The demo guest's most vcpus.
  public static let maximumVCPUs = Int(DEMO_MAX_VCPUS)
  /// What the demo guest can number with 8-bit APIC ids (0xFF is broadcast).
  public static let maximumXAPICVCPUs = Int(DEMO_MAX_XAPIC_VCPUS)
  /// What the demo guest's image and tables take, and the pages of its `vcpus`; MiB, rounded up, and 4 at least.
  public static func minimumMemory(vcpus: Int) -> Int {
    max(4, (Int(DEMO_VCPU) + vcpus << 12 + 0xf_ffff) >> 20)
  }
  /// Below the hole at 3 GiB, where the interrupt controllers' pages begin: the demo guest's most.
  public static let maximumMemory = 3072
  /// Vcpus of a kernel: KVM's own limit on x86.
  public static let maximumKernelVCPUs = CPUSet.capacity
  /// Memory of a kernel, MiB: 1 TiB, on both sides of the hole at 3 GiB.
  public static let maximumKernelMemory = 1 << 20
}

/// A kernel's files, already read.
public struct KernelFiles: Sendable {
  /// The image.
  public var image: [UInt8]
  /// The image's name, for the kernel and for messages.
  public var name: String
  /// The initial RAM disk.
  public var initialRAMDisk: [UInt8]?
  /// The command line.
  public var commandLine: String
  /// Where a flat binary goes; nil: the image's content tells what it is.
  public var flatAddress: UInt64?

  /// The files of a kernel.
  public init(
    image: [UInt8], name: String, initialRAMDisk: [UInt8]? = nil, commandLine: String = "",
    flatAddress: UInt64? = nil
  ) {
    self.image = image
    self.name = name
    self.initialRAMDisk = initialRAMDisk
    self.commandLine = commandLine
    self.flatAddress = flatAddress
  }
}
