/// An 8254 counter that does one CLK pulse after the other, as the data sheet tells it: the oracle for
/// the one that divides. Its count is what CE holds, 65536 (10000) before the first decrement of 0.
struct PIT8254Reference {
  private(set) var mode: UInt8 = 0
  private var isBCD = false
  var gate: Bool
  private(set) var out = true
  private(set) var rises = 0
  private(set) var isNull = true
  private(set) var count = 0
  private var register = 0
  private var hasRegister = false
  private var isLoaded = false
  private var wantsLoad = false
  private var isHeld = false
  private var awaitsZero = false
  private var isStrobing = false
  /// What mode 3 loaded, for its odd counts.
  private var period = 0

  init(gate: Bool) { self.gate = gate }

  private var modulus: Int { isBCD ? 10_000 : 65_536 }
  /// What CE showed when the control word came.
  private var residue: UInt16 = 0
  /// The 16 bits as read.
  var shown: UInt16 {
    guard isLoaded else { return residue }
    let digits = String(count % modulus)
    return UInt16(digits, radix: isBCD ? 16 : 10) ?? 0
  }

  private mutating func set(_ value: Bool) {
    if value && !out { rises += 1 }
    out = value
  }

  mutating func program(mode: UInt8, isBCD: Bool) {
    let (gate, out, rises, shown) = (gate, out, rises, shown)
    self = Self(gate: gate)
    (self.out, self.rises, self.mode, self.isBCD) = (out, rises, mode, isBCD)
    residue = shown
    set(mode != 0)
  }

  mutating func begin() {
    guard mode == 0 else { return }
    isHeld = true
    wantsLoad = false
    awaitsZero = false
    set(false)
  }

  mutating func write(_ value: Int) {
    register = value == 0 ? modulus : value
    hasRegister = true
    isNull = true
    if mode == 0 {
      awaitsZero = false
      set(false)
    }
    if mode == 0 || mode == 4 || (mode == 2 || mode == 3) && !isLoaded { wantsLoad = true }
  }

  mutating func setGate(_ value: Bool) {
    let rises = value && !gate
    gate = value
    if rises && hasRegister && mode != 0 && mode != 4 { wantsLoad = true }
    if !value && (mode == 2 || mode == 3) { set(true) }
  }

  private mutating func load() {
    period = register
    count = mode == 3 && register > 1 ? register / 2 * 2 : register
    isNull = false
    isLoaded = true
  }

  mutating func clock() {
    if isStrobing {
      isStrobing = false
      set(true)
    }
    if wantsLoad {
      wantsLoad = false
      isHeld = false
      load()
      awaitsZero = true
      if mode == 1 { set(false) }
      if mode == 2 || mode == 3 { set(true) }
      return
    }
    guard isLoaded else { return }
    switch mode {
    case 0, 4:
      guard gate && !isHeld else { return }
      decrement()
    case 1, 5: decrement()
    case 2:
      guard gate else { return }
      if count == 1 { load() } else { count -= 1 }
      set(count != 1 || period == 1)
    default:
      guard gate else { return }
      squareWave()
    }
  }

  private mutating func decrement() {
    count = count == 0 ? modulus - 1 : count - 1
    guard awaitsZero && count == 0 else { return }
    awaitsZero = false
    if mode < 4 {
      set(true)
    } else {
      set(false)
      isStrobing = true
    }
  }

  private mutating func squareWave() {
    if period == 1 {
      if isNull {
        load()
        set(period == 1 || !out)
      }
      return
    }
    // One pulse more after an odd count in the high half.
    let isExtra = count == 2 && period % 2 == 1 && out
    if count > 0 { count -= 2 }
    if count == 0 && !isExtra {
      load()
      set(period == 1 || !out)
    }
  }
}
