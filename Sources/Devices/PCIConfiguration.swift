/// PCI configuration mechanism #1 (PCI Local Bus Specification 3.0, section 3.2.2.3.2): an address
/// register at 0xCF8 and a window of four bytes at 0xCFC.
///
/// Nothing is on the bus, with one choice for the machine. A chip set that decodes 0xCF8 is itself
/// function 0:0.0, a host bridge, and guests use it to tell the mechanism from luck: Linux
/// (pci_check_type1) wants 0x80000000 read back, then a host bridge, a display or a chip of Intel among
/// bus 0. With the bridge (the default) it finds it at the first look, uses type 1, and has no
/// device to drive. Without it, it reads all 256 functions in vain, does so again for mechanism #2,
/// and logs an error, "No config space access function found": true as well, but loud and slow. The
/// bridge has no base address, no interrupt, and an id that no driver and no quirk knows.
public struct PCIConfiguration: Sendable {
  /// CONFIG_ADDRESS, a double word.
  public static let addressPort: UInt16 = 0xCF8
  /// CONFIG_DATA, four ports.
  public static let dataPort: UInt16 = 0xCFC
  /// Vendor (low half) and device id of the host bridge: the one that Red Hat sets aside for bridges
  /// of virtual machines.
  public static let hostBridgeID: UInt32 = 0x0008_1B36

  /// CONFIG_ADDRESS: enable, bus, device, function, register. Other bits are read-only zeros.
  public private(set) var address: UInt32 = 0
  private let hasHostBridge: Bool

  /// The mechanism with a host bridge at 0:0.0, or with nothing at all behind it.
  public init(hasHostBridge: Bool = true) { self.hasHostBridge = hasHostBridge }

  private static let writableAddress: UInt32 = 0x80FF_FFFC

  /// The double word that the window shows.
  private var window: UInt32 {
    // Enabled, and bus, device and function 0.
    guard hasHostBridge && address & 0xFFFF_FF00 == 0x8000_0000 else { return .max }
    return switch address & 0xFC {
    case 0x00: Self.hostBridgeID
    // Class 06.00.00, host bridge; revision 0. Command, status, header type and all else are 0.
    case 0x08: 0x0600_0000
    default: 0
    }
  }
}

extension PCIConfiguration: PortDevice {
  /// A byte of the window. The address register has no bytes: anything but a double word at 0xCF8
  /// passes it by to the bus (section 3.2.2.3.2), where 0xCF9 is the reset control register and the
  /// rest is nothing.
  public mutating func readByte(port: UInt16, now: UInt64) -> UInt8 {
    guard port >= Self.dataPort && port < Self.dataPort + 4 else { return 0xFF }
    return UInt8(truncatingIfNeeded: window >> UInt32(8 * (port - Self.dataPort)))
  }

  /// Nothing: the host bridge has no writable register, and 0xCF8 is no byte.
  public mutating func writeByte(port: UInt16, value: UInt8, now: UInt64) -> DeviceEffect {
    .none
  }

  /// The address register where it is a double word at 0xCF8, else bytes, low first.
  public mutating func read(port: UInt16, size: UInt8, now: UInt64) -> UInt32 {
    if port == Self.addressPort && size == 4 { return address }
    return ByteLanes.read(size: size) { readByte(port: port &+ $0, now: now) }
  }

  /// The address register where it is a double word at 0xCF8; anything else does nothing.
  public mutating func write(
    port: UInt16, size: UInt8, value: UInt32, now: UInt64
  ) -> DeviceEffect {
    if port == Self.addressPort && size == 4 { address = value & Self.writableAddress }
    return .none
  }
}
