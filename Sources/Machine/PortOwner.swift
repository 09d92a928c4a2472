import Devices

/// Which device of the board answers at a port.
enum PortOwner: Equatable {
  case interruptControllers
  case intervalTimer
  case keyboard
  case realTimeClock
  case resetControl
  case power
  case serial
  case pci
  case firmware
  case test
  case nobody

  /// The owner of `port`.
  init(of port: UInt16) {
    switch port {
    case 0x20...0x21, 0xa0...0xa1, 0x4d0...0x4d1: self = .interruptControllers
    case 0x40...0x43, 0x61: self = .intervalTimer
    case KeyboardController.dataPort, KeyboardController.commandPort: self = .keyboard
    case 0x70...0x71: self = .realTimeClock
    case ResetControl.portA, ResetControl.resetRegister: self = .resetControl
    case PowerManagement.commandPort...PowerManagement.commandPort + 1,
      PowerManagement.base..<PowerManagement.base + 12:
      self = .power
    case UART16550.com1..<UART16550.com1 + 8: self = .serial
    // The reset register, in the midst of the address register, is above.
    case PCIConfiguration.addressPort..<PCIConfiguration.dataPort + 4: self = .pci
    case FirmwareConfiguration.selectorPort...FirmwareConfiguration.dataPort: self = .firmware
    case TestDevice.latchPort...TestDevice.flushPort,
      TestDevice.byteLatchPort..<TestDevice.byteLatchPort + 4,
      TestDevice.exitPort..<TestDevice.exitPort + 4, TestDevice.seaBIOSConsolePort,
      TestDevice.linePort..<TestDevice.linePort + 24, TestDevice.shutdownPort:
      self = .test
    default: self = .nobody
    }
  }

  /// Whether an access of `size` bytes at `port` goes to one device as a whole. Any other is split into
  /// bytes, the lowest port first, as the bridge to a bus of 8 bits does it, and each byte goes to its own
  /// port's device.
  static func isWhole(_ port: UInt16, _ size: UInt8) -> Bool {
    if size <= 1 { return true }
    let owner = PortOwner(of: port)
    switch owner {
    case .serial: return false
    // CONFIG_ADDRESS is a double word; other accesses pass it by, and 0xCF9 lies within it.
    case .pci where port == PCIConfiguration.addressPort: return size == 4
    // Its exit port and its lines take values of any width.
    case .test: return true
    default: return (1..<UInt16(size)).allSatisfy { PortOwner(of: port &+ $0) == owner }
    }
  }
}
