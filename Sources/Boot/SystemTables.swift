/// What a PC's firmware leaves in memory for an operating system: the ACPI tables, the MP table, and
/// the words of the BIOS data area that lead to it.
///
/// All of it lies below 1 MiB, for up to 1,024 vcpus:
///
/// | address | what |
/// |---|---|
/// | 0x40E, 0x413 | segment of the extended BIOS data area; KiB of base memory |
/// | 0x9FC00, 1 KiB | the extended BIOS data area, with the MP floating pointer |
/// | 0xE0000, at most 128 KiB | RSDP first, then the other tables (51 KiB for 1,024 vcpus) |
public struct SystemTables: Sendable {
  /// The tables, none overlapping another, in the order of their addresses.
  public let segments: [BootSegment]
  /// Where the RSDP lies, guest-physical: for boot protocols that hand it over. Others find it by its
  /// signature (ACPI section 5.2.5.1).
  public let rsdpAddress: UInt64
  /// Guest-physical ranges that no guest may take for free memory: e820 type "reserved".
  public let reserved: [ClosedRange<UInt64>]

  private static let extendedDataArea: UInt64 = 0x9_FC00
  private static let extendedDataAreaSize = 1024
  private static let tables: UInt64 = 0xE_0000
  private static let end: UInt64 = 0x10_0000

  /// Lays out the tables for `configuration`, whose vcpus must be 1...1024.
  public init(configuration: SystemTablesConfiguration) {
    precondition((1...1024).contains(configuration.vcpus), "1 to 1,024 vcpus have tables")
    // The root pointer comes first and is written last: its 36 bytes are left free.
    var area = Area(next: Self.tables + 64)
    let facs = area.place(ACPIFixedTable.controlStructure())
    let dsdt = area.place(ACPIDefinitionTable.table(configuration))
    let listed = [
      area.place(ACPIFixedTable.table(facs: facs, dsdt: dsdt)),
      area.place(ACPIInterruptTable.table(configuration)),
    ]
    let rsdt = area.place(ACPIRoot.table32(of: listed))
    let xsdt = area.place(ACPIRoot.table64(of: listed))
    let multiprocessor = area.place(MultiprocessorTable.table(configuration))
    precondition(area.next <= Self.end, "the tables fit below 1 MiB")

    let root = ACPIRoot.pointer(rsdt: rsdt, xsdt: xsdt)
    rsdpAddress = Self.tables
    segments =
      Self.dataAreas(multiprocessorTable: multiprocessor)
      + [BootSegment(address: rsdpAddress, bytes: root[...])] + area.segments
    reserved = [
      Self.extendedDataArea...(Self.extendedDataArea + UInt64(Self.extendedDataAreaSize) - 1),
      Self.tables...(Self.end - 1),
    ]
  }

  /// Base memory ends where the extended BIOS data area begins. That starts with its size in KiB; the
  /// MP floating pointer comes at the next multiple of 16, where it is looked for (MP specification,
  /// section 4).
  private static func dataAreas(multiprocessorTable: UInt64) -> [BootSegment] {
    var segment = SystemTableBytes()
    segment.append(UInt16(extendedDataArea >> 4))
    var baseMemory = SystemTableBytes()
    baseMemory.append(UInt16(extendedDataArea >> 10))
    var extended = SystemTableBytes()
    extended.append(UInt8(extendedDataAreaSize >> 10))
    extended.pad(to: 16)
    extended.append(bytes: MultiprocessorTable.pointer(to: multiprocessorTable))
    extended.pad(to: extendedDataAreaSize)
    return [
      BootSegment(address: 0x40E, bytes: segment.bytes[...]),
      BootSegment(address: 0x413, bytes: baseMemory.bytes[...]),
      BootSegment(address: extendedDataArea, bytes: extended.bytes[...]),
    ]
  }

  /// Tables one after the other, each at a multiple of 64: FACS must, the others may.
  private struct Area {
    /// Where the next table goes.
    var next: UInt64
    var segments: [BootSegment] = []

    /// The address that `bytes` got.
    mutating func place(_ bytes: [UInt8]) -> UInt64 {
      let address = next
      segments.append(BootSegment(address: address, bytes: bytes[...]))
      next = (address + UInt64(bytes.count) + 63) & ~63
      return address
    }
  }
}
