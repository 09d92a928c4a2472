import Testing

@testable import Machine

/// COM1 at the 8259 pair (PC16550D data sheet, "Interrupt Enable Register").
@Suite struct SerialLineTests {
  @Test("each character makes an edge, for a handler that reads one and ends the interrupt")
  func edges() {
    let board = Board()
    board.write([
      (0x20, 0x11), (0x21, 0x20), (0x21, 4), (0x21, 1), (0x21, 0xEF),
      // FIFO off, OUT2, received data.
      (0x3FA, 0), (0x3FC, 8), (0x3F9, 1),
    ])
    #expect(!board.lines.isRequesting)
    #expect(board.chipset.type([1, 2, 3]))
    var read: [UInt32] = []
    while board.lines.isRequesting && read.count < 9 {
      #expect(board.lines.acknowledge() == 0x24)
      read.append(board.ports.read(port: 0x3F8, size: 1))
      board.write([(0x20, 0x20)])
    }
    #expect(read == [1, 2, 3])
  }
}
