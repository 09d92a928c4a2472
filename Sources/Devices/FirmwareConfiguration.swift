/// QEMU's firmware configuration device (QEMU documentation, "QEMU Firmware Configuration (fw_cfg)
/// Device"), without DMA and with no file: enough for kernels that ask it for the machine's size.
///
/// A guest selects an item by a word written at ``selectorPort`` and reads it byte by byte at
/// ``dataPort``. Items that are unknown, and what follows an item's end, read as 0. Numbers are low
/// byte first, but for those of the file directory.
public struct FirmwareConfiguration: Sendable {
  /// The selector: a word, only written.
  public static let selectorPort: UInt16 = 0x510
  /// The data: a byte, only read.
  public static let dataPort: UInt16 = 0x511

  /// The items that are not 0 throughout. Zeros are right for the UUID (2, "not given"), for the boot
  /// menu (0x0E, off) and for the file directory (0x19, a count of no files).
  private enum Item {
    static let signature: UInt16 = 0x00
    /// Bit 0: the interface of this device; bit 1 would be DMA.
    static let features: UInt16 = 0x01
    static let memorySize: UInt16 = 0x03
    static let noGraphic: UInt16 = 0x04
    static let processors: UInt16 = 0x05
    static let maximumProcessors: UInt16 = 0x0F
    static let commandLineSize: UInt16 = 0x14
    static let commandLine: UInt16 = 0x15
    /// Whether IRQ 0 of the ISA bus is pin 2 of the I/O APIC.
    static let irq0Override: UInt16 = 0x8002
  }

  private let processors: UInt64
  private let memoryBytes: UInt64
  /// With the zero byte at its end.
  private let commandLine: [UInt8]
  private var selected: UInt16 = 0
  /// How many bytes of the item were read.
  private var offset = 0

  /// A machine with `cpus` vcpus (65,535 at most are told), `memoryBytes` bytes of memory in all, and the
  /// kernel's command line. The device keeps no more than that line.
  public init(cpus: Int, memoryBytes: UInt64, commandLine: String) {
    processors = UInt64(UInt16(clamping: cpus))
    self.memoryBytes = memoryBytes
    self.commandLine = Array(commandLine.utf8) + [0]
  }

  private func byte(of item: UInt16, at offset: Int) -> UInt8 {
    switch item {
    // "QEMU", as a number.
    case Item.signature: Self.byte(of: 0x554D_4551, at: offset)
    case Item.features, Item.noGraphic, Item.irq0Override: Self.byte(of: 1, at: offset)
    case Item.memorySize: Self.byte(of: memoryBytes, at: offset)
    case Item.processors, Item.maximumProcessors: Self.byte(of: processors, at: offset)
    case Item.commandLineSize: Self.byte(of: UInt64(commandLine.count), at: offset)
    case Item.commandLine: offset < commandLine.count ? commandLine[offset] : 0
    default: 0
    }
  }

  private static func byte(of number: UInt64, at offset: Int) -> UInt8 {
    offset < 8 ? UInt8(truncatingIfNeeded: number >> UInt64(8 * offset)) : 0
  }
}

extension FirmwareConfiguration: PortDevice {
  /// The item's next byte at ``dataPort``; all ones at the selector, which is only written.
  public mutating func readByte(port: UInt16, now: UInt64) -> UInt8 {
    guard port == Self.dataPort else { return 0xFF }
    // No item is longer than memory: the offset stops where no item has a byte.
    defer { if offset < .max { offset += 1 } }
    return byte(of: selected, at: offset)
  }

  /// Nothing: the selector is a word, and items cannot be written.
  public mutating func writeByte(port: UInt16, value: UInt8, now: UInt64) -> DeviceEffect {
    .none
  }

  /// Selects an item, and its first byte, where a word or more is written at ``selectorPort`` (the low
  /// word counts); nothing else has an effect.
  public mutating func write(
    port: UInt16, size: UInt8, value: UInt32, now: UInt64
  ) -> DeviceEffect {
    if port == Self.selectorPort && size >= 2 {
      selected = UInt16(truncatingIfNeeded: value)
      offset = 0
    }
    return .none
  }
}
