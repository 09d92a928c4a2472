/// The real-time clock and CMOS memory of a PC (Motorola MC146818A data sheet; century byte, 128 bytes
/// and the DV codes as in its successors DS12887 and the ICH's).
///
/// A plain value: no clock of its own, no thread, no allocation. `now` is nanoseconds of one monotonic
/// clock; a value earlier than the last one counts as the last. Every access costs the same however
/// long the last one is ago, and no byte of a guest makes it trap.
///
/// An update is the matter of one moment, at whose end UF is set; UIP is set in the 244 us before it
/// (the MC146818's takes 1984 us more). Time bytes that are no time are brought into their ranges by the
/// next update. Square wave and daylight saving bits are kept and do nothing.
public struct RealTimeClock: Sendable {
  /// The crystal, Hz.
  public static let frequency: UInt64 = 32_768
  /// The interrupt line.
  public static let line = 8

  /// Addresses of ports 0x70 and 0x71.
  private enum Address {
    static let seconds = 0x00
    static let secondsAlarm = 0x01
    static let minutes = 0x02
    static let minutesAlarm = 0x03
    static let hours = 0x04
    static let hoursAlarm = 0x05
    static let weekday = 0x06
    static let day = 0x07
    static let month = 0x08
    static let year = 0x09
    static let registerA = 0x0A
    static let registerB = 0x0B
    static let registerC = 0x0C
    static let registerD = 0x0D
    static let century = 0x32
  }

  /// Bits of register B that enable, and of register C that flag: PIE and PF, AIE and AF, UIE and UF.
  private enum Event {
    static let periodic: UInt8 = 0x40
    static let alarm: UInt8 = 0x20
    static let update: UInt8 = 0x10
    static let all: UInt8 = 0x70
  }

  private let clock: Oscillator
  /// Register C is not in it; of register A all but UIP.
  private var memory = InlineArray<128, UInt8>(repeating: 0)
  private var address: UInt8 = 0
  /// PF, AF and UF.
  private var flags: UInt8 = 0
  /// The crystal's periods until the last ``advance(to:)``.
  private var settled: UInt64 = 0
  /// Added to the crystal's periods: where the divider chain is. It updates at each full second of it.
  private var phase: UInt64 = 0

  /// Whether bit 7 of the last write to port 0x70 masks NMI. Firmware leaves it clear.
  public private(set) var isNMIMasked = false

  /// Periods in which UIP announces the update: 244 us.
  private static let noticePeriods: UInt64 = 8

  /// A clock that shows `unixSeconds` (UTC; years 0 to 9999) from `now`, ns, on, and a second more every
  /// second from then. It runs, in BCD and 24 h, periodic rate 1024 Hz, no interrupt enabled.
  public init(now: UInt64, unixSeconds: Int64) {
    clock = Oscillator(origin: now, frequency: Self.frequency)
    memory[Address.registerA] = 0x26
    memory[Address.registerB] = 0x02
    memory[Address.registerD] = 0x80
    let time = RealTimeClockCalendar(unixSeconds: unixSeconds)
    memory[Address.century] = format.byte(time.year / 100)
    show(time)
  }

  // MARK: Ports

  /// A byte read from `port` at `now`, ns: 0x71. Port 0x70 is write-only: it and others give 0xFF. A
  /// read of register C clears it and drops ``interruptLine``.
  public mutating func read(port: UInt16, now: UInt64) -> UInt8 {
    guard port == 0x71 else { return 0xFF }
    advance(to: now)
    switch Int(address) {
    case Address.registerA: return memory[Address.registerA] | (isUpdateInProgress ? 0x80 : 0)
    case Address.registerC:
      defer { flags = 0 }
      return flags | (interruptLine ? 0x80 : 0)
    case let address: return memory[address]
    }
  }

  /// A byte written to `port` at `now`, ns: the address and NMI mask to 0x70, data to 0x71; others do
  /// nothing.
  public mutating func write(port: UInt16, value: UInt8, now: UInt64) {
    switch port {
    case 0x70:
      isNMIMasked = value & 0x80 != 0
      address = value & 0x7F
    case 0x71:
      advance(to: now)
      writeData(value)
    default: break
    }
  }

