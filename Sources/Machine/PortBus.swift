import Synchronization
import Telemetry

/// The ports. Everything that answers at all is lock-free: a vcpu's OUT touches the device's own words.
final class PortBus: Sendable {
  /// What an access asks of the vcpu that made it.
  enum Effect: Equatable {
    case none
    /// The guest says that it is lost: the vector of its exception.
    case panic(UInt32)
  }

  /// What the guest writes to COM1.
  let console = ConsoleRing()
  /// The line-control and scratch registers and the interrupt-enable register, as last written: a guest
  /// finds its port by reading them back.
  private let registers = InlineArray<8, Atomic<UInt8>> { _ in Atomic(0) }

  private static let serial: UInt16 = 0x3f8
  private static let panic: UInt16 = 0xf4

  /// OUT of `value` (1, 2 or 4 bytes) to `port`. Unknown ports take everything.
  @inline(__always)
  func write(port: UInt16, size: UInt8, value: UInt32) -> Effect {
    // 0x80 before all: the port that delay loops and the demo guest's storms write.
    if port == 0x80 { return .none }
    if port & ~7 == Self.serial {
      writeSerial(register: Int(port & 7), UInt8(truncatingIfNeeded: value))
      return .none
    }
    return port == Self.panic ? .panic(value) : .none
  }

  /// IN of `size` bytes from `port`: all ones where nothing answers.
  @inline(__always)
  func read(port: UInt16, size: UInt8) -> UInt32 {
    // A register is a byte wide; what is beside it in a wider access nobody drives.
    let value =
      port & ~7 == Self.serial ? ~0xff | UInt32(readSerial(register: Int(port & 7))) : .max
    return size == 1 ? value & 0xff : size == 2 ? value & 0xffff : value
  }

  /// A 16550's transmitter, which is always ready, and the registers that drivers read back.
  private func writeSerial(register: Int, _ value: UInt8) {
    let divisorLatch = registers[3].load(ordering: .relaxed) & 0x80 != 0
    if register == 0 && !divisorLatch {
      console.write(value)
    } else {
      registers[register].store(value, ordering: .relaxed)
    }
  }

  private func readSerial(register: Int) -> UInt8 {
    switch register {
    case 0: 0
    // No interrupt is pending; no FIFO.
    case 2: 0x01
    // Transmitter and its holding register empty, nothing received.
    case 5: 0x60
    // Clear to send, data set ready, carrier.
    case 6: 0xb0
    default: registers[register].load(ordering: .relaxed)
    }
  }
}
