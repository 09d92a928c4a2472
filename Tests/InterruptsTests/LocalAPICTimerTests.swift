import Interrupts
import Testing

/// SDM vol. 3, "APIC Timer".
@Suite("Local APIC timer") struct LocalAPICTimerTests {
  static let vector: UInt8 = 0x51
  /// TDCR values and what they divide by, as in the SDM's figure.
  static let dividers: [(register: UInt32, divisor: UInt64)] = [
    (0b0000, 2), (0b0001, 4), (0b0010, 8), (0b0011, 16), (0b1000, 32), (0b1001, 64), (0b1010, 128),
    (0b1011, 1),
  ]
  static let periodic: UInt32 = 1 << 17
  static let masked: UInt32 = 1 << 16

  static func started(divide: UInt32, mode: UInt32, count: UInt32, at now: UInt64) -> LocalAPIC {
    var apic = LocalAPIC.enabled()
    apic.put(Offset.divide, divide)
    apic.put(Offset.timer, mode | UInt32(vector))
    apic.put(Offset.initialCount, count, at: now)
    return apic
  }

  @Test("Every divider: one-shot and periodic counts, deadline and expiry")
  func dividersAndModes() {
    let counts: [UInt32] = [1, 2, 3, 1000, 0x999999, .max]
    for (register, divisor) in Self.dividers {
      for count in counts {
        for mode in [UInt32(0), Self.periodic] {
          let start: UInt64 = 1_000_003
          var apic = Self.started(divide: register, mode: mode, count: count, at: start)
          let total = UInt64(count) * divisor
          let label = "TDCR \(register) TMICT \(count) mode \(mode >> 17)"
          #expect(apic.nextDeadline() == start + total, "\(label)")
          #expect(apic.peek(Offset.currentCount, at: start) == count)
          #expect(apic.peek(Offset.currentCount, at: start + divisor - 1) == count)
          #expect(
            apic.peek(Offset.currentCount, at: start + divisor)
              == (count == 1 ? (mode == 0 ? 0 : 1) : count - 1), "\(label)")
          #expect(apic.peek(Offset.currentCount, at: start + total - 1) == 1)
          apic.advance(to: start + total - 1)
          #expect(apic.pendingVector() == nil, "\(label)")
          apic.advance(to: start + total)
          #expect(apic.pendingVector() == Self.vector, "\(label)")
          if mode == 0 {
            #expect(apic.nextDeadline() == nil)
            #expect(apic.get(Offset.currentCount, at: start + total + 5) == 0)
          } else {
            #expect(apic.nextDeadline() == start + 2 * total)
            #expect(apic.get(Offset.currentCount, at: start + total) == count)
          }
          #expect(apic.get(Offset.initialCount, at: start + total) == count)
        }
      }
    }
  }

  @Test("Whoever reads that the count is 0 finds the interrupt requested") func requestedWithCount()
  {
    // SDM vol. 3, "APIC Timer": "When the timer reaches zero, a timer interrupt is generated".
    var apic = Self.started(divide: 0b1011, mode: 0, count: 100, at: 0)
    #expect(apic.get(Offset.currentCount, at: 99) == 1)
    #expect(apic.get(Offset.request + 0x20, at: 99) == 0)
    #expect(apic.get(Offset.currentCount, at: 100) == 0)
    #expect(apic.get(Offset.request + 0x20, at: 100) == 1 << UInt32(Self.vector % 32))
    #expect(apic.pendingVector() == Self.vector)
  }

  @Test("Several periods are one interrupt, and the phase is kept") func coalescing() {
    var apic = Self.started(divide: 0, mode: Self.periodic, count: 100, at: 0)
    apic.advance(to: 1050)
    _ = apic.acknowledge()
    apic.put(Offset.endOfInterrupt, 0)
    #expect(apic.pendingVector() == nil)
    #expect(apic.nextDeadline() == 1200)
    #expect(apic.get(Offset.currentCount, at: 1050) == 75)
  }

  /// The timer as a machine that takes every nanosecond for itself.
  struct Stepped {
    var now: UInt64 = 0
    var divisor: UInt64 = 2
    var prescaler: UInt64 = 0
    var initial: UInt32 = 0
    var count: UInt32 = 0
    var isPeriodic = false
    var isMasked = false
    var fired = false

    mutating func step(_ nanoseconds: UInt64) {
      for _ in 0..<nanoseconds {
        now += 1
        guard count > 0 else { continue }
        prescaler += 1
        guard prescaler == divisor else { continue }
        prescaler = 0
        count -= 1
        guard count == 0 else { continue }
        if !isMasked { fired = true }
        if isPeriodic { count = initial }
      }
    }
  }

  @Test("Random programs agree with a timer that takes every nanosecond", arguments: 0..<20)
  func model(seed: Int) {
    var random = Generator(seed: UInt64(seed) + 1000)
    var apic = LocalAPIC.enabled()
    apic.put(Offset.timer, UInt32(Self.vector))
    var stepped = Stepped()
    var wrong = Mismatches()
    for step in 0..<1500 {
      stepped.step(UInt64.random(in: 0...150, using: &random))
      let now = stepped.now
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        let count = UInt32.random(in: 0...20, using: &random)
        apic.put(Offset.initialCount, count, at: now)
        stepped.initial = count
        stepped.count = count
        stepped.prescaler = 0
      case 1:
        let (register, divisor) = Self.dividers.randomElement(using: &random) ?? (0, 2)
        apic.put(Offset.divide, register, at: now)
        if divisor != stepped.divisor { stepped.prescaler = 0 }
        stepped.divisor = divisor
      case 2:
        stepped.isPeriodic = Bool.random(using: &random)
        stepped.isMasked = Int.random(in: 0..<4, using: &random) == 0
        apic.put(
          Offset.timer,
          (stepped.isPeriodic ? Self.periodic : 0) | (stepped.isMasked ? Self.masked : 0)
            | UInt32(Self.vector), at: now)
      default: apic.advance(to: now)
      }
      wrong.check(apic.get(Offset.currentCount, at: now) == stepped.count, "count at step \(step)")
      wrong.check((apic.pendingVector() == Self.vector) == stepped.fired, "expiry at step \(step)")
      wrong.check(apic.checkInvariants() == nil, "invariant at step \(step)")
      // The deadline is the first moment at which the stepped one fires.
      if let deadline = apic.nextDeadline() {
        var ahead = stepped
        ahead.fired = false
        wrong.check(deadline > now, "deadline at step \(step)")
        if deadline > now {
          ahead.step(deadline - now - 1)
          wrong.check(!ahead.fired, "late deadline at step \(step)")
          ahead.step(1)
          wrong.check(ahead.fired, "early deadline at step \(step)")
        }
      } else {
        wrong.check(stepped.count == 0 || stepped.isMasked, "no deadline at step \(step)")
      }
      if stepped.fired {
        _ = apic.acknowledge()
        apic.put(Offset.endOfInterrupt, 0, at: now)
        stepped.fired = false
      }
    }
    #expect(wrong.first.isEmpty)
  }

  /// The sequence of kvm-unit-tests' test_apic_change_mode.
  @Test("Changes between one-shot and periodic while counting") func changeMode() {
    let count: UInt32 = 0x999999
    var now: UInt64 = 0
    var apic = Self.started(divide: 0b1011, mode: 0, count: count, at: now)
    apic.put(Offset.timer, Self.periodic | Self.masked, at: now)
    #expect(apic.get(Offset.initialCount, at: now) == count)

    apic.put(Offset.timer, Self.masked, at: now)
    apic.put(Offset.initialCount, count, at: now)
    #expect(apic.get(Offset.currentCount, at: now) > 0)
    now += UInt64(count)
    #expect(apic.get(Offset.currentCount, at: now) == 0)

    apic.put(Offset.initialCount, count, at: now)
    now += UInt64(count) * 3 / 4
    let left = apic.get(Offset.currentCount, at: now)
    apic.put(Offset.timer, Self.periodic | Self.masked, at: now)
    #expect(apic.get(Offset.currentCount, at: now) == left)
    now += UInt64(left) + 10
    #expect(apic.get(Offset.currentCount, at: now) == count - 10)

    now += UInt64(count) * 3 / 4
    let second = apic.get(Offset.currentCount, at: now)
    apic.put(Offset.timer, Self.masked, at: now)
    #expect(apic.get(Offset.currentCount, at: now) == second)
    now += UInt64(second)
    #expect(apic.get(Offset.currentCount, at: now) == 0)

    // Now TMCCT is 0 and TMICT is not: periodic does not start it again.
    apic.put(Offset.timer, Self.periodic | Self.masked, at: now)
    #expect(apic.get(Offset.currentCount, at: now) == 0)
    #expect(apic.get(Offset.currentCount, at: now + 1000) == 0)
    #expect(apic.get(Offset.initialCount, at: now) == count)
  }

  @Test("TMICT 0 stops; a masked expiry is lost; a masked timer counts on") func stopAndMask() {
    var apic = Self.started(divide: 0, mode: 0, count: 50, at: 0)
    apic.put(Offset.initialCount, 0, at: 10)
    #expect(apic.nextDeadline() == nil)
    #expect(apic.get(Offset.currentCount, at: 20) == 0)
    apic.advance(to: 1000)
    #expect(apic.pendingVector() == nil)

    apic = Self.started(divide: 0, mode: Self.periodic | Self.masked, count: 50, at: 0)
    #expect(apic.nextDeadline() == nil)
    #expect(apic.get(Offset.currentCount, at: 30) == 35)
    apic.put(Offset.timer, Self.periodic | UInt32(Self.vector), at: 150)
    #expect(apic.pendingVector() == nil)
    #expect(apic.nextDeadline() == 200)
  }

  @Test("An expiry before a write counts under what was set before it") func settlesFirst() {
    var apic = Self.started(divide: 0, mode: 0, count: 50, at: 0)
    let effect = apic.put(Offset.timer, Self.masked | 0x99, at: 100)
    #expect(effect == .timerChanged)
    #expect(apic.pendingVector() == Self.vector)

    apic = Self.started(divide: 0, mode: 0, count: 50, at: 0)
    apic.put(Offset.spurious, 0xFF, at: 100)
    #expect(apic.pendingVector() == Self.vector)

    apic = Self.started(divide: 0, mode: 0, count: 50, at: 0)
    apic.put(Offset.spurious, 0xFF, at: 99)
    apic.advance(to: 200)
    #expect(apic.pendingVector() == nil)
  }

  @Test("Deadline and reserved modes stand still and disarm", arguments: [UInt32(2), 3])
  func standing(mode: UInt32) {
    var apic = Self.started(divide: 0, mode: 0, count: 50, at: 0)
    apic.put(Offset.timer, mode << 17 | UInt32(Self.vector), at: 10)
    #expect(apic.timerMode == TimerMode(rawValue: UInt8(mode)))
    #expect(apic.nextDeadline() == nil)
    #expect(apic.get(Offset.initialCount, at: 10) == 0)
    apic.put(Offset.initialCount, 100, at: 20)
    #expect(apic.get(Offset.initialCount, at: 20) == 0)
    #expect(apic.get(Offset.currentCount, at: 20) == 0)
    apic.put(Offset.timer, UInt32(Self.vector), at: 30)
    #expect(apic.nextDeadline() == nil)
    apic.advance(to: 1000)
    #expect(apic.pendingVector() == nil)
  }

  @Test("A clock at its end or going backwards does not trap") func strangeClocks() {
    var apic = Self.started(divide: 0b1010, mode: Self.periodic, count: .max, at: .max - 5)
    #expect(apic.nextDeadline() == .max)
    #expect(apic.get(Offset.currentCount, at: 0) == .max)
    apic.advance(to: 0)
    apic.put(Offset.divide, 0, at: 0)
    #expect(apic.get(Offset.currentCount, at: .max) == UInt32.max - 2)
    #expect(apic.pendingVector() == nil)
  }

  @Test("An illegal timer vector is an error") func illegalVector() {
    var apic = LocalAPIC.enabled()
    apic.put(Offset.timer, 0x0F)
    apic.put(Offset.initialCount, 1)
    apic.advance(to: 100)
    #expect(apic.pendingVector() == nil)
    #expect(apic.errors() == 1 << 6)
  }
}
