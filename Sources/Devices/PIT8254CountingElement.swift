/// The modes of an 8254 counter (Intel 8254 data sheet, order number 231164, "Mode Definitions").
enum PIT8254Mode: UInt8, Sendable, CaseIterable {
  case terminalCount = 0
  case oneShot = 1
  case rateGenerator = 2
  case squareWave = 3
  case softwareStrobe = 4
  case hardwareStrobe = 5

  /// The mode that bits 3:1 of a control word choose; of modes 2 and 3 the highest bit is ignored.
  init(controlWord: UInt8) {
    let bits = controlWord >> 1 & 7
    self = Self(rawValue: bits > 5 ? bits - 4 : bits) ?? .terminalCount
  }

  /// Whether the count is loaded by GATE and goes down whatever its level.
  var isTriggered: Bool { self == .oneShot || self == .hardwareStrobe }
  /// Whether the count is loaded again and again.
  var isPeriodic: Bool { self == .rateGenerator || self == .squareWave }
}

/// One counter's counting element (CE), count register (CR), GATE and OUT as a function of CLK: nothing
/// ticks, ``settle(to:)`` brings it to any pulse by division. Times are CLK pulses since power-up; every
/// change holds for the last pulse settled to.
///
/// A count of 1 is illegal in modes 2 and 3; here OUT then stays high.
struct PIT8254CountingElement: Sendable {
  private(set) var mode = PIT8254Mode.terminalCount
  private(set) var isBCD = false
  /// The GATE input.
  private(set) var gate: Bool
  /// OUT. Before a control word it is undefined; high, so that the first one makes no edge.
  private(set) var output = true
  /// How often OUT rose since power-up.
  private(set) var risingEdges: UInt64 = 0
  /// The status byte's null count: what was written is not in CE yet.
  private(set) var isNull = true
  /// The last pulse settled to.
  private(set) var now: UInt64 = 0

  /// CR, 1 to 65536 (in BCD to 10000, or more where the digits are none), once ``hasCount``.
  private var register: UInt64 = 0
  private var hasCount = false
  /// What CE was loaded with, as CR; 0: nothing since the control word, and CE shows ``residue``.
  private var loaded: UInt64 = 0
  private var residue: UInt16 = 0
  /// The pulse at which CE held ``loaded``, as if it had never been stopped.
  private var anchor: UInt64 = 0
  /// How far CE had counted when GATE (or a half-written count) stopped it; nil while it counts.
  private var stopped: UInt64?
  /// The pulse at which CR goes into CE: always the next one.
  private var loadAt: UInt64?
  /// The pulse that ends the strobe of modes 4 and 5 that OUT now shows.
  private var strobeEnd: UInt64?
  /// Whether reaching 0 will change OUT (modes 0, 1, 4, 5).
  private var isArmed = false
  /// Mode 0: the first of two bytes was written, which disables counting.
  private var isHeld = false

  init(gate: Bool) { self.gate = gate }

  private var isEnabled: Bool { mode.isTriggered || gate && !isHeld }
  private var highLength: UInt64 { (loaded + 1) / 2 }
  private var lowLength: UInt64 { loaded / 2 }

  private mutating func setOutput(_ value: Bool) {
    if value && !output { risingEdges &+= 1 }
    output = value
  }

  // MARK: The clock

  /// Brings the element to `tick`; earlier ones than the last change nothing.
  mutating func settle(to tick: UInt64) {
    guard tick > now else { return }
    if let load = loadAt, load <= tick {
      // At the pulse of a load the old count does nothing any more.
      run(to: load - 1)
      self.load(at: load)
    }
    run(to: tick)
    now = tick
  }

  private mutating func load(at tick: UInt64) {
    loadAt = nil
    endStrobe(by: tick)
    loaded = register
    isNull = false
    anchor = tick
    stopped = isEnabled ? nil : 0
    switch mode {
    case .terminalCount, .softwareStrobe, .hardwareStrobe: isArmed = true
    case .oneShot:
      setOutput(false)
      isArmed = true
    case .rateGenerator, .squareWave: setOutput(true)
    }
  }

  private mutating func endStrobe(by tick: UInt64) {
    guard let end = strobeEnd, end <= tick else { return }
    strobeEnd = nil
    setOutput(true)
  }

  /// What CE does up to `tick` without a load by a write or trigger in between.
  private mutating func run(to tick: UInt64) {
    endStrobe(by: tick)
    guard loaded != 0, stopped == nil, tick >= anchor else { return }
    switch mode {
    case .terminalCount, .oneShot:
      guard isArmed, tick - anchor >= loaded else { return }
      isArmed = false
      setOutput(true)
    case .softwareStrobe, .hardwareStrobe:
      guard isArmed, tick - anchor >= loaded else { return }
      isArmed = false
      setOutput(false)
      strobeEnd = anchor + loaded + 1
      endStrobe(by: tick)
    case .rateGenerator: runRateGenerator(to: tick)
    case .squareWave: runSquareWave(to: tick)
    }
  }

  private mutating func runRateGenerator(to tick: UInt64) {
    if isNull && tick - anchor >= loaded {
      if loaded > 1 { completePeriods(1) } else { anchor += 1 }
      reload()
    }
    guard loaded > 1 else {
      setOutput(true)
      anchor = tick
      return
    }
    completePeriods((tick - anchor) / loaded)
    // Low while CE is 1.
    output = tick - anchor != loaded - 1
  }