  private mutating func writeData(_ value: UInt8) {
    switch Int(address) {
    // The seconds' highest bit is read-only.
    case Address.seconds: memory[Address.seconds] = value & 0x7F
    case Address.registerA:
      let wasRunning = isRunning
      memory[Address.registerA] = value & 0x7F
      // Released, the chain makes its first update half a second later.
      if isRunning && !wasRunning { phase = Self.frequency / 2 &- settled }
    case Address.registerB:
      // SET going high clears UIE.
      let sets = value & 0x80 != 0 && !isSetting
      memory[Address.registerB] = sets ? value & ~Event.update : value
    case Address.registerC, Address.registerD: break
    case let address: memory[address] = value
    }
  }

  /// The RESET pin at `now`, ns, which a system reset drives: interrupts are disabled and their flags
  /// cleared; time, calendar and memory stay.
  public mutating func reset(now: UInt64) {
    advance(to: now)
    // PIE, AIE, UIE and SQWE.
    memory[Address.registerB] &= ~(Event.all | 0x08)
    flags = 0
  }

  // MARK: Time

  private var format: RealTimeClockFormat {
    RealTimeClockFormat(registerB: memory[Address.registerB])
  }

  /// DV = 010 lets the chain run; 11x holds it in reset, and with the others a PC's crystal stands.
  private var isRunning: Bool { memory[Address.registerA] & 0x70 == 0x20 }
  private var isSetting: Bool { memory[Address.registerB] & 0x80 != 0 }
  /// Where the divider chain is, in the crystal's periods.
  private var position: UInt64 { settled &+ phase }
  private var periodsToUpdate: UInt64 { Self.frequency - position % Self.frequency }

  private var isUpdateInProgress: Bool {
    isRunning && !isSetting && periodsToUpdate <= Self.noticePeriods
  }

  /// The crystal's periods from one periodic interrupt to the next (RS bits); nil: none.
  private var periodicInterval: UInt64? {
    switch UInt64(memory[Address.registerA] & 0xF) {
    case 0: nil
    // The first two taps come before the crystal of 32 kHz: 256 and 128 Hz once more.
    case let rate where rate <= 2: 1 << (rate + 6)
    case let rate: 1 << (rate - 1)
    }
  }

  /// Brings the clock to `now`, ns: time goes on, and what came due is flagged.
  public mutating func advance(to now: UInt64) {
    let ticks = clock.ticks(at: now)
    guard ticks > settled else { return }
    let before = position
    settled = ticks
    guard isRunning else { return }
    if let interval = periodicInterval {
      // Periodic interrupts come half an interval away from the updates ("Update Cycle").
      let passed = { (position: UInt64) in (position &+ interval / 2) / interval }
      if passed(position) != passed(before) { flags |= Event.periodic }
    }
    let updates = position / Self.frequency - before / Self.frequency
    if updates > 0 && !isSetting { update(Int(truncatingIfNeeded: updates)) }
  }

  /// `count` updates, at least one.
  private mutating func update(_ count: Int) {
    var time = shownTime
    flags |= Event.update
    if let delay = alarm.delay(after: time.secondOfDay), delay <= count { flags |= Event.alarm }
    let century = time.year / 100
    time.advance(seconds: count)
    if time.year / 100 != century {
      memory[Address.century] = format.byte(time.year / 100 % 100)
    }
    show(time)
  }

  private var shownTime: RealTimeClockCalendar {
    let format = format
    let century = format.number(memory[Address.century])
    let weekday = format.number(memory[Address.weekday])
    let minutes = min(format.number(memory[Address.minutes]), 59)
    let seconds = min(format.number(memory[Address.seconds]), 59)
    return RealTimeClockCalendar(
      // The century byte is memory as well: where it holds something else, this century.
      year: (century <= 99 ? century : 20) * 100 + min(format.number(memory[Address.year]), 99),
      month: format.number(memory[Address.month]), day: format.number(memory[Address.day]),
      weekday: (1...7).contains(weekday) ? weekday : nil,
      secondOfDay: format.hour(memory[Address.hours]) * 3600 + minutes * 60 + seconds)
  }

