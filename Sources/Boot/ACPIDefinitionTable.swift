/// DSDT (ACPI section 5.2.11.1): the definition block with the machine's namespace. It has no method:
/// nothing in it runs.
enum ACPIDefinitionTable {
  /// A device of the PC's board.
  private struct Legacy: Sendable {
    let name: String
    let id: String
    let resources: [ACPIResource]
  }

  /// The devices that an operating system would otherwise have to guess: those of Linux's PNP drivers
  /// (serial port, clock, keyboard) and the two that claim what is never probed.
  private static let devices: [Legacy] = [
    Legacy(
      name: "PIC", id: "PNP0000",
      resources: [.ports(0x20, count: 2), .ports(0xA0, count: 2), .ports(0x4D0, count: 2)]),
    Legacy(name: "TIMR", id: "PNP0100", resources: [.ports(0x40, count: 4), .interrupt(0)]),
    Legacy(name: "RTC", id: "PNP0B00", resources: [.ports(0x70, count: 2), .interrupt(8)]),
    Legacy(
      name: "KBD", id: "PNP0303",
      resources: [.ports(0x60, count: 1), .ports(0x64, count: 1), .interrupt(1)]),
    Legacy(name: "COM1", id: "PNP0501", resources: [.ports(0x3F8, count: 8), .interrupt(4)]),
  ]

  /// Revision 2: integers have 64 bits.
  static func table(_ configuration: SystemTablesConfiguration) -> [UInt8] {
    var table = ACPITable(signature: "DSDT", revision: 2)
    table.append(bytes: sleepStates.bytes)
    let board = devices.map { device in
      ACPITerm.device(
        device.name,
        [
          .name("_HID", .plugAndPlay(device.id)),
          .name("_CRS", ACPIResource.template(device.resources)),
        ])
    }
    let processors = (0..<configuration.namedVCPUs).map(processor)
    table.append(bytes: ACPITerm.scope("\\_SB", board + processors).bytes)
    return table.bytes
  }

  /// Soft off and no other sleep (section 7.4.2): SLP_TYP for PM1a and PM1b, and two reserved.
  private static var sleepStates: ACPITerm {
    let off = ACPITerm.integer(UInt64(ACPIFixedHardware.s5SleepType))
    return .name("\\_S5", .package([off, off, .integer(0), .integer(0)]))
  }

  /// Every processor of MADT has its device, tied to it by the UID (section 8.4). Linux would start
  /// them without; ACPI wants them, and 30 bytes each is little.
  private static func processor(_ id: Int) -> ACPITerm {
    let digits = String(id, radix: 16, uppercase: true)
    let name = "C" + String(repeating: "0", count: 3 - digits.count) + digits
    return .device(
      name, [.name("_HID", .string("ACPI0007")), .name("_UID", .integer(UInt64(id)))])
  }
}
