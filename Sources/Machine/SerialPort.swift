import Devices

/// COM1: the 16550 and what waits to be typed into it.
struct SerialPort: Sendable {
  var uart = UART16550()
  /// Bytes from outside that the receiver had no room for yet, oldest first from `next` on.
  private var waiting: [UInt8] = []
  private var next = 0
  /// What may wait at most; more is refused, and stays with the sender.
  static let waitingLimit = 4096

  /// Takes `bytes` from outside, all or none.
  mutating func type(_ bytes: [UInt8], now: UInt64) -> Bool {
    if next > 0 {
      waiting.removeFirst(next)
      next = 0
    }
    // At least one sending is always taken, or a large one would never be.
    guard waiting.isEmpty || waiting.count + bytes.count <= Self.waitingLimit else { return false }
    waiting += bytes
    feed(now: now)
    return true
  }

  /// What the guest could read now, and all that waits, taken from it: a BIOS's keyboard. Nothing while
  /// the guest programs the divisor, for the receiver is out of reach then.
  mutating func takeTyped(now: UInt64) -> [UInt8] {
    var result: [UInt8] = []
    // LCR bit 7 is DLAB, LSR bit 0 says that there is a byte in RBR.
    while uart.read(register: 3, now: now) & 0x80 == 0, uart.read(register: 5, now: now) & 1 == 1 {
      result.append(uart.read(register: 0, now: now))
      feed(now: now)
    }
    return result
  }

  /// Puts what waits into the receiver, as far as it has room.
  mutating func feed(now: UInt64) {
    while next < waiting.count, uart.canReceive, uart.receive(waiting[next], now: now) { next += 1 }
    if next == waiting.count && next > 0 {
      waiting.removeAll(keepingCapacity: waiting.capacity <= Self.waitingLimit)
      next = 0
    }
  }
}
