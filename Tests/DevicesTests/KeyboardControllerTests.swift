import Devices
import Testing

/// IBM PS/2 Hardware Interface Technical Reference, "Keyboard and Auxiliary Device Controller".
@Suite("Keyboard controller") struct KeyboardControllerTests {
  /// A controller and its clock.
  struct Bench {
    var controller = KeyboardController()
    var now: UInt64 = 0

    var status: UInt8 {
      mutating get { controller.readByte(port: 0x64, now: now) }
    }
    var data: UInt8 {
      mutating get { controller.readByte(port: 0x60, now: now) }
    }
    @discardableResult mutating func command(_ value: UInt8) -> DeviceEffect {
      controller.writeByte(port: 0x64, value: value, now: now)
    }
    @discardableResult mutating func data(_ value: UInt8) -> DeviceEffect {
      controller.writeByte(port: 0x60, value: value, now: now)
    }
    /// What a driver that waits for the output buffer reads, until nothing comes any more.
    mutating func drain() -> [UInt8] {
      var bytes: [UInt8] = []
      for _ in 0..<40 {
        now += KeyboardController.byteTime
        if status & 1 != 0 { bytes.append(data) }
      }
      return bytes
    }
  }

  @Test("As firmware leaves it: silent, unlocked, tested") func start() {
    var bench = Bench()
    #expect(bench.status == 0x1C)
    #expect(bench.drain() == [])
    #expect(!bench.controller.interruptLine)
    #expect(bench.controller.isA20Enabled)
    #expect(bench.controller.nextDeadline(after: 0) == nil)
    bench.command(0x20)
    #expect(bench.drain() == [0x65])
  }

  @Test(
    "Commands that answer",
    arguments: [(0xAA, 0x55), (0xAB, 0), (0xA9, 1), (0xC0, 0x80), (0xE0, 3)])
  func answers(command: UInt8, answer: UInt8) {
    var bench = Bench()
    bench.command(command)
    #expect(bench.status == 0x1D)
    #expect(bench.controller.interruptLine)
    #expect(bench.data == answer)
    #expect(bench.status == 0x1C)
    #expect(!bench.controller.interruptLine)
    // The buffer keeps showing it.
    #expect(bench.data == answer)
  }

  @Test("The command byte: bit 5 is stuck, bit 7 is none, bit 2 shows in the status")
  func commandByte() {
    for value in UInt8.min...UInt8.max {
      var bench = Bench()
      bench.command(0x60)
      bench.data(value)
      #expect(bench.status == (value & 4 != 0 ? 0x14 : 0x10))
      bench.command(0x20)
      #expect(bench.controller.interruptLine == (value & 1 != 0))
      #expect(bench.data == value & 0x7F | 0x20)
      bench.command(0xAA)
      #expect(bench.status & 4 != 0)
    }
  }

  @Test("There is no auxiliary port, as Linux looks for it") func auxiliary() {
    var bench = Bench()
    bench.command(0xD3)
    bench.data(0x5A)
    // An answer, but without the bit that tells the auxiliary device's.
    #expect(bench.status & 0x21 == 0x01)
    // Linux does not read it, and looks at the interface test instead.
    bench.command(0xA9)
    #expect(bench.data == 0x01)
    #expect(bench.drain() == [])
    bench.command(0xA8)
    bench.command(0x20)
    #expect(bench.data & 0x20 != 0)
    bench.command(0xD4)
    bench.data(0xF4)
    #expect(bench.drain() == [0xFE])
  }

  @Test("Disabled, the keyboard's bytes wait; its clock is low") func disable() {
    var bench = Bench()
    bench.command(0xAD)
    let pressed = bench.controller.press(scanCodes: [0x1C], now: bench.now)
    #expect(pressed)
    #expect(bench.drain() == [])
    #expect(bench.controller.nextDeadline(after: 0) == nil)
    bench.command(0x20)
    #expect(bench.data & 0x10 != 0)
    bench.command(0xE0)
    #expect(bench.data == 0b10)
    bench.command(0xAE)
    #expect(bench.drain() == [0x1E])
  }

