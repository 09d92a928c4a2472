import Boot
import KVM

/// What runs in the machine, and how it gets into memory: at the start and again at each reset.
struct GuestProgram: Sendable {
  /// The demo guest's own memory, which tells what its handlers saw; nil for a kernel.
  let demo: DemoImage?
  /// A kernel, and how it starts; nil for the demo guest.
  let plan: BootPlan?
  /// For the screen.
  let name: String
  private let loadDemo: DemoLoad?

  /// What the demo guest is told.
  struct DemoLoad: Sendable {
    let vcpus: Int
    let scenario: UInt32
  }

  /// The demo guest in `memory`.
  init(demo: DemoImage, load: DemoLoad) {
    self.demo = demo
    plan = nil
    name = "demo"
    loadDemo = load
  }

  /// A kernel.
  init(_ plan: BootPlan) {
    demo = nil
    self.plan = plan
    name = "\(plan.kind)"
    loadDemo = nil
  }

  /// Puts it into `memory`, which is zero.
  func load(into memory: GuestMemory, timestampKilohertz: UInt32) {
    if let demo, let loadDemo {
      demo.load(
        vcpus: loadDemo.vcpus, scenario: loadDemo.scenario, timestampKilohertz: timestampKilohertz)
    }
    for segment in plan?.segments ?? [] { memory.write(segment.bytes, at: segment.address) }
  }

  /// Whether this is the demo guest.
  var isDemo: Bool { demo != nil }

  /// Whether the bootstrap processor finds its local APIC as firmware leaves it, with the 8259 pair's
  /// interrupts let through by LINT0 and NMI on LINT1. The demo guest sets up its own.
  var hasFirmwareState: Bool { plan != nil }

  /// Where the bootstrap processor begins.
  func start(_ vcpu: borrowing VCPU) throws(KVMError) {
    guard let plan else { return try vcpu.start(atPage: DemoImage.startupVector) }
    try vcpu.enter(at: Self.vcpuStart(plan.entry))
  }

  /// The boot protocol's entry in the terms of the vcpu.
  private static func vcpuStart(_ entry: BootEntry) -> VCPUStart {
    fatalError()
  }
}
