/// One 8259A interrupt controller (Intel 8259A data sheet, order number 231468), as ``PIC8259Pair``
/// wires two of them.
///
/// A plain value whose registers are open for display; only the pair changes them.
///
/// The data sheet leaves the power-up state open. Here the registers are zero, IMR can be written and
/// read, and the chip asks for nothing until it has had its initialization command words, as "before
/// normal operation can begin" demands. ICW1 also clears ISR, of which the data sheet says nothing.
public struct PIC8259: Sendable, Equatable {
  /// Which command word the data port (A0 = 1) expects next.
  enum Stage: UInt8, Sendable {
    /// Since power-up there was no ICW1: the data port is IMR.
    case powerUp
    case icw2
    case icw3
    case icw4
    /// Initialized: the data port is IMR.
    case ready
  }

  /// The IR inputs as they stand, bit `n` being IR`n`.
  public internal(set) var lines: UInt8 = 0
  /// IMR: a set bit masks its input.
  public internal(set) var mask: UInt8 = 0
  /// ISR: the levels in service.
  public internal(set) var inService: UInt8 = 0
  /// The chip's half of ELCR: a set bit makes its input level triggered, else it is edge triggered.
  public internal(set) var levelTriggered: UInt8 = 0
  /// Whether the INT output is up. It rises where a request outranks what is in service, and stays up
  /// until an acknowledge, a poll or a command word to either chip, even if the line drops: this is
  /// what makes the default IR7 of the data sheet's "Edge and Level Triggered Modes".
  public internal(set) var output = false

  /// The edge sense latches: set where a line rises, reset where it drops or is acknowledged.
  private(set) var edges: UInt8 = 0
  private(set) var stage = Stage.powerUp
  var icw1: UInt8 = 0
  /// The vector of line 0; bits 2:0 are 0.
  public internal(set) var icw2: UInt8 = 0
  /// A master's inputs that have slaves, a slave's own number in its low three bits.
  var icw3: UInt8 = 0
  var icw4: UInt8 = 0
  /// The level of lowest priority; the one above it (modulo 8) has the highest.
  var lowestPriority: UInt8 = 7
  var rotatesOnAutoEOI = false
  var isSpecialMask = false
  var readsInService = false
  var isPolling = false
  /// Whether the SP pin says master: then ICW3 names inputs.
  let isMaster: Bool

  init(isMaster: Bool) { self.isMaster = isMaster }

  /// IRR: the levels that request, whatever IMR says of them. An edge input requests from its edge
  /// until it is acknowledged or drops, a level input while it is up.
  public var requests: UInt8 { lines & levelTriggered | edges & ~levelTriggered }

  /// Whether ICW1 said that there is no other chip.
  var isSingle: Bool { icw1 & 0x02 != 0 }
  var isAutoEOI: Bool { icw4 & 0x02 != 0 }

  /// The place of `level` in the order of priority, 0 being the highest.
  private func rank(_ level: UInt8) -> UInt8 { (level &- lowestPriority &- 1) & 7 }

  /// The level of highest priority in `levels`, or nil where that is empty.
  private func highest(_ levels: UInt8) -> UInt8? {
    guard levels != 0 else { return nil }
    // Rotated right so that bit 0 has the highest priority.
    let shift = (lowestPriority &+ 1) & 7
    let rotated = levels &>> shift | levels &<< ((8 &- shift) & 7)
    return (UInt8(truncatingIfNeeded: rotated.trailingZeroBitCount) &+ shift) & 7
  }

  /// What the priority resolver finds: the highest request that is neither masked nor outranked by a
  /// level in service.
  var resolved: UInt8? {
    guard stage == .ready, let level = highest(requests & ~mask) else { return nil }
    // In special mask mode a masked level in service holds nobody back ("Special Mask Mode").
    let holding = isSpecialMask ? inService & ~mask : inService
    guard let served = highest(holding) else { return level }
    if rank(level) < rank(served) { return level }
    // In special fully nested mode a slave whose request is in service may ask again.
    return level == served && isSpecialFullyNested && hasSlave(level) ? level : nil
  }

  private var isSpecialFullyNested: Bool { icw4 & 0x10 != 0 }

  /// Whether a chip's INT is on input `level`, by ICW1 and ICW3.
  func hasSlave(_ level: UInt8) -> Bool {
    isMaster && !isSingle && icw3 &>> (level & 7) & 1 == 1
  }