  /// All but the century, which changes only where the year does.
  private mutating func show(_ time: RealTimeClockCalendar) {
    let format = format
    memory[Address.seconds] = format.byte(time.secondOfDay % 60)
    memory[Address.minutes] = format.byte(time.secondOfDay / 60 % 60)
    memory[Address.hours] = format.hourByte(time.secondOfDay / 3600)
    memory[Address.weekday] = format.byte(time.weekday)
    memory[Address.day] = format.byte(time.day)
    memory[Address.month] = format.byte(time.month)
    memory[Address.year] = format.byte(time.year % 100)
  }

  private var alarm: RealTimeClockAlarm {
    RealTimeClockAlarm(
      second: memory[Address.secondsAlarm], minute: memory[Address.minutesAlarm],
      hour: memory[Address.hoursAlarm], format: format)
  }

  // MARK: Interrupts

  /// IRQ 8: the level of IRQF, as of the last access or ``advance(to:)``.
  public var interruptLine: Bool { flags & memory[Address.registerB] & Event.all != 0 }

  /// When ``interruptLine`` next rises, ns, with nothing written until then: the first nanosecond at
  /// which ``advance(to:)`` raises it. `now` where that only has to be called; nil where no enabled
  /// interrupt can come, or the line is up and register C must be read first.
  public func nextDeadline(after now: UInt64) -> UInt64? {
    guard !interruptLine else { return nil }
    let enabled = memory[Address.registerB]
    guard enabled & Event.all != 0 && isRunning else { return nil }
    var copy = self
    copy.advance(to: now)
    if copy.interruptLine { return now }
    var wait = UInt64.max
    if enabled & Event.periodic != 0, let interval = periodicInterval {
      wait = interval - (copy.position &+ interval / 2) % interval
    }
    if !isSetting {
      if enabled & Event.update != 0 { wait = min(wait, copy.periodsToUpdate) }
      if enabled & Event.alarm != 0, let delay = alarm.delay(after: copy.shownTime.secondOfDay) {
        let seconds = UInt64(truncatingIfNeeded: delay - 1)
        wait = min(wait, copy.periodsToUpdate + seconds * Self.frequency)
      }
    }
    return wait == .max ? nil : clock.time(of: copy.settled + wait)
  }

  // MARK: What firmware leaves in the memory

  /// Tells the guest of `bytes` of memory, of which those from `hole` on lie above 4 GiB: base memory
  /// (0x15, 0x16), above 1 MiB in KiB (0x17, 0x18 and 0x30, 0x31), above 16 MiB in 64 KiB (0x34, 0x35),
  /// above 4 GiB in 64 KiB (0x5B to 0x5D). What does not fit shows as the greatest value.
  public mutating func setMemory(bytes: UInt64, hole: UInt64 = 3 << 30) {
    let low = min(bytes, hole)
    store(low >> 10, at: 0x15, size: 2, limit: 640)
    let extended = low > 1 << 20 ? (low - 1 << 20) >> 10 : 0
    store(extended, at: 0x17, size: 2)
    store(extended, at: 0x30, size: 2)
    store(low > 16 << 20 ? (low - 16 << 20) >> 16 : 0, at: 0x34, size: 2)
    store((bytes - low) >> 16, at: 0x5B, size: 3)
  }

  /// Stores `value`, or `limit` where that is less, in `size` bytes from `address` on, the least
  /// significant first.
  private mutating func store(_ value: UInt64, at address: Int, size: Int, limit: UInt64 = .max) {
    let value = min(value, limit, 1 << UInt64(8 * size) - 1)
    for index in 0..<size {
      memory[address + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
    }
  }

  /// Tells the guest of `count` processors, 1 to 256 (0x5F, less one).
  public mutating func setProcessors(_ count: Int) {
    memory[0x5F] = UInt8(clamping: max(count, 1) - 1)
  }
}
