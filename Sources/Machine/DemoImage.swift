import DemoGuest
import KVM

/// Puts the demo guest into memory and reads what it counts there.
struct DemoImage: Sendable {
  let memory: GuestMemory

  /// The page at which every vcpu starts, as a startup IPI's vector.
  static let startupVector = UInt8(DEMO_STARTUP_VECTOR)
  /// The vector that makes halted vcpus look at the control page.
  static let doorbellVector = UInt8(VECTOR_DOORBELL)

  /// Writes image, tables and control page; memory is at least
  /// `MachineConfiguration.minimumMemory(vcpus:)`.
  func load(vcpus: Int, usesX2APIC: Bool, scenario: UInt32, timestampKilohertz: UInt32) {
    let image = UInt64(DEMO_IMAGE)
    // Every page below 1 MiB that a startup IPI can name begins with a jump to the image's start:
    // ljmp $(image >> 4), $0. The image's own pages do so themselves.
    let segment = UInt16(DEMO_IMAGE >> 4)
    let jump: [UInt8] = [
      0xea, 0, 0, UInt8(truncatingIfNeeded: segment), UInt8(truncatingIfNeeded: segment >> 8),
    ]
    for page in UInt64(0)..<256 { memory.write(jump, at: page << 12) }
    // The real-mode vector of the NMI: the IRET behind the image's first jump.
    memory.write([5, 0, jump[3], jump[4]], at: 8)
    unsafe memory.write(
      usesX2APIC
        ? UnsafeRawBufferPointer(
          start: demoguest_x2apic_image(), count: demoguest_x2apic_image_size())
        : UnsafeRawBufferPointer(start: demoguest_image(), count: demoguest_image_size()),
      at: image)
    unsafe memory.write(
      UnsafeRawBufferPointer(start: demoguest_tables(), count: demoguest_tables_size()),
      at: UInt64(DEMO_TABLES))
    store(scenario, at: CONTROL_SCENARIO)
    store(UInt32(vcpus), at: CONTROL_VCPUS)
    store(timestampKilohertz, at: CONTROL_TSC_KHZ)
  }

  /// Names the scenario; the guest looks when an interrupt wakes it.
  func setScenario(_ scenario: UInt32) { store(scenario, at: CONTROL_SCENARIO) }

  /// Interrupts that vcpu `id`'s handlers counted.
  func interruptsSeen(by id: Int) -> UInt64 {
    memory.atomicLoad64(at: page(id) + UInt64(VCPU_TOTAL))
  }

  /// Interrupts of one vector that vcpu `id`'s handlers counted.
  func interruptsSeen(by id: Int, vector: UInt8) -> UInt64 {
    memory.atomicLoad64(at: page(id) + UInt64(VCPU_VECTORS) + UInt64(vector) * 8)
  }

  /// Rounds of the scenario's work that vcpu `id` counted.
  func work(by id: Int) -> UInt64 { memory.atomicLoad64(at: page(id) + UInt64(VCPU_WORK)) }

  private func page(_ id: Int) -> UInt64 { UInt64(DEMO_VCPU) + UInt64(id) << 12 }

  private func store(_ value: UInt32, at offset: Int32) {
    memory.atomicStore32(value, at: UInt64(DEMO_CONTROL) + UInt64(offset))
  }
}
