/// INT 15h: memory, the A20 gate, waiting.
extension BIOSServices {
  /// "SMAP", which the caller of E820h gives and gets (ACPI section 15.1).
  private static let mapSignature: UInt32 = 0x534D_4150
  private static let rangeBytes = 20
  /// Waits shorter than this do not halt: a tick of the timer would come too late.
  private static let longestSpin: UInt64 = 60_000_000

  mutating func performSystem(
    _ registers: inout BIOSRegisters, on board: some BIOSBoard
  ) -> Outcome {
    switch registers.ax {
    case 0xE820: giveRange(&registers, on: board)
    case 0xE801:
      // KiB from 1 to 16 MiB, then units of 64 KiB up to the hole, twice.
      let above = memory.lowBytes > 1 << 20 ? memory.lowBytes - (1 << 20) : 0
      registers.ax = UInt16(min(above, 15 << 20) >> 10)
      registers.bx = UInt16(above > 15 << 20 ? (above - (15 << 20)) >> 16 : 0)
      registers.cx = registers.ax
      registers.dx = registers.bx
      registers.carry = false
    case 0x2400, 0x2401:
      let gate: UInt8 = 0x02
      let others = board.input(0x92) & ~(gate | 1)
      board.output(0x92, registers.al == 1 ? others | gate : others)
      succeed(&registers)
    case 0x2402:
      registers.al = board.input(0x92) >> 1 & 1
      succeed(&registers)
    case 0x2403:
      // By port 92h; the keyboard controller can too.
      registers.bx = 3
      succeed(&registers)
    default:
      switch registers.ah {
      case 0x86: return wait(&registers, on: board)
      case 0x88:
        let above = memory.lowBytes > 1 << 20 ? memory.lowBytes - (1 << 20) : 0
        // No more than 63 MiB: callers of this one reckon with less than 64 MiB in all.
        registers.ax = UInt16(min(above, 63 << 20) >> 10)
        registers.carry = false
      case 0xC0:
        registers.es = 0xF000
        registers.bx = BIOSImage.configurationTable
        succeed(&registers)
      default: registers.refuse()
      }
    }
    return .returned
  }

  private func succeed(_ registers: inout BIOSRegisters) {
    registers.ah = 0
    registers.carry = false
  }

  private func giveRange(_ registers: inout BIOSRegisters, on board: some BIOSBoard) {
    guard registers.edx == Self.mapSignature, registers.ecx >= UInt32(Self.rangeBytes),
      registers.ebx < UInt32(ranges.count)
    else { return registers.refuse() }
    let range = ranges[Int(registers.ebx)]
    var bytes = BootBytes(count: Self.rangeBytes)
    bytes.put(range.address, at: 0)
    bytes.put(range.length, at: 8)
    bytes.put(range.type.rawValue, at: 16)
    board.write(Array(bytes.slice), at: UInt64(registers.es) << 4 + UInt64(registers.di))
    registers.eax = Self.mapSignature
    registers.ecx = UInt32(Self.rangeBytes)
    registers.ebx &+= 1
    if registers.ebx == UInt32(ranges.count) { registers.ebx = 0 }
    registers.carry = false
  }

  /// CX:DX microseconds.
  private mutating func wait(
    _ registers: inout BIOSRegisters, on board: some BIOSBoard
  ) -> Outcome {
    let now = board.now
    let end: UInt64
    if let waitEnd {
      end = waitEnd
    } else {
      end = now &+ (UInt64(registers.cx) << 16 | UInt64(registers.dx)) * 1000
      waitEnd = end
    }
    guard now >= end else { return end - now > Self.longestSpin ? .waits : .asksAgain }
    waitEnd = nil
    registers.carry = false
    return .returned
  }
}
