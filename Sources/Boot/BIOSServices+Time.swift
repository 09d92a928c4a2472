/// INT 1Ah: ticks and the real-time clock. The PCI BIOS (B1h) is not there: configuration mechanism 1 is.
extension BIOSServices {
  private static let ticks: UInt64 = 0x46C
  private static let midnights: UInt64 = 0x470

  func performTime(_ registers: inout BIOSRegisters, on board: some BIOSBoard) {
    switch registers.ah {
    case 0x00:
      registers.dx = board.word(at: Self.ticks)
      registers.cx = board.word(at: Self.ticks + 2)
      registers.al = board.read(at: Self.midnights, count: 1).first ?? 0
      board.write([0], at: Self.midnights)
      registers.carry = false
    case 0x01:
      let (low, high) = (registers.dx, registers.cx)
      board.write(
        [low, high].flatMap {
          [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
        }, at: Self.ticks)
      board.write([0], at: Self.midnights)
      registers.carry = false
    case 0x02:
      // Hours and minutes; seconds, and whether the clock follows daylight saving.
      registers.cx = pair(board.clockRegister(4), board.clockRegister(2))
      registers.dx = pair(board.clockRegister(0), board.clockRegister(11) & 1)
      registers.carry = false
    case 0x04:
      // Century and year; month and day.
      registers.cx = pair(board.clockRegister(0x32), board.clockRegister(9))
      registers.dx = pair(board.clockRegister(8), board.clockRegister(7))
      registers.carry = false
    default: registers.refuse()
    }
  }

  private func pair(_ high: UInt8, _ low: UInt8) -> UInt16 { UInt16(high) << 8 | UInt16(low) }
}
