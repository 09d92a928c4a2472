import Devices
import Testing

/// PC16550D data sheet, sections 8.1 to 8.9.
@Suite("UART registers") struct UARTRegisterTests {
  static func read(_ register: UInt8, _ uart: inout UART16550) -> UInt8 {
    uart.read(register: register, now: 0)
  }

  @discardableResult
  static func write(_ register: UInt8, _ value: UInt8, _ uart: inout UART16550) -> UInt8? {
    uart.write(register: register, value: value, now: 0)
  }

  @Test("Master reset (table 'UART Reset Functions')") func reset() {
    var uart = UART16550()
    let expected: [UInt8] = [0, 0, 0x01, 0, 0, 0x60, 0xB0, 0]
    for register in UInt8(0)..<8 {
      #expect(Self.read(register, &uart) == expected[Int(register)], "register \(register)")
    }
    #expect(!uart.interruptLine)
    #expect(uart.canReceive)
    #expect(uart.nextDeadline(after: 0) == nil)
  }

  @Test("The bits that a register keeps, for all values") func writable() {
    for value in UInt8.min...UInt8.max {
      var uart = UART16550()
      Self.write(1, value, &uart)
      #expect(Self.read(1, &uart) == value & 0x0F)
      Self.write(4, value, &uart)
      #expect(Self.read(4, &uart) == value & 0x1F)
      Self.write(7, value, &uart)
      #expect(Self.read(7, &uart) == value)
      Self.write(3, value, &uart)
      #expect(Self.read(3, &uart) == value)
      // Written in the factory only.
      Self.write(5, value, &uart)
      #expect(Self.read(5, &uart) == 0x60)
    }
  }

  @Test("8.1, 8.3: DLAB puts the divisor in place of RBR, THR and IER") func divisor() {
    var uart = UART16550()
    #expect(uart.divisor == 12)
    Self.write(1, 0x5, &uart)
    Self.write(3, 0x83, &uart)
    #expect(Self.write(0, 0x34, &uart) == nil)
    Self.write(1, 0x12, &uart)
    #expect(uart.divisor == 0x1234)
    #expect(Self.read(0, &uart) == 0x34)
    #expect(Self.read(1, &uart) == 0x12)
    Self.write(3, 0x03, &uart)
    #expect(Self.read(1, &uart) == 0x5)
    #expect(Self.write(0, 0x34, &uart) == 0x34)
    #expect(uart.divisor == 0x1234)
  }

  @Test("A byte is outside at once, whatever the word length, and not during a break")
  func transmit() {
    var uart = UART16550()
    #expect(Self.write(0, 0xC3, &uart) == 0xC3)
    #expect(Self.read(5, &uart) == 0x60)
    Self.write(3, 0x43, &uart)
    #expect(Self.write(0, 0xC3, &uart) == nil)
  }

  @Test("8.7: in loop-back MCR's outputs show as MSR's inputs, for all 16 values") func loopLines()
  {
    for lines in UInt8(0)..<16 {
      var uart = UART16550()
      Self.write(4, 0x10 | lines, &uart)
      var expected: UInt8 = 0
      if lines & 1 != 0 { expected |= 0x20 }
      if lines & 2 != 0 { expected |= 0x10 }
      if lines & 4 != 0 { expected |= 0x40 }
      if lines & 8 != 0 { expected |= 0x80 }
      #expect(Self.read(6, &uart) & 0xF0 == expected)
    }
  }

  @Test("8.9: the deltas note changes, of RI its end, until MSR is read") func deltas() {
    var uart = UART16550()
    #expect(Self.read(6, &uart) == 0xB0)
    Self.write(4, 0x10, &uart)
    #expect(Self.read(6, &uart) == 0x0B)
    #expect(Self.read(6, &uart) == 0x00)
    Self.write(4, 0x14, &uart)
    #expect(Self.read(6, &uart) == 0x40)
    Self.write(4, 0x10, &uart)
    #expect(Self.read(6, &uart) == 0x04)
    Self.write(4, 0x1B, &uart)
    #expect(Self.read(6, &uart) == 0xBB)
    Self.write(4, 0x0B, &uart)
    #expect(Self.read(6, &uart) == 0xB0)
  }

  @Test("8.7: in loop-back data come back, cut to the word length; the outside is cut off")
  func loopData() {
    var uart = UART16550()
    Self.write(4, 0x10, &uart)
    #expect(!uart.canReceive)
    let taken = uart.receive(1, now: 0)
    #expect(!taken)
    for (length, mask) in [(0, 0x1F), (1, 0x3F), (2, 0x7F), (3, 0xFF)] {
      Self.write(3, UInt8(length), &uart)
      #expect(Self.write(0, 0xEA, &uart) == nil)
      #expect(Self.read(5, &uart) == 0x61)
      #expect(Self.read(0, &uart) == 0xEA & UInt8(mask))
      #expect(Self.read(5, &uart) == 0x60)
    }
  }

  @Test("8.4: loop-back overruns the one-byte buffer, which keeps the last byte")
  func overrunBuffer() {
    var uart = UART16550()
    Self.write(3, 3, &uart)
    Self.write(4, 0x10, &uart)
    Self.write(0, 1, &uart)
    Self.write(0, 2, &uart)
    #expect(Self.read(5, &uart) == 0x63)
    #expect(Self.read(5, &uart) == 0x61)
    #expect(Self.read(0, &uart) == 2)
  }

  @Test("8.4: loop-back overruns the FIFO, which keeps the first 16 bytes") func overrunFIFO() {
    var uart = UART16550()
    Self.write(2, 1, &uart)
    Self.write(3, 3, &uart)
    Self.write(4, 0x10, &uart)
    for byte in UInt8(0)..<16 { Self.write(0, byte, &uart) }
    #expect(Self.read(5, &uart) == 0x61)
    Self.write(0, 16, &uart)
    #expect(Self.read(5, &uart) == 0x63)
    for byte in UInt8(0)..<16 { #expect(Self.read(0, &uart) == byte) }
    #expect(Self.read(5, &uart) == 0x60)
  }

  @Test("Wide accesses are bytes, low first, and end with the eight ports") func wide() {
    var uart = UART16550()
    let port = UART16550.com1
    #expect(uart.write(port: port + 7, size: 2, value: 0x1155, now: 0) == .none)
    #expect(uart.read(port: port + 7, size: 1, now: 0) == 0x55)
    #expect(uart.read(port: port + 7, size: 4, now: 0) == 0xFFFF_FF55)
    #expect(uart.read(port: port + 4, size: 4, now: 0) == 0x55B0_6000)
    // THR, then IER.
    #expect(uart.write(port: port, size: 2, value: 0x0241, now: 0) == .transmit(0x41))
    #expect(uart.read(port: port, size: 2, now: 0) == 0x0200)
    #expect(uart.read(port: 0xFFFF, size: 4, now: 0) == 0xFFFF_FF55)
    #expect(uart.read(port: port, size: 0, now: 0) == 0)
  }
}
