public import Commands
import DemoGuest
public import Rendezvous

/// What machine to build.
public struct MachineConfiguration: Sendable {
  /// Vcpus: 1 to ``maximumVCPUs``.
  public var vcpus = 4
  /// Guest memory, MiB: ``minimumMemory`` to ``maximumMemory``.
  public var memoryMebibytes = 16
  /// What the demo guest begins with.
  public var scenario = Scenario.mixed
  /// The policy at the start.
  public var policy = RendezvousPolicy.landed
  /// The KVM device.
  public var device = "/dev/kvm"
  /// Bytes put over the demo guest, by guest-physical address, before the first vcpu starts: how tests
  /// boot programs of their own.
  package var overlays: [UInt64: [UInt8]] = [:]

  /// The default machine.
  public init() {}

  /// What the demo guest can number with its 8-bit APIC ids (0xFF is broadcast).
  public static let maximumVCPUs = Int(DEMO_MAX_VCPUS)
  /// What the demo guest's image, counters, stacks and tables take.
  public static let minimumMemory = Int(DEMO_MEMORY) >> 20
  /// Below the hole at 3 GiB, where the interrupt controllers' pages begin.
  public static let maximumMemory = 3072
}
