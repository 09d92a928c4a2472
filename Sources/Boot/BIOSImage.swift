/// What a guest that starts in real mode finds of a PC's BIOS in memory: interrupt table, data area, and a
/// little code of our own in the segment F000.
///
/// | address | what |
/// |---|---|
/// | 0x000 | interrupt table: each vector leads to an IRET, an end of interrupt, or a service |
/// | 0x400 | data area: COM1, equipment, 80 columns, an empty keyboard buffer |
/// | 0xFE000 | the code |
/// | 0xFFFF0 | the restart entry, the BIOS's date, the model |
///
/// A service is asked for by an OUT to ``port`` at a place of its own; what it does is ``BIOSServices``'.
public enum BIOSImage {
  /// The I/O port of services. A PC's chipset decodes nothing there, and it does not exist without this
  /// image.
  public static let port: UInt8 = 0x5C
  /// The pseudo-vector of the restart entry.
  static let restart = 0x100

  private static let segment: UInt16 = 0xF000
  private static let base: UInt64 = 0xF_0000
  private static let returnOnly: UInt16 = 0xE000
  private static let timer: UInt16 = 0xE010
  private static let keyboard: UInt16 = 0xE040
  private static let masterEnd: UInt16 = 0xE050
  private static let slaveEnd: UInt16 = 0xE060
  /// What INT 15h C0h points to.
  static let configurationTable: UInt16 = 0xE070
  private static let stubs: UInt16 = 0xE100
  private static let stubBytes: UInt16 = 8
  private static let restartAddress: UInt64 = 0xF_FFF0
  /// OUT imm8.
  static let outBytes: UInt64 = 2

  /// The vectors that have a service, in the order of their stubs. 0 and 6 are exceptions that a return
  /// would only repeat.
  static let served = [0x00, 0x06, 0x10, 0x11, 0x12, 0x13, 0x15, 0x16, 0x18, 0x19, 0x1A]

  /// The vector whose service is asked for by code that goes on at linear address `next`, or nil: then
  /// the guest wrote to ``port`` by itself, which means nothing.
  public static func vector(callReturningTo next: UInt64) -> Int? {
    if next == restartAddress + outBytes { return restart }
    let first = base + UInt64(stubs) + outBytes
    guard next >= first, (next - first) % UInt64(stubBytes) == 0 else { return nil }
    let index = (next - first) / UInt64(stubBytes)
    return index < UInt64(served.count) ? served[Int(index)] : nil
  }

  /// All of it. Nothing overlaps ``SystemTables``.
  public static var segments: [BootSegment] {
    [BootSegment(address: 0, bytes: interruptTable[...])] + dataArea + code
  }

  private static var interruptTable: [UInt8] {
    (0..<256).flatMap { vector -> [UInt8] in
      let offset: UInt16
      switch vector {
      case 0x08: offset = timer
      case 0x09: offset = keyboard
      case 0x0A...0x0F: offset = masterEnd
      case 0x70...0x77: offset = slaveEnd
      default:
        offset = served.firstIndex(of: vector).map { stubs + UInt16($0) * stubBytes } ?? returnOnly
      }
      return [offset.low, offset.high, segment.low, segment.high]
    }
  }

  /// The words that ``SystemTables`` has none of.
  private static var dataArea: [BootSegment] {
    let screen: [UInt8] = [
      // Mode 3, 80 columns, a page of 4,000 bytes at 0.
      3, 80, 0, 0xA0, 0x0F, 0, 0,
    ]
    return [
      // COM1.
      BootSegment(address: 0x400, bytes: [0xF8, 0x03]),
      // Equipment: an FPU, 80x25 colour, one serial port.
      BootSegment(address: 0x410, bytes: [0x22, 0x02]),
      // The keyboard buffer's head and tail.
      BootSegment(address: 0x41A, bytes: [0x1E, 0, 0x1E, 0]),
      BootSegment(address: 0x449, bytes: screen[...]),
      // The cursor's shape, the page, the CRT controller's port.
      BootSegment(address: 0x460, bytes: [0x07, 0x06, 0, 0xD4, 0x03]),
      // The keyboard buffer's start and end.
      BootSegment(address: 0x480, bytes: [0x1E, 0, 0x3E, 0]),
      // Rows less one, the height of a character.
      BootSegment(address: 0x484, bytes: [24, 16, 0]),
    ]
  }

  private static var code: [BootSegment] {
    let pieces: [(offset: UInt16, bytes: [UInt8])] = [
      (returnOnly, [0xCF]),
      (timer, timerCode),
      // push ax; in al, 0x60; mov al, 0x20; out 0x20, al; pop ax; iret
      (keyboard, [0x50, 0xE4, 0x60, 0xB0, 0x20, 0xE6, 0x20, 0x58, 0xCF]),
      // push ax; mov al, 0x20; out 0x20, al; pop ax; iret
      (masterEnd, [0x50, 0xB0, 0x20, 0xE6, 0x20, 0x58, 0xCF]),
      // push ax; mov al, 0x20; out 0xa0, al; out 0x20, al; pop ax; iret
      (slaveEnd, [0x50, 0xB0, 0x20, 0xE6, 0xA0, 0xE6, 0x20, 0x58, 0xCF]),
      // Eight bytes follow: an AT; a second 8259 and a real-time clock.
      (configurationTable, [8, 0, 0xFC, 1, 0, 0x60, 0, 0, 0, 0]),
      (stubs, served.flatMap { _ in stub }),
      // out port, al; hlt; jmp to the hlt; then the date; the model AT.
      (
        UInt16(restartAddress - base),
        [0xE6, port, 0xF4, 0xEB, 0xFD] + Array("01/01/26".utf8) + [0, 0xFC, 0]
      ),
    ]
    return pieces.map { BootSegment(address: base + UInt64($0.offset), bytes: $0.bytes[...]) }
  }

  /// A service: asks, and returns. A service that has to wait lets the guest go on behind the IRET: it
  /// halts for an interrupt and asks again.
  private static var stub: [UInt8] {
    // out port, al; iret; sti; hlt; jmp to the out; nop
    [0xE6, port, 0xCF, 0xFB, 0xF4, 0xEB, 0xF9, 0x90]
  }
  /// From the byte behind the OUT to the wait.
  static let waitOffset: UInt64 = 1

  /// IRQ 0: counts the tick at 40:6C, which begins anew at midnight, and calls INT 1Ch.
  private static var timerCode: [UInt8] {
    [
      // push ds; push ax; push 0x40; pop ds
      0x1E, 0x50, 0x6A, 0x40, 0x1F,
      // inc dword [0x6c]
      0x66, 0xFF, 0x06, 0x6C, 0x00,
      // cmp dword [0x6c], 0x1800b0; jb over the next two
      0x66, 0x81, 0x3E, 0x6C, 0x00, 0xB0, 0x00, 0x18, 0x00, 0x72, 0x0D,
      // mov dword [0x6c], 0; inc byte [0x70]
      0x66, 0xC7, 0x06, 0x6C, 0x00, 0, 0, 0, 0, 0xFE, 0x06, 0x70, 0x00,
      // int 0x1c; mov al, 0x20; out 0x20, al
      0xCD, 0x1C, 0xB0, 0x20, 0xE6, 0x20,
      // pop ax; pop ds; iret
      0x58, 0x1F, 0xCF,
    ]
  }
}

extension UInt16 {
  fileprivate var low: UInt8 { UInt8(truncatingIfNeeded: self) }
  fileprivate var high: UInt8 { UInt8(truncatingIfNeeded: self >> 8) }
}
