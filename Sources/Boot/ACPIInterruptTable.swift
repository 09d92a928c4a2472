/// MADT, signature "APIC" (ACPI section 5.2.12): the processors and the interrupt controllers.
enum ACPIInterruptTable {
  /// The first APIC id that only an x2APIC structure can carry: 255 is the broadcast of the other.
  static let firstX2APICID = 255

  /// Processors in the order of their ids, the first of them the one that starts; each below 255 as a
  /// local APIC structure, as section 5.2.12.12 wants it whatever mode the APIC is in.
  static func table(_ configuration: SystemTablesConfiguration) -> [UInt8] {
    var table = ACPITable(signature: "APIC", revision: 5)
    table.append(ACPIFixedHardware.localAPICAddress)
    table.append(UInt32(1))  // PCAT_COMPAT: there is an 8259 pair, to be masked.
    let named = configuration.namedVCPUs
    for id in 0..<min(named, firstX2APICID) {
      // Processor local APIC: UID, id, enabled.
      table.append(bytes: [0, 8, UInt8(id), UInt8(id)])
      table.append(UInt32(1))
    }
    for id in min(named, firstX2APICID)..<named {
      // Processor local x2APIC: id, enabled, UID.
      table.append(bytes: [9, 16, 0, 0])
      table.append(UInt32(id))
      table.append(UInt32(1))
      table.append(UInt32(id))
    }
    table.append(bytes: [1, 12, ACPIFixedHardware.ioAPICID, 0])
    table.append(ACPIFixedHardware.ioAPICAddress)
    table.append(UInt32(0))  // Its first global system interrupt.
    for interrupt in SystemTablesInterrupt.isa where interrupt.isOverride {
      // Interrupt source override: bus 0 (ISA), IRQ, global system interrupt, flags.
      table.append(bytes: [2, 10, 0, interrupt.irq])
      table.append(UInt32(interrupt.pin))
      table.append(interrupt.flags)
    }
    // Local APIC NMI: all processors (0xFF), flags of the bus, LINT1.
    table.append(bytes: [4, 6, 0xFF, 0, 0, 1])
    if named > firstX2APICID {
      // Local x2APIC NMI: flags of the bus, all processors, LINT1.
      table.append(bytes: [0xA, 12, 0, 0])
      table.append(UInt32.max)
      table.append(bytes: [1, 0, 0, 0])
    }
    return table.bytes
  }
}

extension SystemTablesConfiguration {
  /// How many vcpus the ACPI tables name: those that a message can reach.
  var namedVCPUs: Int { hasX2APIC ? vcpus : min(vcpus, ACPIInterruptTable.firstX2APICID) }
}
