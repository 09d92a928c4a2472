import Boot
import KVM
import Telemetry
import Threads

extension Chipset {
  /// The state in which a BIOS leaves the interrupt controllers and the timer: vectors 08h and 70h, the
  /// tick of 18.2 Hz and the keyboard's interrupt open, all others masked.
  func prepareForBIOS() {
    let initialization: [(port: UInt16, values: [UInt8])] = [
      // Channel 0, mode 3, 65,536. Before the 8259s: ICW1 forgets the edge that this may make.
      (0x43, [0x36]), (0x40, [0, 0]),
      // ICW1 to ICW4 of master and slave, then the masks.
      (0x20, [0x11]), (0x21, [0x08, 0x04, 0x01, 0xf8]), (0xa0, [0x11]),
      (0xa1, [0x70, 0x02, 0x01, 0xff]),
    ]
    for (port, values) in initialization {
      for value in values { _ = write(port: port, size: 1, value: UInt32(value)) }
    }
  }
}

/// What the services of a BIOS reach of the machine.
struct BIOSMachineBoard: BIOSBoard {
  let chipset: Chipset
  let memory: GuestMemory

  func read(at address: UInt64, count: Int) -> [UInt8] { memory.read(at: address, count: count) }

  func write(_ bytes: [UInt8], at address: UInt64) { memory.write(bytes, at: address) }

  func input(_ port: UInt16) -> UInt8 {
    UInt8(truncatingIfNeeded: chipset.read(port: port, size: 1))
  }

  func output(_ port: UInt16, _ value: UInt8) {
    // The services write the real-time clock's index and the A20 gate, which ask nothing of a vcpu.
    _ = chipset.write(port: port, size: 1, value: UInt32(value))
  }

  func print(_ bytes: [UInt8]) {
    for byte in bytes { chipset.console.write(byte) }
  }

  func takeTyped() -> [UInt8] { chipset.takeTyped() }

  var now: UInt64 { MonotonicClock.nanoseconds() }
}