  /// `count` periods of mode 2 end; each raises OUT once.
  private mutating func completePeriods(_ count: UInt64) {
    anchor += count * loaded
    risingEdges &+= count
    if count > 0 { output = true }
  }

  private mutating func runSquareWave(to tick: UInt64) {
    let half = output ? highLength : lowLength
    if isNull && tick - anchor >= half {
      anchor += half
      reload()
      setOutput(loaded == 1 || !output)
    }
    guard loaded > 1 else {
      setOutput(true)
      anchor = tick
      return
    }
    if !output {
      guard tick - anchor >= lowLength else { return }
      anchor += lowLength
      setOutput(true)
    }
    let cycles = (tick - anchor) / loaded
    anchor += cycles * loaded
    risingEdges &+= cycles
    if tick - anchor >= highLength {
      anchor += highLength
      setOutput(false)
    }
  }

  private mutating func reload() {
    loaded = register
    isNull = false
  }

  // MARK: What software and GATE do

  /// A control word: OUT takes its initial state, CE stands until a count is loaded.
  mutating func program(_ controlWord: UInt8) {
    var fresh = Self(gate: gate)
    fresh.now = now
    fresh.residue = count
    fresh.output = output
    fresh.risingEdges = risingEdges
    fresh.mode = PIT8254Mode(controlWord: controlWord)
    fresh.isBCD = controlWord & 1 == 1
    self = fresh
    setOutput(mode != .terminalCount)
  }

  /// The first byte of two: in mode 0 it stops the count and lowers OUT at once.
  mutating func beginCount() {
    guard mode == .terminalCount else { return }
    isHeld = true
    isArmed = false
    loadAt = nil
    stop()
    setOutput(false)
  }

  /// A whole count, as software wrote it.
  mutating func setCount(_ value: UInt16) {
    register = Self.decode(value, isBCD: isBCD)
    hasCount = true
    isNull = true
    switch mode {
    case .terminalCount:
      isHeld = false
      isArmed = false
      setOutput(false)
      loadAt = now + 1
    case .softwareStrobe: loadAt = now + 1
    case .rateGenerator, .squareWave: if loaded == 0 { loadAt = now + 1 }
    case .oneShot, .hardwareStrobe: break
    }
  }

  /// GATE (data sheet, "Gate Pin Operations Summary").
  mutating func setGate(_ value: Bool) {
    guard value != gate else { return }
    gate = value
    switch mode {
    case .terminalCount, .softwareStrobe: if isEnabled { resume() } else { stop() }
    case .rateGenerator, .squareWave:
      if !value {
        stop()
        setOutput(true)
      } else if hasCount {
        loadAt = now + 1
      }
    case .oneShot, .hardwareStrobe: if value && hasCount { loadAt = now + 1 }
    }
  }

  private mutating func stop() {
    if stopped == nil && loaded != 0 { stopped = now - anchor }
  }

  private mutating func resume() {
    guard let elapsed = stopped else { return }
    anchor = now - elapsed
    stopped = nil
  }

  // MARK: What can be read

  /// What CE shows, in BCD where the control word says so.
  var count: UInt16 {
    guard loaded != 0 else { return residue }
    let elapsed = stopped ?? (now - anchor)
    let modulus: UInt64 = isBCD ? 10_000 : 65_536
    let value =
      switch mode {
      case .rateGenerator: loaded - elapsed
      // An odd count is loaded less one.
      case .squareWave: loaded == 1 ? 1 : loaded / 2 * 2 - 2 * min(elapsed, loaded / 2)
      // Past 0 the count goes on from the highest value.
      default: loaded + modulus - elapsed % modulus
      }
    return Self.encode(value % modulus, isBCD: isBCD)
  }

  /// The pulse at which OUT next rises, with nothing written before it; nil: never.
  var nextRise: UInt64? {
    guard let load = loadAt else { return nextRiseWithoutLoad }
    var copy = self
    copy.settle(to: load)
    return copy.risingEdges != risingEdges ? load : copy.nextRiseWithoutLoad
  }

  private var nextRiseWithoutLoad: UInt64? {
    if let end = strobeEnd { return end }
    guard loaded != 0, stopped == nil else { return nil }
    switch mode {
    case .terminalCount, .oneShot: return isArmed ? anchor + loaded : nil
    case .softwareStrobe, .hardwareStrobe: return isArmed ? anchor + loaded + 1 : nil
    case .rateGenerator:
      if loaded > 1 { return anchor + loaded }
      return isNull && register > 1 ? anchor + 1 + register : nil
    case .squareWave:
      if !output { return anchor + lowLength }
      if isNull { return register > 1 ? anchor + highLength + register / 2 : nil }
      return loaded > 1 ? anchor + loaded : nil
    }
  }

  /// A count as it works: 0 is the highest there is.
  private static func decode(_ value: UInt16, isBCD: Bool) -> UInt64 {
    guard isBCD else { return value == 0 ? 65_536 : UInt64(value) }
    var number: UInt64 = 0
    for shift: UInt16 in [12, 8, 4, 0] { number = number * 10 + UInt64(value >> shift & 0xF) }
    return number == 0 ? 10_000 : number
  }

  /// The 16 bits that show `value`, 0 to 65535 (in BCD to 9999).
  private static func encode(_ value: UInt64, isBCD: Bool) -> UInt16 {
    let value = UInt16(truncatingIfNeeded: value)
    guard isBCD else { return value }
    let (thousands, hundreds) = (value / 1000 % 10, value / 100 % 10)
    return thousands << 12 | hundreds << 8 | (value / 10 % 10) << 4 | value % 10
  }
}
