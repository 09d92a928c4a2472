import Devices
import Testing

/// PC16550D data sheet, sections 8.5, 8.6, 8.10 (FIFO interrupt mode), and what Linux wants of it.
@Suite("UART interrupts") struct UARTInterruptTests {
  /// A UART with OUT2, 8 data bits, divisor 1 and these interrupts; a character lasts 10 / 115200 s.
  static func uart(enabled: UInt8, fifoControl: UInt8 = 0) -> UART16550 {
    var uart = UART16550()
    for (register, value): (UInt8, UInt8) in [
      (3, 0x83), (0, 1), (1, 0), (3, 3), (4, 0x08), (2, fifoControl), (1, enabled),
    ] {
      _ = uart.write(register: register, value: value, now: 0)
    }
    return uart
  }

  static func read(_ register: UInt8, _ uart: inout UART16550, at now: UInt64 = 0) -> UInt8 {
    uart.read(register: register, now: now)
  }

  /// Four times ten bits at 115200 baud, ns, rounded up.
  static let timeOut: UInt64 = 347_223

  @Test("Table 'Interrupt Control': all priorities at once, each ended in its way")
  func priorities() {
    var uart = Self.uart(enabled: 0xF)
    let broken = uart.breakReceived(now: 0)
    #expect(broken)
    _ = uart.write(register: 4, value: 0x18, now: 0)
    #expect(uart.interruptLine)
    #expect(Self.read(2, &uart) == 0x06)
    #expect(Self.read(5, &uart) == 0x79)
    #expect(Self.read(2, &uart) == 0x04)
    #expect(Self.read(0, &uart) == 0)
    #expect(Self.read(2, &uart) == 0x02)
    // The read that showed it ended it.
    #expect(Self.read(2, &uart) == 0x00)
    #expect(uart.interruptLine)
    // Carrier detect came back with OUT2: CTS and DSR changed.
    #expect(Self.read(6, &uart) == 0x83)
    #expect(Self.read(2, &uart) == 0x01)
    #expect(!uart.interruptLine)
  }

  @Test("An interrupt that is not enabled is not shown", arguments: UInt8(0)..<16)
  func enables(enabled: UInt8) {
    var uart = Self.uart(enabled: enabled)
    _ = uart.breakReceived(now: 0)
    _ = uart.write(register: 4, value: 0x18, now: 0)
    let expected: UInt8 =
      enabled & 4 != 0
      ? 6 : enabled & 1 != 0 ? 4 : enabled & 2 != 0 ? 2 : enabled & 8 != 0 ? 0 : 1
    #expect(uart.interruptLine == (enabled != 0))
    #expect(Self.read(2, &uart) == expected)
  }

  @Test("OUT2 opens the way to the bus") func out2() {
    var uart = Self.uart(enabled: 2)
    #expect(uart.interruptLine)
    _ = uart.write(register: 4, value: 0x07, now: 0)
    #expect(!uart.interruptLine)
    #expect(Self.read(2, &uart) == 2)
  }

  @Test("The empty transmitter interrupts when it is enabled, again and again") func rearm() {
    var uart = Self.uart(enabled: 0)
    for _ in 0..<3 {
      _ = uart.write(register: 1, value: 2, now: 0)
      #expect(uart.interruptLine)
      #expect(Self.read(2, &uart) == 2)
      #expect(!uart.interruptLine)
      // Writing it again is no new enabling.
      _ = uart.write(register: 1, value: 2, now: 0)
      #expect(Self.read(2, &uart) == 1)
      _ = uart.write(register: 1, value: 0, now: 0)
    }
  }

  @Test("A write of THR ends the interrupt and makes a new one: an edge") func pulse() {
    var uart = Self.uart(enabled: 2)
    var pulsed = uart.takeInterruptPulse()
    #expect(!pulsed)
    #expect(uart.write(register: 0, value: 0x41, now: 0) == 0x41)
    #expect(uart.interruptLine)
    pulsed = uart.takeInterruptPulse()
    #expect(pulsed)
    pulsed = uart.takeInterruptPulse()
    #expect(!pulsed)
    // After IIR the line is low anyway, and rises where it can be seen.
    #expect(Self.read(2, &uart) == 2)
    _ = uart.write(register: 0, value: 0x42, now: 0)
    #expect(uart.interruptLine)
    pulsed = uart.takeInterruptPulse()
    #expect(!pulsed)
    // Another interrupt holds the line meanwhile.
    _ = uart.write(register: 1, value: 3, now: 0)
    _ = uart.receive(1, now: 0)
    _ = uart.write(register: 0, value: 0x43, now: 0)
    pulsed = uart.takeInterruptPulse()
    #expect(!pulsed)
  }

