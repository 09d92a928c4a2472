@testable import Boot

/// A board that keeps what is done to it.
final class BIOSTestBoard: BIOSBoard {
  var memory: [UInt64: UInt8] = [:]
  /// What ports give; for 0x71 the register that 0x70 names.
  var clock: [UInt8: UInt8] = [:]
  var ports: [UInt16: UInt8] = [:]
  var printed: [UInt8] = []
  var typed: [UInt8] = []
  var now: UInt64 = 0

  func read(at address: UInt64, count: Int) -> [UInt8] {
    (0..<UInt64(count)).map { memory[address + $0] ?? 0 }
  }

  func write(_ bytes: [UInt8], at address: UInt64) {
    for (index, byte) in bytes.enumerated() { memory[address + UInt64(index)] = byte }
  }

  func input(_ port: UInt16) -> UInt8 {
    port == 0x71 ? clock[ports[0x70] ?? 0] ?? 0 : ports[port] ?? 0xFF
  }

  func output(_ port: UInt16, _ value: UInt8) { ports[port] = value }
  func print(_ bytes: [UInt8]) { printed += bytes }

  func takeTyped() -> [UInt8] {
    defer { typed = [] }
    return typed
  }

  /// What was printed since the last call.
  func takeText() -> String {
    defer { printed = [] }
    return String(decoding: printed, as: UTF8.self)
  }

  /// The number of `count` bytes at `address`.
  func number(at address: UInt64, count: Int) -> UInt64 {
    read(at: address, count: count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// Services and a board, as a caller with registers sees them.
struct BIOSTestCaller {
  var services: BIOSServices
  let board = BIOSTestBoard()
  var registers = BIOSRegisters()

  init(mebibytes: UInt64 = 64, reserving: [ClosedRange<UInt64>] = []) {
    services = BIOSServices(memory: MemoryMap(bytes: mebibytes << 20), reserving: reserving)
  }

  /// INT `vector` with AX; the other registers stay as they are.
  @discardableResult
  mutating func call(_ vector: Int, _ ax: UInt16) -> BIOSServices.Outcome {
    registers.eax = UInt32(ax)
    registers.carry = nil
    registers.zero = nil
    return services.perform(vector, &registers, on: board)
  }
}
