import Testing

@testable import Machine

/// Accesses of several bytes on a bus of 8 bits: each byte is its own port's.
@Suite struct WideAccessTests {
  @Test("a word at 0x60 is a byte for the keyboard controller and one for port 0x61")
  func keyboardAndTimer() {
    let board = Board()
    #expect(board.ports.write(port: 0x60, size: 2, value: 0x03F4) == .none)
    #expect(board.ports.read(port: 0x61, size: 1) & 0xF == 3)
    #expect(board.ports.read(port: 0x60, size: 2) >> 8 & 0xF == 3)
  }

  @Test("a double word that ends in COM1 reaches it, and nobody's ports read as ones")
  func serial() {
    let board = Board()
    _ = board.ports.write(port: 0x3FE, size: 4, value: 0x1234_5A00)
    #expect(board.ports.read(port: 0x3FF, size: 1) == 0x5A)
    #expect(board.ports.read(port: 0x3FF, size: 2) == 0xFF5A)
    #expect(board.ports.read(port: 0x3F6, size: 2) == 0xFFFF)
    // LCR is 0x3FB: DLAB; then the divisor, by a double word from below.
    board.write([(0x3FB, 0x80)])
    _ = board.ports.write(port: 0x3F6, size: 4, value: 0x0203_FFFF)
    #expect(board.ports.read(port: 0x3F8, size: 2) == 0x0203)
  }

  @Test("CONFIG_ADDRESS is a double word; a word there passes on to the reset register")
  func configuration() {
    let board = Board()
    #expect(board.ports.write(port: 0xCF8, size: 4, value: 0x8000_0600) == .none)
    #expect(board.ports.read(port: 0xCF8, size: 4) == 0x8000_0600)
    #expect(board.ports.write(port: 0xCF8, size: 2, value: 0x0600) == .reset)
    #expect(board.ports.read(port: 0xCF8, size: 2) == 0x06FF)
    #expect(board.ports.read(port: 0xCF9, size: 1) == 0x06)
  }

  @Test("port 0x92 and its neighbour, and A20 as it was written")
  func systemControl() {
    let board = Board()
    #expect(board.ports.read(port: 0x92, size: 1) == 2)
    #expect(board.ports.write(port: 0x92, size: 2, value: 0xFF00) == .none)
    #expect(board.ports.read(port: 0x92, size: 2) == 0xFF00)
  }

  @Test("index and data of the clock in one word; the pair of 8259 masks")
  func words() {
    let board = Board()
    _ = board.ports.write(port: 0x70, size: 2, value: 0x5A3E)
    #expect(board.ports.read(port: 0x71, size: 1) == 0x5A)
    _ = board.ports.write(port: 0xA1, size: 1, value: 0x77)
    #expect(board.ports.read(port: 0xA0, size: 2) >> 8 == 0x77)
    _ = board.ports.write(port: 0x604, size: 2, value: 0x0002)
    #expect(board.ports.read(port: 0x604, size: 2) == 0x0002)
  }

  @Test("the test device: its latch by bytes, all four; values of any width for exit and lines")
  func testDevice() {
    let board = Board()
    board.write([(0xE8, 1), (0xEA, 3), (0xEB, 4)])
    #expect(board.ports.read(port: 0xE0, size: 4) == 0x0403_0001)
    _ = board.ports.write(port: 0xDE, size: 4, value: 0x0605_FFFF)
    #expect(board.ports.read(port: 0xE0, size: 2) == 0x0605)
    #expect(board.ports.write(port: 0xF4, size: 4, value: 0x1234) == .exit(0x1234))
    #expect(board.ports.write(port: 0xF6, size: 1, value: 3) == .exit(3))
    _ = board.ports.write(port: 0x2003, size: 4, value: 0x100)
    let isAsserted = board.fabric.ioapic.withLock { $0.isAsserted(3) }
    #expect(isAsserted)
  }
}
