import Devices
import Testing

/// The ports of public test kernels (machine.md, section 4a).
@Suite("Test device") struct TestDeviceTests {
  @Test("isa-debug-exit: any size, at any of four ports") func exit() {
    var device = TestDevice()
    for port: UInt16 in 0xF4...0xF7 {
      #expect(device.write(port: port, size: 1, value: 0x1FF, now: 0) == .exit(0x1FF))
      #expect(device.write(port: port, size: 2, value: 0x1_0001, now: 0) == .exit(3))
      #expect(device.write(port: port, size: 4, value: 0, now: 0) == .exit(1))
      #expect(device.write(port: port, size: 4, value: .max, now: 0) == .exit(.max))
      #expect(device.writeByte(port: port, value: 2, now: 0) == .exit(5))
      #expect(device.read(port: port, size: 1, now: 0) == 0)
    }
    #expect(device.write(port: 0xF3, size: 1, value: 0, now: 0) == .none)
    #expect(device.write(port: 0xF8, size: 1, value: 0, now: 0) == .none)
  }

  @Test("The latch reads back what was written, in overlapping sizes") func latch() {
    var device = TestDevice()
    #expect(device.write(port: 0xE0, size: 4, value: 0x1234_5678, now: 0) == .none)
    #expect(device.read(port: 0xE0, size: 4, now: 0) == 0x1234_5678)
    #expect(device.read(port: 0xE0, size: 1, now: 0) == 0x78)
    #expect(device.read(port: 0xE1, size: 2, now: 0) == 0x3456)
    #expect(device.read(port: 0xE2, size: 4, now: 0) == 0xFFFF_1234)
    _ = device.write(port: 0xE1, size: 2, value: 0xAAFF_CCDD, now: 0)
    #expect(device.read(port: 0xE0, size: 4, now: 0) == 0x12CC_DD78)
    _ = device.write(port: 0xE3, size: 2, value: 0x99EE, now: 0)
    #expect(device.read(port: 0xE0, size: 4, now: 0) == 0xEECC_DD78)
    #expect(device.write(port: 0xE4, size: 4, value: 0x1000, now: 0) == .none)
    #expect(device.read(port: 0xE4, size: 4, now: 0) == .max)
    // Nothing is kept of sizes that there are not.
    _ = device.write(port: 0xE0, size: 0, value: 1, now: 0)
    _ = device.write(port: 0xE0, size: 255, value: 1, now: 0)
    #expect(device.read(port: 0xE0, size: 255, now: 0) == 1)
  }

  @Test("The bytewise latch is the same latch; its second byte alone is a console") func byteLatch()
  {
    var device = TestDevice()
    #expect(device.write(port: 0xE8, size: 4, value: 0x0403_0201, now: 0) == .none)
    #expect(device.read(port: 0xE0, size: 4, now: 0) == 0x0403_0201)
    #expect(device.read(port: 0xE8, size: 4, now: 0) == 0x0403_0201)
    #expect(device.read(port: 0xE9, size: 2, now: 0) == 0x0302)
    #expect(device.read(port: 0xEB, size: 1, now: 0) == 4)
    #expect(device.read(port: 0xE9, size: 1, now: 0) == 0xE9)
    #expect(device.write(port: 0xE9, size: 1, value: 0x41, now: 0) == .transmit(0x41))
    #expect(device.write(port: 0xEA, size: 1, value: 0x55, now: 0) == .none)
    #expect(device.read(port: 0xE0, size: 4, now: 0) == 0x0455_0201)
  }

  @Test("SeaBIOS's console is there") func console() {
    var device = TestDevice()
    #expect(device.read(port: 0x402, size: 1, now: 0) == 0xE9)
    #expect(device.write(port: 0x402, size: 1, value: 0x0A, now: 0) == .transmit(0x0A))
  }

  @Test("24 interrupt lines", arguments: UInt16(0)..<24)
  func lines(line: UInt16) {
    var device = TestDevice()
    let port = 0x2000 + line
    #expect(device.write(port: port, size: 1, value: 1, now: 0) == .setLine(Int(line), true))
    #expect(device.write(port: port, size: 1, value: 0x100, now: 0) == .setLine(Int(line), false))
    #expect(device.write(port: port, size: 4, value: 0x100, now: 0) == .setLine(Int(line), true))
    #expect(device.write(port: port, size: 2, value: 0, now: 0) == .setLine(Int(line), false))
  }

  @Test("No line beside them") func noLine() {
    var device = TestDevice()
    #expect(device.write(port: 0x1FFF, size: 4, value: .max, now: 0) == .none)
    #expect(device.write(port: 0x2018, size: 1, value: 1, now: 0) == .none)
    #expect(device.read(port: 0x2000, size: 4, now: 0) == .max)
  }

  @Test(
    "The shutdown port wants its word",
    arguments: [
      ("Shutdown", true), ("ShutShutdown", true), ("SShutdown", true), ("shutdown", false),
      ("Shutdow", false), ("Shut down", false),
    ])
  func shutdown(word: String, works: Bool) {
    var device = TestDevice()
    var effects: [DeviceEffect] = []
    for byte in word.utf8 {
      effects.append(device.write(port: 0x8900, size: 1, value: UInt32(byte), now: 0))
    }
    #expect(effects.last == (works ? .powerOff : DeviceEffect.none))
    #expect(effects.dropLast().allSatisfy { $0 == .none })
  }

  @Test("The memory: all sizes, up to its end and beyond") func memory() {
    var memory = TestMemory()
    memory.write(offset: 0, size: 8, value: 0x0807_0605_0403_0201)
    #expect(memory.read(offset: 0, size: 8) == 0x0807_0605_0403_0201)
    #expect(memory.read(offset: 3, size: 4) == 0x0706_0504)
    memory.write(offset: 1, size: 2, value: 0xFFFF_AABB)
    #expect(memory.read(offset: 0, size: 4) == 0x04AA_BB01)
    memory.write(offset: 0xFFFE, size: 4, value: 0x4433_2211)
    #expect(memory.read(offset: 0xFFFE, size: 4) == 0xFFFF_2211)
    for offset: UInt64 in [0x1_0000, .max, .max - 2] {
      memory.write(offset: offset, size: 8, value: 0)
      #expect(memory.read(offset: offset, size: 8) == .max)
    }
    #expect(memory.read(offset: 0, size: 0) == 0)
    #expect(memory.read(offset: 8, size: 255) == 0)
  }
}
