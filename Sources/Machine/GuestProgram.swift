import Boot
import Commands
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
  private let tables: [BootSegment]
  /// The services of a BIOS, for what starts in real mode and for what a boot loader would start behind one.
  let bios: BIOSServices?

  /// What the demo guest is told.
  struct DemoLoad: Sendable {
    let vcpus: Int
    let usesX2APIC: Bool
    let scenario: UInt32
    let overlays: [UInt64: [UInt8]]
  }

  /// The demo guest in `memory`.
  init(demo: DemoImage, load: DemoLoad) {
    self.demo = demo
    plan = nil
    name = "demo"
    loadDemo = load
    tables = []
    bios = nil
  }

  /// A kernel, with the tables that firmware would have made.
  init(_ plan: BootPlan, tables: SystemTables, memory: MemoryMap, name: String) {
    demo = nil
    self.plan = plan
    self.name = name
    loadDemo = nil
    guard Self.expectsBIOS(plan) else {
      self.tables = tables.segments
      bios = nil
      return
    }
    self.tables = tables.segments + BIOSImage.segments
    bios = BIOSServices(memory: memory, reserving: tables.reserved)
  }

  /// Whether the kernel may count on what a PC's BIOS leaves behind: the interrupt table and its services,
  /// the 8259 pair set up, and a timer that ticks 18.2 times a second. Code in real mode does, and so does
  /// what GRUB or QEMU start by the multiboot protocol: kvm-unit-tests' realmode goes back to real mode and
  /// halts until the tick. Linux's and PVH's 32-bit and 64-bit entries promise none of it.
  private static func expectsBIOS(_ plan: BootPlan) -> Bool {
    if case .realMode = plan.entry { return true }
    if case .multiboot = plan.kind { return true }
    return false
  }

  /// What `configuration` asks for, in `memory`.
  static func make(
    _ configuration: MachineConfiguration, memory: GuestMemory
  ) throws(MachineError) -> GuestProgram {
    guard let kernel = configuration.kernel else {
      return GuestProgram(
        demo: DemoImage(memory: memory),
        load: DemoLoad(
          vcpus: configuration.vcpus, usesX2APIC: configuration.demoUsesX2APIC,
          scenario: configuration.scenario.rawValue, overlays: configuration.overlays))
    }
    let tables = SystemTables(
      configuration: SystemTablesConfiguration(
        vcpus: configuration.vcpus, hasX2APIC: configuration.hasX2APIC))
    let request = BootRequest(
      file: kernel.image, initialRAMDisk: kernel.initialRAMDisk,
      commandLine: kernel.commandLine.isEmpty ? nil : kernel.commandLine,
      memory: MemoryMap(bytes: UInt64(memory.size)), vcpus: configuration.vcpus,
      flatAddress: kernel.flatAddress, rsdpAddress: tables.rsdpAddress, reserved: tables.reserved,
      imageName: kernel.name)
    do throws(BootError) {
      return GuestProgram(
        try BootLoader.plan(request), tables: tables, memory: request.memory, name: kernel.name)
    } catch { throw .boot(name: kernel.name, error) }
  }

  /// Puts it into `memory`, which is zero.
  func load(into memory: GuestMemory, timestampKilohertz: UInt32) {
    if let demo, let loadDemo {
      demo.load(
        vcpus: loadDemo.vcpus, usesX2APIC: loadDemo.usesX2APIC, scenario: loadDemo.scenario,
        timestampKilohertz: timestampKilohertz)
      for (address, bytes) in loadDemo.overlays { memory.write(bytes, at: address) }
    }
    for segment in tables + (plan?.segments ?? []) {
      memory.write(segment.bytes, at: segment.address)
    }
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
    switch entry {
    case .realMode(let segment, let offset, let data, let stack):
      .realMode(segment: segment, offset: offset, data: data, stack: stack)
    case .protected32(let entry, let eax, let ebx, let esi, let edi, let ebp, let esp):
      .protected32(
        entry: entry, eax: eax, ebx: ebx, esi: esi, edi: edi, ebp: ebp, esp: esp, segments: flat)
    case .long64(let entry, let rsi, let pageTable):
      .long64(
        entry: entry, rsi: rsi, rsp: BootLayout.stackTop, pageTable: pageTable, segments: flat)
    }
  }

  private static var flat: FlatSegments {
    FlatSegments(
      tableAddress: BootDescriptors.gdtAddress, tableLimit: BootDescriptors.gdtLimit,
      code: BootDescriptors.codeSelector, data: BootDescriptors.dataSelector,
      task: BootDescriptors.taskSelector)
  }
}