  @Test("Without FIFOs one byte is room for one") func buffer() {
    var uart = Self.uart(enabled: 1)
    var taken = uart.receive(0x41, now: 0)
    #expect(taken)
    taken = uart.receive(0x42, now: 0)
    #expect(!taken)
    taken = uart.breakReceived(now: 0)
    #expect(!taken)
    #expect(!uart.canReceive)
    #expect(uart.nextDeadline(after: 0) == nil)
    #expect(Self.read(2, &uart) == 0x04)
    #expect(Self.read(0, &uart) == 0x41)
    #expect(!uart.interruptLine)
    // Nothing new to read.
    #expect(Self.read(0, &uart) == 0x41)
    #expect(uart.canReceive)
  }

  @Test(
    "8.10: the FIFO interrupts from its trigger level on",
    arguments: [(0, 1), (1, 4), (2, 8), (3, 14)])
  func trigger(code: UInt8, level: Int) {
    var uart = Self.uart(enabled: 1, fifoControl: code << 6 | 1)
    for count in 1...16 {
      let taken = uart.receive(UInt8(count), now: 0)
      #expect(taken)
      #expect(uart.interruptLine == (count >= level))
      #expect(Self.read(2, &uart) == (count >= level ? 0xC4 : 0xC1))
    }
    let taken = uart.receive(17, now: 0)
    #expect(!taken)
    for count in 1...16 {
      #expect(Self.read(0, &uart) == UInt8(count))
      #expect(uart.interruptLine == (16 - count >= level))
    }
  }

  @Test("8.10: the time-out comes after four character times of silence") func timeOut() {
    var uart = Self.uart(enabled: 1, fifoControl: 0x81)
    _ = uart.receive(1, now: 1000)
    #expect(uart.nextDeadline(after: 1000) == 1000 + Self.timeOut)
    // A new character starts the time anew.
    _ = uart.receive(2, now: 2000)
    let deadline = 2000 + Self.timeOut
    #expect(uart.nextDeadline(after: 2000) == deadline)
    uart.advance(to: deadline - 1)
    #expect(!uart.interruptLine)
    #expect(uart.nextDeadline(after: deadline + 5) == deadline + 5)
    uart.advance(to: deadline)
    #expect(uart.interruptLine)
    #expect(uart.nextDeadline(after: deadline) == nil)
    #expect(Self.read(2, &uart, at: deadline) == 0xCC)
    // A character more does not end it.
    _ = uart.receive(3, now: deadline)
    #expect(uart.interruptLine)
    // A read of the FIFO does, and starts the time anew.
    #expect(Self.read(0, &uart, at: deadline + 10) == 1)
    #expect(!uart.interruptLine)
    #expect(uart.nextDeadline(after: deadline) == deadline + 10 + Self.timeOut)
    #expect(Self.read(2, &uart, at: deadline + 10 + Self.timeOut) == 0xCC)
    #expect(Self.read(0, &uart, at: deadline + 20 + Self.timeOut) == 2)
    #expect(Self.read(0, &uart, at: deadline + 20 + Self.timeOut) == 3)
    #expect(uart.nextDeadline(after: 0) == nil)
  }

  @Test("At the trigger level data show, and the time-out behind it") func timeOutBehindData() {
    var uart = Self.uart(enabled: 1, fifoControl: 0x41)
    for byte in UInt8(0)..<4 { _ = uart.receive(byte, now: 0) }
    #expect(Self.read(2, &uart, at: Self.timeOut) == 0xC4)
    #expect(Self.read(0, &uart, at: Self.timeOut) == 0)
    #expect(Self.read(2, &uart, at: Self.timeOut) == 0xC1)
    #expect(Self.read(2, &uart, at: 2 * Self.timeOut) == 0xCC)
  }

  @Test("With received data disabled there is no deadline, but the time passes") func disabled() {
    var uart = Self.uart(enabled: 0, fifoControl: 0x81)
    _ = uart.receive(1, now: 0)
    #expect(uart.nextDeadline(after: 0) == nil)
    _ = uart.write(register: 1, value: 1, now: Self.timeOut)
    #expect(uart.interruptLine)
  }

  @Test("8.10: 160 ms at 300 baud with a 12-bit character") func slowest() {
    var uart = Self.uart(enabled: 1, fifoControl: 0x81)
    // 8 data bits, parity, 2 stop bits; divisor 384.
    for (register, value): (UInt8, UInt8) in [(3, 0x8F), (0, 0x80), (1, 1), (3, 0x0F)] {
      _ = uart.write(register: register, value: value, now: 0)
    }
    _ = uart.receive(1, now: 0)
    #expect(uart.nextDeadline(after: 0) == 160_000_000)
    // 5 data bits, no parity, 1.5 stop bits: 7.5 bits.
    _ = uart.write(register: 3, value: 0x04, now: 0)
    #expect(uart.nextDeadline(after: 0) == 100_000_000)
  }

  @Test("No divisor and no time overflow") func extremes() {
    for divisor: UInt16 in [0, 1, 0xFFFF] {
      var uart = Self.uart(enabled: 1, fifoControl: 0x81)
      for (register, value): (UInt8, UInt8) in [
        (3, 0x9F), (0, UInt8(divisor & 0xFF)), (1, UInt8(divisor >> 8)), (3, 0x1F),
      ] {
        _ = uart.write(register: register, value: value, now: 0)
      }
      _ = uart.receive(1, now: .max)
      #expect(uart.nextDeadline(after: .max) == .max)
      // A clock that goes backwards.
      #expect(Self.read(0, &uart, at: 0) == 1)
    }
  }