  /// What a chip puts on the bus at the second INTA pulse for `level`. With ICW4's 8086 bit clear it is
  /// the middle byte of the MCS-80's CALL, whose addresses lie 4 or 8 bytes apart by ICW1.
  func vector(_ level: UInt8) -> UInt8 {
    if icw4 & 0x01 != 0 { return icw2 & 0xF8 | level & 7 }
    return icw1 & 0x04 != 0 ? icw1 & 0xE0 | (level & 7) << 2 : icw1 & 0xC0 | (level & 7) << 3
  }

  /// Sets one IR input. INT can rise by it, never drop.
  mutating func setLine(_ level: UInt8, asserted: Bool) {
    let bit = 1 &<< (level & 7) as UInt8
    if asserted {
      edges |= bit & ~lines
      lines |= bit
    } else {
      lines &= ~bit
      edges &= ~bit
    }
    if resolved != nil { output = true }
  }

  /// The resolver afresh: what command words do to INT.
  mutating func evaluate() { output = resolved != nil }

  /// The first INTA pulse, or a poll's read, at which the request of highest priority goes into
  /// service; nil where there is none. INT is down after it: the caller calls ``evaluate()`` once the
  /// drop has been seen.
  mutating func accept() -> UInt8? {
    let level = resolved
    output = false
    guard let level else { return nil }
    let bit = 1 &<< level as UInt8
    edges &= ~bit
    if isAutoEOI {
      if rotatesOnAutoEOI { lowestPriority = level }
    } else {
      inService |= bit
    }
    return level
  }

  // MARK: Initialization command words

  /// ICW1 (data sheet, "Initialization Command Words 1 and 2", points a to f).
  mutating func initialize(_ value: UInt8) {
    icw1 = value
    edges = 0
    mask = 0
    inService = 0
    lowestPriority = 7
    icw3 = isMaster ? 0 : 7
    isSpecialMask = false
    readsInService = false
    isPolling = false
    rotatesOnAutoEOI = false
    if value & 0x01 == 0 { icw4 = 0 }
    stage = .icw2
    output = false
  }

  /// A write with A0 = 1: the ICW that is due, else OCW1.
  mutating func writeData(_ value: UInt8) {
    switch stage {
    case .powerUp, .ready: mask = value
    case .icw2:
      icw2 = value
      stage = !isSingle ? .icw3 : icw1 & 0x01 != 0 ? .icw4 : .ready
    case .icw3:
      icw3 = value
      stage = icw1 & 0x01 != 0 ? .icw4 : .ready
    case .icw4:
      icw4 = value
      stage = .ready
    }
    evaluate()
  }

  // MARK: Operation command words 2 and 3

  /// A write with A0 = 0: ICW1 by bit 4, else OCW3 by bit 3, else OCW2.
  mutating func writeCommand(_ value: UInt8) {
    if value & 0x10 != 0 { return initialize(value) }
    if value & 0x08 != 0 { writeOCW3(value) } else { writeOCW2(value) }
    evaluate()
  }

  private mutating func writeOCW2(_ value: UInt8) {
    let level = value & 7
    switch value >> 5 {
    case 0b000: rotatesOnAutoEOI = false
    case 0b001: _ = endHighest()
    case 0b010: break
    case 0b011: inService &= ~(1 &<< level)
    case 0b100: rotatesOnAutoEOI = true
    case 0b101: if let ended = endHighest() { lowestPriority = ended }
    case 0b110: lowestPriority = level
    default:
      inService &= ~(1 &<< level)
      lowestPriority = level
    }
  }

  /// The non-specific EOI: ends the level of highest priority in service. In special mask mode a
  /// masked one does not count ("End of Interrupt").
  private mutating func endHighest() -> UInt8? {
    guard let level = highest(isSpecialMask ? inService & ~mask : inService) else { return nil }
    inService &= ~(1 &<< level)
    return level
  }

  private mutating func writeOCW3(_ value: UInt8) {
    if value & 0x40 != 0 { isSpecialMask = value & 0x20 != 0 }
    isPolling = value & 0x04 != 0
    // With P set, RR is overridden ("Reading the 8259A Status").
    if !isPolling && value & 0x02 != 0 { readsInService = value & 0x01 != 0 }
  }
}
