import Devices
import Testing

/// Accesses that no driver makes: nothing traps, and what is promised of any state holds.
@Suite("Random traffic") struct RandomTrafficTests {
  /// SplitMix64: the same traffic on each run.
  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }
  }

  /// A clock that mostly creeps, at times leaps, and is at times read late by another vcpu.
  static func step(_ now: UInt64, _ generator: inout Generator) -> UInt64 {
    switch generator.next() % 64 {
    case 0: now &+ generator.next()
    case 1: now &- 1000
    case 2: .max
    default: now.addingReportingOverflow(generator.next() % 1_000_000).partialValue
    }
  }

  /// 20,000 accesses near `ports`, of mostly valid sizes.
  static func drive<Device: PortDevice>(
    _ device: inout Device, ports: [UInt16], seed: UInt64,
    check: (inout Device, UInt64, inout Generator) -> Void
  ) {
    var generator = Generator(state: seed)
    var now: UInt64 = 0
    for _ in 0..<20_000 {
      now = step(now, &generator)
      let port = ports[Int(generator.next() % UInt64(ports.count))] &+ UInt16(generator.next() % 16)
      let size = [1, 1, 1, 2, 4, UInt8(generator.next() & 0xFF)][Int(generator.next() % 6)]
      if generator.next() & 1 == 0 {
        let value = device.read(port: port, size: size, now: now)
        if size < 4 { #expect(value >> (8 * UInt32(size)) == 0) }
      } else {
        let value = UInt32(truncatingIfNeeded: generator.next())
        _ = device.write(port: port, size: size, value: value, now: now)
      }
      check(&device, now, &generator)
    }
  }

  @Test("UART", arguments: UInt64(0)..<4)
  func uart(seed: UInt64) {
    var uart = UART16550()
    Self.drive(&uart, ports: [0x3F8], seed: seed) { uart, now, generator in
      let byte = UInt8(truncatingIfNeeded: generator.next())
      let couldReceive = uart.canReceive
      let taken =
        byte & 7 == 0 ? uart.breakReceived(now: now) : uart.receive(byte, now: now)
      #expect(taken == couldReceive)
      if let deadline = uart.nextDeadline(after: now) {
        #expect(deadline >= now)
        uart.advance(to: deadline)
        #expect(uart.nextDeadline(after: deadline) == nil)
      }
      let line = uart.interruptLine
      let isEnabled = uart.modemControl & 8 != 0 && uart.interruptEnable != 0
      #expect(!line || isEnabled)
      let pulsed = uart.takeInterruptPulse()
      #expect(!pulsed || line)
    }
  }

  @Test("Keyboard controller", arguments: UInt64(0)..<4)
  func keyboard(seed: UInt64) {
    var controller = KeyboardController()
    Self.drive(&controller, ports: [0x60, 0x5C], seed: seed) { controller, now, generator in
      let codes = (0..<generator.next() % 4).map { _ in
        UInt8(truncatingIfNeeded: generator.next())
      }
      _ = controller.press(scanCodes: codes, now: now)
      if let deadline = controller.nextDeadline(after: now) {
        #expect(deadline >= now)
        #expect(!controller.interruptLine)
        controller.advance(to: deadline)
        // All that waited may have been a prefix.
        let next = controller.nextDeadline(after: deadline)
        #expect(next == nil)
      }
      #expect(controller.commandByte & 0xA0 == 0x20)
      #expect((1...3).contains(controller.scanCodeSet))
    }
  }

  @Test("Power management", arguments: UInt64(0)..<4)
  func power(seed: UInt64) {
    var hardware = PowerManagement()
    Self.drive(&hardware, ports: [0x600, 0xB2, 0x5FC], seed: seed) { hardware, now, generator in
      if generator.next() % 16 == 0 { hardware.pressPowerButton(now: now) }
      #expect(!hardware.sciLine || hardware.isACPIEnabled)
      #expect(hardware.enable & ~0x0721 == 0)
      #expect(hardware.control & ~0x1C03 == 0)
      #expect(hardware.nextDeadline(after: now).map { $0 >= now } ?? true)
    }
  }

  @Test("Devices without time", arguments: UInt64(0)..<2)
  func timeless(seed: UInt64) {
    var reset = ResetControl()
    Self.drive(&reset, ports: [0x90, 0xCF0, 0xFFFE], seed: seed) { reset, now, _ in
      #expect(reset.readByte(port: 0xCF9, now: now) & 0xF1 == 0)
    }
    var pci = PCIConfiguration()
    Self.drive(&pci, ports: [0xCF0, 0xCF8], seed: seed) { pci, _, _ in
      #expect(pci.address & 0x7F00_0003 == 0)
    }
    var test = TestDevice()
    let ports: [UInt16] = [0xDC, 0xE0, 0xE8, 0xF4, 0x3FC, 0x1FF8, 0x2010, 0x88F8, 0xFFF8]
    Self.drive(&test, ports: ports, seed: seed) { test, now, _ in
      let latch = test.read(port: 0xE0, size: 4, now: now)
      #expect(test.read(port: 0xE8, size: 4, now: now) == latch)
    }
    var firmware = FirmwareConfiguration(cpus: 4, memoryBytes: 1 << 30, commandLine: "quiet")
    Self.drive(&firmware, ports: [0x508, 0x510], seed: seed) { firmware, now, _ in
      #expect(firmware.readByte(port: 0x510, now: now) == 0xFF)
    }
  }
}