  @Test("8.4: a break's errors show when it comes to the top, and LSR's read clears them")
  func breaks() {
    var uart = Self.uart(enabled: 4, fifoControl: 1)
    _ = uart.receive(0x41, now: 0)
    _ = uart.breakReceived(now: 0)
    _ = uart.receive(0x42, now: 0)
    #expect(!uart.interruptLine)
    #expect(Self.read(5, &uart) == 0xE1)
    #expect(Self.read(0, &uart) == 0x41)
    #expect(uart.interruptLine)
    #expect(Self.read(5, &uart) == 0xF9)
    #expect(!uart.interruptLine)
    #expect(Self.read(5, &uart) == 0x61)
    #expect(Self.read(0, &uart) == 0)
    #expect(Self.read(0, &uart) == 0x42)
    #expect(Self.read(5, &uart) == 0x60)
  }

  @Test("A break is of wrong parity where an odd or a high parity bit is due")
  func breakParity() {
    for (control, wrong): (UInt8, Bool) in [
      (0x03, false), (0x0B, true), (0x1B, false), (0x2B, true), (0x3B, false),
    ] {
      var uart = Self.uart(enabled: 0)
      _ = uart.write(register: 3, value: control, now: 0)
      _ = uart.breakReceived(now: 0)
      #expect(Self.read(5, &uart) == (wrong ? 0x7D : 0x79))
    }
  }

  @Test("FCR: resets and changes of mode empty the FIFO; without bit 0 nothing is programmed")
  func fifoControl() {
    var uart = Self.uart(enabled: 1, fifoControl: 0xC1)
    _ = uart.receive(1, now: 0)
    _ = uart.write(register: 2, value: 0xC1, now: 0)
    #expect(Self.read(5, &uart) == 0x61)
    _ = uart.write(register: 2, value: 0xC5, now: 0)
    #expect(Self.read(5, &uart) == 0x61)
    _ = uart.write(register: 2, value: 0xC3, now: 0)
    #expect(Self.read(5, &uart) == 0x60)
    _ = uart.receive(2, now: 0)
    uart.advance(to: Self.timeOut)
    #expect(uart.interruptLine)
    _ = uart.write(register: 2, value: 0x00, now: 0)
    #expect(Self.read(5, &uart) == 0x60)
    #expect(!uart.interruptLine)
    #expect(Self.read(2, &uart) == 0x01)
    _ = uart.receive(3, now: 0)
    _ = uart.write(register: 2, value: 0x06, now: 0)
    #expect(Self.read(5, &uart) == 0x61)
    _ = uart.write(register: 2, value: 0x01, now: 0)
    #expect(Self.read(5, &uart) == 0x60)
  }

  @Test("Linux's 8250 autoconfig finds a 16550A, and nothing more") func linux() {
    var uart = UART16550()
    func get(_ register: UInt8) -> UInt8 { uart.read(register: register, now: 0) }
    func put(_ register: UInt8, _ value: UInt8) {
      _ = uart.write(register: register, value: value, now: 0)
    }
    // IER keeps four bits.
    put(1, 0)
    #expect(get(1) & 0xF == 0)
    put(1, 0xF)
    #expect(get(1) & 0xF == 0xF)
    put(1, 0)
    // Loop-back modem test.
    put(4, 0x1A)
    #expect(get(6) & 0xF0 == 0x90)
    put(4, 0)
    // FIFOs are there and work.
    put(3, 0)
    put(2, 1)
    #expect(get(2) >> 6 == 3)
    // No enhanced feature register behind LCR 0x80 or 0xBF: what reads is IIR.
    put(3, 0x80)
    #expect(get(2) != 0)
    put(3, 0xBF)
    #expect(get(2) != 0)
    // No National Super-I/O: register 2 does not follow MCR's loop bit.
    put(3, 0)
    let modem = get(4)
    put(3, 0xE0)
    let first = get(2)
    put(3, 0)
    put(4, modem ^ 0x10)
    put(3, 0xE0)
    #expect(get(2) & 0x10 == first & 0x10)
    put(3, 0)
    put(4, modem)
    // No 64-byte FIFO.
    put(2, 0x21)
    #expect(get(2) >> 5 == 6)
    put(3, 0x80)
    put(2, 0x21)
    #expect(get(2) >> 5 == 6)
    put(3, 0)
    // No UART enable bit of an XScale.
    put(1, 0x40)
    #expect(get(1) & 0x40 == 0)
    // Start-up: the transmitter interrupts twice, and with TEMT set.
    put(2, 0)
    for _ in 0..<2 {
      put(1, 2)
      #expect(get(2) & 1 == 0)
      put(1, 0)
    }
    put(1, 2)
    #expect(get(5) & 0x40 != 0)
    #expect(get(2) & 1 == 0)
  }
}
