/// The MP table (Intel MultiProcessor Specification 1.4), for who does not read ACPI.
///
/// Its APIC ids have 8 bits and 255 means all: a machine of more than 255 vcpus appears with its first
/// 255 (ids 0 to 254). For the rest there is MADT.
enum MultiprocessorTable {
  /// The most vcpus that the format can name.
  static let maximumVCPUs = 255

  private static let isaBus: UInt8 = 0

  /// The floating pointer structure (section 4.1), to lie at a multiple of 16. No IMCR: the machine
  /// starts in virtual wire mode.
  static func pointer(to table: UInt64) -> [UInt8] {
    var bytes = SystemTableBytes()
    bytes.append(text: "_MP_", width: 4)
    bytes.append(UInt32(table))
    bytes.append(bytes: [1, 4, 0])  // Length in 16 bytes, specification 1.4, checksum.
    bytes.pad(to: 16)  // Feature bytes: a configuration table follows; no IMCR.
    bytes.setChecksum(at: 10)
    return bytes.bytes
  }

  /// The configuration table (sections 4.2 and 4.3): processors, bus, I/O APIC, interrupts.
  static func table(_ configuration: SystemTablesConfiguration) -> [UInt8] {
    var bytes = SystemTableBytes()
    bytes.append(text: "PCMP", width: 4)
    bytes.append(UInt16(0))  // Length, known at the end.
    bytes.append(bytes: [4, 0])  // Specification 1.4, checksum.
    bytes.append(text: "TRYST", width: 8)
    bytes.append(text: "TRYST VM", width: 12)
    bytes.append(UInt32(0))  // No OEM table,
    bytes.append(UInt16(0))  // of no length.
    let vcpus = min(configuration.vcpus, maximumVCPUs)
    let interrupts = SystemTablesInterrupt.isa
    bytes.append(UInt16(vcpus + 2 + interrupts.count + 2))  // Entries.
    bytes.append(ACPIFixedHardware.localAPICAddress)
    bytes.append(UInt32(0))  // No extended table; its checksum and a reserved byte.
    for id in 0..<vcpus { bytes.append(bytes: processor(UInt8(id), configuration)) }
    bytes.append(bytes: [1, isaBus])
    bytes.append(text: "ISA", width: 6)
    bytes.append(bytes: [2, ACPIFixedHardware.ioAPICID, ACPIFixedHardware.ioAPICVersion, 1])
    bytes.append(ACPIFixedHardware.ioAPICAddress)
    for interrupt in interrupts {
      // I/O interrupt assignment of type INT: the pin's own entry has the vector.
      bytes.append(bytes: [3, 0])
      bytes.append(interrupt.flags)
      bytes.append(bytes: [isaBus, interrupt.irq, ACPIFixedHardware.ioAPICID, interrupt.pin])
    }
    // Local interrupt assignments: the 8259 pair (ExtINT) at LINT0 of the processor that starts, as in
    // virtual wire mode; NMI at LINT1 of all.
    bytes.append(bytes: [4, 3, 0, 0, isaBus, 0, 0, 0])
    bytes.append(bytes: [4, 1, 0, 0, isaBus, 0, 0xFF, 1])
    bytes.set(UInt16(bytes.bytes.count), at: 4)
    bytes.setChecksum(at: 7)
    return bytes.bytes
  }

  /// A processor entry (section 4.3.1): usable, and which of them starts the machine.
  private static func processor(
    _ id: UInt8, _ configuration: SystemTablesConfiguration
  ) -> [UInt8] {
    var bytes = SystemTableBytes()
    bytes.append(bytes: [0, id, ACPIFixedHardware.localAPICVersion, id == 0 ? 0b11 : 0b01])
    bytes.append(configuration.processorSignature)
    bytes.append(configuration.processorFeatures)
    bytes.pad(to: 20)
    return bytes.bytes
  }
}