  @Test("The output port: A20, reset, bit 4 while the output buffer is full") func outputPort() {
    var bench = Bench()
    bench.command(0xD0)
    #expect(bench.data == 0xCF)
    bench.command(0xD1)
    #expect(bench.data(0xDD) == .none)
    #expect(!bench.controller.isA20Enabled)
    bench.command(0xDF)
    #expect(bench.controller.isA20Enabled)
    bench.command(0xDD)
    #expect(!bench.controller.isA20Enabled)
    bench.command(0xD2)
    bench.data(7)
    bench.command(0xD0)
    // The answer overwrote the byte that was not read.
    #expect(bench.data == 0xDD)
    bench.command(0xD0)
    #expect(bench.data == 0xCD)
    bench.command(0xD1)
    #expect(bench.data(0xCE) == .reset)
  }

  @Test("0xF0 to 0xFF pulse bits low: bit 0 resets", arguments: UInt8(0xF0)...0xFF)
  func pulse(command: UInt8) {
    var bench = Bench()
    #expect(bench.command(command) == (command & 1 == 0 ? .reset : .none))
    #expect(bench.controller.isA20Enabled)
  }

  @Test("A command in place of a data byte ends the earlier one") func abandoned() {
    var bench = Bench()
    bench.command(0xD1)
    bench.command(0xAB)
    #expect(bench.data == 0)
    #expect(bench.data(0xEE) == .none)
    #expect(bench.drain() == [0xEE])
  }

  @Test(
    "Unknown commands do nothing", arguments: [0x00, 0x21, 0x61, 0xA4, 0xC1, 0xD5, 0xE1] as [UInt8])
  func unknown(command: UInt8) {
    var bench = Bench()
    #expect(bench.command(command) == .none)
    #expect(bench.drain() == [])
  }

  @Test("Each byte takes its time, and the line falls between two") func pace() {
    var bench = Bench()
    bench.now = 1000
    let pressed = bench.controller.press(scanCodes: [0x1C, 0xF0, 0x1C], now: bench.now)
    #expect(pressed)
    let first = 1000 + KeyboardController.byteTime
    #expect(bench.controller.nextDeadline(after: 1000) == first)
    bench.controller.advance(to: first - 1)
    #expect(!bench.controller.interruptLine)
    bench.controller.advance(to: first)
    #expect(bench.controller.interruptLine)
    #expect(bench.controller.nextDeadline(after: first) == nil)
    bench.now = first + 7
    #expect(bench.data == 0x1E)
    #expect(!bench.controller.interruptLine)
    let second = first + 7 + KeyboardController.byteTime
    #expect(bench.controller.nextDeadline(after: bench.now) == second)
    bench.controller.advance(to: second)
    #expect(bench.controller.interruptLine)
    bench.now = second
    #expect(bench.data == 0x9E)
    #expect(bench.controller.nextDeadline(after: bench.now) == nil)
  }

  @Test("Wide accesses and other ports") func wide() {
    var bench = Bench()
    #expect(bench.controller.write(port: 0x64, size: 2, value: 0x01AA, now: 0) == .none)
    #expect(bench.controller.read(port: 0x64, size: 4, now: 0) == 0xFFFF_FF1D)
    #expect(bench.controller.read(port: 0x60, size: 2, now: 0) == 0xFF55)
    #expect(bench.controller.read(port: 0x61, size: 4, now: 0) == 0x1CFF_FFFF)
    #expect(bench.controller.write(port: 0x61, size: 4, value: 0xFE00_0000, now: 0) == .reset)
  }

  @Test("Any time is a time") func extremes() {
    var bench = Bench()
    bench.now = .max
    bench.data(0xFF)
    #expect(bench.controller.nextDeadline(after: .max) == .max)
    bench.controller.advance(to: .max)
    #expect(bench.data == 0xFA)
    bench.now = 0
    #expect(bench.status & 1 == 0)
    #expect(bench.controller.nextDeadline(after: 0) == .max)
  }
}
