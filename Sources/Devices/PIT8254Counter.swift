/// One counter of an 8254 as software sees it: control word, byte order, latches (data sheet,
/// "Programming the 8254").
struct PIT8254Counter: Sendable {
  private(set) var element: PIT8254CountingElement
  /// Bits 5:0 of the last control word: what the status byte shows. Undefined before the first one.
  private var controlWord: UInt8 = 0x30
  /// The first byte of a count of two, once it is there.
  private var firstByte: UInt8?
  /// Whether the next read of two is the most significant byte. Reads and writes may be interleaved.
  private var readsHigh = false
  private var latchedCount: UInt16?
  private var latchedStatus: UInt8?

  init(gate: Bool) { element = PIT8254CountingElement(gate: gate) }

  /// Bits 5:4 of the control word.
  private enum Access: UInt8 {
    case low = 1
    case high = 2
    case lowThenHigh = 3
  }

  private var access: Access { Access(rawValue: controlWord >> 4 & 3) ?? .lowThenHigh }

  /// The status byte: OUT, null count, and the control word as written.
  private var status: UInt8 {
    (element.output ? 0x80 : 0) | (element.isNull ? 0x40 : 0) | controlWord
  }

  mutating func settle(to tick: UInt64) { element.settle(to: tick) }

  mutating func setGate(_ value: Bool) { element.setGate(value) }

  /// A control word for this counter, not a latch command.
  mutating func program(_ value: UInt8) {
    element.program(value)
    controlWord = value & 0x3F
    firstByte = nil
    readsHigh = false
    latchedCount = nil
    latchedStatus = nil
  }

  /// The counter latch command; a count that is latched already stays.
  mutating func latchCount() {
    if latchedCount == nil { latchedCount = element.count }
  }

  /// The status latch of the read-back command; a status that is latched already stays.
  mutating func latchStatus() {
    if latchedStatus == nil { latchedStatus = status }
  }

  mutating func write(_ value: UInt8) {
    switch access {
    case .low: element.setCount(UInt16(value))
    case .high: element.setCount(UInt16(value) << 8)
    case .lowThenHigh:
      guard let low = firstByte else {
        firstByte = value
        return element.beginCount()
      }
      firstByte = nil
      element.setCount(UInt16(value) << 8 | UInt16(low))
    }
  }

  /// The latched status, else the latched count, else the count as it stands.
  mutating func read() -> UInt8 {
    if let status = latchedStatus {
      latchedStatus = nil
      return status
    }
    let count = latchedCount ?? element.count
    let isHigh = access == .high || access == .lowThenHigh && readsHigh
    if access == .lowThenHigh { readsHigh.toggle() }
    // A latched count stays until its last byte was read.
    if access != .lowThenHigh || isHigh { latchedCount = nil }
    return UInt8(truncatingIfNeeded: isHigh ? count >> 8 : count)
  }
}
