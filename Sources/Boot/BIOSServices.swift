/// The services of a BIOS for a machine without screen, keyboard and drives: text goes to the operator and
/// keys come from there. Made for boot loaders and setup code in Linux's format; what is not here is refused
/// as old BIOSes refuse what they do not know (CF, AH = 86h).
///
/// Pure: all that it touches is in the registers, in itself, or behind ``BIOSBoard``.
public struct BIOSServices: Sendable {
  /// What becomes of the caller.
  public enum Outcome: Sendable, Equatable {
    /// It goes on.
    case returned
    /// It waits for an interrupt, and asks again.
    case waits
    /// It asks again at once.
    case asksAgain
    /// It asked for a restart of the machine.
    case restarts
    /// It cannot go on: why.
    case ended(String)
  }

  let memory: MemoryMap
  let ranges: [MemoryRange]
  var screen = BIOSScreen()
  var keyboard = BIOSKeyboard()
  /// The end of the wait under way (INT 15h 86h).
  var waitEnd: UInt64?

  /// The services of a machine with this RAM, of which `reserved` is not free.
  public init(memory: MemoryMap, reserving reserved: [ClosedRange<UInt64>] = []) {
    self.memory = memory
    ranges = memory.e820(reserving: reserved)
  }

  /// Serves the call of `vector`, as ``BIOSImage/vector(callReturningTo:)`` names it.
  public mutating func perform(
    _ vector: Int, _ registers: inout BIOSRegisters, on board: some BIOSBoard
  ) -> Outcome {
    switch vector {
    case 0x10: screen.perform(&registers, on: board)
    case 0x11: registers.ax = board.word(at: 0x410)
    case 0x12: registers.ax = board.word(at: 0x413)
    case 0x13:
      // No drive: "invalid command" for any of them, and none counted.
      registers.ah = 1
      registers.carry = true
    case 0x15: return performSystem(&registers, on: board)
    case 0x16:
      screen.flush(on: board)
      return keyboard.perform(&registers, on: board)
    case 0x18, 0x19:
      screen.flush(on: board)
      return .ended("the guest asks the BIOS to boot from a device, and there is none")
    case 0x1A: performTime(&registers, on: board)
    case BIOSImage.restart: return .restarts
    default:
      let place = "\(hex(registers.caller.segment)):\(hex(registers.caller.offset))"
      return .ended("exception \(vector) in real mode at \(place), which the guest does not handle")
    }
    return .returned
  }

  /// How far behind the OUT the vcpu goes on: at the IRET, or where it waits, or before the OUT.
  public static func offset(for outcome: Outcome) -> Int64 {
    switch outcome {
    case .waits: Int64(BIOSImage.waitOffset)
    case .asksAgain: -Int64(BIOSImage.outBytes)
    case .returned, .restarts, .ended: 0
    }
  }

  private func hex(_ value: UInt16) -> String { "0x" + String(value, radix: 16) }
}
