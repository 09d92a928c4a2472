import Devices
import Testing

/// MC146818A data sheet, "Registers", "Update Cycle" and "Interrupts"; ports 0x70 and 0x71.
@Suite("Clock: registers") struct RealTimeClockRegisterTests {
  /// The start of period `number` of the crystal after the clock's start, ns.
  private static func period(_ number: UInt64) -> UInt64 {
    let (seconds, rest) = number.quotientAndRemainder(dividingBy: 32_768)
    return ClockBench.start + seconds * ClockBench.second
      + (rest * ClockBench.second + 32_767) / 32_768
  }

  // MARK: Ports and memory

  @Test("128 bytes; bit 7 of port 0x70 masks NMI; ports of others give 0xFF") func memory() {
    var bench = ClockBench()
    let plain = (0x0E...0x7F).filter { $0 != 0x32 }.map(UInt8.init)
    for address in plain { bench.put(address, address ^ 0x5A) }
    for address in plain { #expect(bench.get(address) == address ^ 0x5A) }
    #expect(!bench.clock.isNMIMasked)
    bench.clock.write(port: 0x70, value: 0x8F, now: bench.now)
    #expect(bench.clock.isNMIMasked)
    #expect(bench.clock.read(port: 0x71, now: bench.now) == 0x0F ^ 0x5A)
    bench.clock.write(port: 0x70, value: 0x0F, now: bench.now)
    #expect(!bench.clock.isNMIMasked)
    for port: UInt16 in [0x70, 0x6F, 0x72, 0x73] {
      #expect(bench.clock.read(port: port, now: bench.now) == 0xFF)
      if port != 0x70 { bench.clock.write(port: port, value: 0x8A, now: bench.now) }
    }
    #expect(!bench.clock.isNMIMasked)
    #expect(bench.clock.read(port: 0x71, now: bench.now) == 0x0F ^ 0x5A)
  }

  @Test(
    "Memory sizes: base, above 1 MiB, above 16 MiB, above 4 GiB",
    arguments: [
      (512 << 10, 512, 0, 0, 0), (1 << 20, 640, 0, 0, 0), (8 << 20, 640, 7168, 0, 0),
      (64 << 20, 640, 64_512, 768, 0), (2 << 30, 640, 65_535, 32_512, 0),
      (3 << 30, 640, 65_535, 48_896, 0), (5 << 30, 640, 65_535, 48_896, 2 << 14),
      (.max, 640, 65_535, 48_896, 0xFF_FFFF), (0, 0, 0, 0, 0),
    ] as [(UInt64, Int, Int, Int, Int)])
  func sizes(bytes: UInt64, base: Int, extended: Int, above16M: Int, above4G: Int) {
    var bench = ClockBench()
    bench.clock.setMemory(bytes: bytes)
    let number = { (bytes: [UInt8]) in bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }
    #expect(number(bench.bytes(0x15, 0x16)) == base)
    #expect(number(bench.bytes(0x17, 0x18)) == extended)
    #expect(number(bench.bytes(0x30, 0x31)) == extended)
    #expect(number(bench.bytes(0x34, 0x35)) == above16M)
    #expect(number(bench.bytes(0x5B, 0x5C, 0x5D)) == above4G)
  }

  @Test("Processors, less one") func processors() {
    var bench = ClockBench()
    for (count, shown): (Int, UInt8) in [
      (1, 0), (4, 3), (256, 255), (1024, 255), (0, 0), (.min, 0), (.max, 255),
    ] {
      bench.clock.setProcessors(count)
      #expect(bench.get(0x5F) == shown)
    }
  }

  @Test("Registers A to D: what of them can be written") func writable() {
    var bench = ClockBench()
    bench.put(0x0A, 0xFF)
    #expect(bench.get(0x0A) == 0x7F)
    bench.put(0x0B, 0x7F)
    #expect(bench.get(0x0B) == 0x7F)
    bench.put(0x0C, 0xFF)
    #expect(bench.get(0x0C) == 0)
    bench.put(0x0D, 0x00)
    #expect(bench.get(0x0D) == 0x80)
  }

  // MARK: Updates

  @Test("UIP: 244 us before the update, not under SET, not in divider reset")
  func updateInProgress() {
    var bench = ClockBench()
    for second in UInt64(0)..<3 {
      bench.now = Self.period(second * 32_768 + 32_760) - 1
      #expect(bench.get(0x0A) == 0x26)
      bench.wait(nanoseconds: 1)
      #expect(bench.get(0x0A) == 0xA6)
      var set = bench
      set.put(0x0B, 0x82)
      #expect(set.get(0x0A) == 0x26)
      var reset = bench
      reset.put(0x0A, 0x66)
      #expect(reset.get(0x0A) == 0x66)
      bench.now = Self.period((second + 1) * 32_768) - 1
      #expect(bench.get(0x0A) == 0xA6)
      #expect(bench.get(0) == UInt8(second))
      bench.wait(nanoseconds: 1)
      #expect(bench.get(0x0A) == 0x26)
      #expect(bench.get(0) == UInt8(second) + 1)
    }
  }

  @Test("SET: no update, no UF, UIE cleared; the chain goes on meanwhile") func set() {
    var bench = ClockBench()
    bench.put(0x0B, 0x12)
    bench.wait(nanoseconds: 300_000_000)
    bench.put(0x0B, 0x92)
    #expect(bench.get(0x0B) == 0x82)
    bench.wait(seconds: 10)
    #expect(bench.time() == [0, 0, 0])
    #expect(bench.get(0x0C) & 0x10 == 0)
    #expect(bench.clock.nextDeadline(after: bench.now) == nil)
    // UIE can be set again while SET is high; it waits.
    bench.put(0x0B, 0x92)
    #expect(bench.get(0x0B) == 0x92)
    #expect(bench.clock.nextDeadline(after: bench.now) == nil)
    bench.put(0x0B, 0x12)
    let update = Self.period(11 * 32_768)
    #expect(bench.clock.nextDeadline(after: bench.now) == update)
    bench.now = update
    #expect(bench.time() == [0, 0, 1])
  }

  @Test("Divider reset: time stands, the first update comes half a second after it")
  func dividerReset() {
    // DV 11x resets; with 00x and the test codes a PC's crystal stands.
    for code: UInt8 in [0x60, 0x70, 0x00, 0x10, 0x30, 0x40, 0x50] {
      var bench = ClockBench()
      bench.wait(nanoseconds: 900_000_000)
      bench.put(0x0A, code | 0x06)
      bench.wait(seconds: 5, nanoseconds: 123)
      #expect(bench.time() == [0, 0, 0])
      #expect(bench.get(0x0C) == 0x40)
      #expect(bench.get(0x0C) == 0)
      bench.put(0x0B, 0x72)
      #expect(bench.clock.nextDeadline(after: bench.now) == nil)
      bench.put(0x0B, 0x12)
      bench.put(0x0A, 0x26)
      let released = bench.now
      bench.put(0x0A, 0x26)
      let deadline = bench.clock.nextDeadline(after: bench.now) ?? 0
      // The crystal's period of 31 us is what it can be off.
      #expect(deadline <= released + 500_000_000 && deadline > released + 499_960_000)
      bench.now = deadline - 1
      #expect(bench.time() == [0, 0, 0])
      bench.wait(nanoseconds: 1)
      #expect(bench.time() == [0, 0, 1])
    }
  }

  @Test("Update-ended interrupt: flag, line, register C, and no edge while it is up")
  func updateEnded() {
    var bench = ClockBench()
    bench.put(0x0A, 0x20)
    bench.put(0x0B, 0x12)
    let first = Self.period(32_768)
    #expect(bench.clock.nextDeadline(after: bench.now) == first)
    bench.clock.advance(to: first - 1)
    #expect(!bench.clock.interruptLine)
    // Whoever asks late is told to advance at once.
    #expect(bench.clock.nextDeadline(after: first + 5) == first + 5)
    bench.clock.advance(to: first)
    #expect(bench.clock.interruptLine)
    #expect(bench.clock.nextDeadline(after: first) == nil)
    bench.now = first + 7 * ClockBench.second
    #expect(bench.get(0x0C) == 0x90)
    #expect(!bench.clock.interruptLine)
    #expect(bench.get(0x0C) == 0)
    #expect(bench.clock.nextDeadline(after: bench.now) == first + 8 * ClockBench.second)
  }

  @Test("Flags are set without their enables; IRQF needs both") func flagsWithoutEnable() {
    var bench = ClockBench()
    bench.put(0x0A, 0x2F)
    for address: UInt8 in [1, 3, 5] { bench.put(address, 0xFF) }
    bench.wait(seconds: 1)
    #expect(!bench.clock.interruptLine)
    var enabling = bench
    #expect(bench.get(0x0C) == 0x70)
    // An enable that comes after its flag raises the line at once.
    enabling.put(0x0B, 0x22)
    #expect(enabling.clock.interruptLine)
    #expect(enabling.get(0x0C) == 0xF0)
  }

  // MARK: Periodic interrupt

  @Test(
    "Periodic interrupt: every rate of a crystal of 32.768 kHz",
    arguments: [
      (1, 256), (2, 128), (3, 8192), (4, 4096), (5, 2048), (6, 1024), (7, 512), (8, 256),
      (9, 128), (10, 64), (11, 32), (12, 16), (13, 8), (14, 4), (15, 2),
    ] as [(UInt8, UInt64)])
  func rates(rate: UInt8, hertz: UInt64) {
    var bench = ClockBench()
    bench.put(0x0A, 0x20 | rate)
    bench.put(0x0B, 0x42)
    let interval = 32_768 / hertz
    var count: UInt64 = 0
    while let deadline = bench.clock.nextDeadline(after: bench.now), count < 20 {
      // Half an interval away from the update.
      #expect(deadline == Self.period(interval / 2 + count * interval))
      bench.clock.advance(to: deadline - 1)
      #expect(!bench.clock.interruptLine)
      bench.now = deadline
      bench.clock.advance(to: deadline)
      #expect(bench.clock.interruptLine)
      #expect(bench.get(0x0C) & 0xC0 == 0xC0)
      count += 1
    }
    #expect(count == 20)
    bench.put(0x0A, 0x20)
    #expect(bench.clock.nextDeadline(after: bench.now) == nil)
    bench.wait(seconds: 1)
    #expect(bench.get(0x0C) & 0x40 == 0)
  }

  @Test("Periods in a day: 1024 a second, without drift") func periodsInADay() {
    var bench = ClockBench()
    bench.put(0x0B, 0x42)
    bench.wait(seconds: 30 * 86_400)
    // The alarm bytes are 0: midnight.
    #expect(bench.get(0x0C) == 0xF0)
    let deadline = bench.clock.nextDeadline(after: bench.now)
    #expect(deadline == Self.period(30 * 86_400 * 32_768 + 16))
  }

  // MARK: Alarm

  @Test("Alarm once a day, an hour, a minute, a second by its don't-cares")
  func alarmPeriods() {
    for (hour, minute, second, first, interval): (UInt8, UInt8, UInt8, UInt64, UInt64) in [
      (0x10, 0x20, 0x30, 37_230, 86_400), (0xC0, 0x20, 0x30, 1230, 3600),
      (0xFF, 0xC0, 0x30, 30, 60), (0xC0, 0xFF, 0xFE, 1, 1), (0x00, 0x00, 0x00, 86_400, 86_400),
    ] {
      var bench = ClockBench()
      bench.put(0x0A, 0x20)
      bench.put(5, hour)
      bench.put(3, minute)
      bench.put(1, second)
      bench.put(0x0B, 0x22)
      for round in UInt64(0)..<3 {
        let due = Self.period((first + round * interval) * 32_768)
        #expect(bench.clock.nextDeadline(after: bench.now) == due)
        bench.now = due - 1
        #expect(bench.get(0x0C) & 0x20 == 0)
        bench.wait(nanoseconds: 1)
        #expect(bench.get(0x0C) == 0xB0)
      }
    }
  }

  @Test("Alarm in 12 hours and binary; bytes that the clock never shows never match")
  func alarmFormats() {
    for (control, hour, due): (UInt8, UInt8, UInt64?) in [
      (0x20, 0x12, 86_400), (0x20, 0x92, 43_200), (0x20, 0x81, 46_800), (0x24, 0x8B, 82_800),
      (0x26, 23, 82_800), (0x22, 0x23, 82_800), (0x22, 0x24, nil), (0x22, 0x1A, nil),
      (0x20, 0x00, nil), (0x20, 0x13, nil), (0x26, 24, nil), (0x22, 0xBF, nil),
    ] {
      var bench = ClockBench()
      bench.put(5, hour)
      bench.put(0x0B, control & 0x1F)
      bench.set(
        date: [0x19, 0x70, 1, 1, 5],
        time: [control & 2 != 0 ? 0 : control & 4 != 0 ? 12 : 0x12, 0, 0])
      bench.put(0x0B, control)
      let deadline = due.map { Self.period($0 * 32_768) }
      #expect(bench.clock.nextDeadline(after: bench.now) == deadline, "\(control) \(hour)")
      bench.wait(seconds: 100 * 86_400)
      #expect(bench.get(0x0C) & 0x20 == (due == nil ? 0 : 0x20))
    }
  }

  @Test("Random alarms: the deadline is where a clock watched each second flags them")
  func alarmReference() {
    var generator = SeededGenerator(state: 146_818)
    for _ in 0..<60 {
      var bench = ClockBench(Int64(generator.next() % 86_400))
      bench.put(0x0A, 0x20)
      bench.put(0x0B, 0x26)
      let random = generator.next()
      bench.set(
        date: [20, 24, 2, 29, 5],
        time: [UInt8(random % 24), UInt8((random >> 8) % 60), UInt8((random >> 16) % 60)])
      bench.put(1, random >> 24 & 1 == 0 ? 0xC0 : UInt8((random >> 32) % 60))
      bench.put(3, random >> 25 & 3 == 0 ? UInt8((random >> 40) % 60) : 0xF0)
      // Mostly any hour, else the next or this one.
      bench.put(5, random >> 27 & 3 == 0 ? UInt8((random % 24 + random >> 48 & 1) % 24) : 0xFF)
      let deadline = bench.clock.nextDeadline(after: bench.now)
      var seen: UInt64?
      for _ in 0..<7200 where seen == nil {
        bench.wait(seconds: 1)
        if bench.get(0x0C) & 0x20 != 0 { seen = bench.now }
      }
      if let seen {
        #expect(seen == deadline)
      } else {
        #expect((deadline ?? .max) > bench.now)
      }
    }
  }

  // MARK: Reset and hostile input

  @Test("RESET disables interrupts and clears flags, not the time") func reset() {
    var bench = ClockBench()
    bench.put(0x0B, 0x7E)
    bench.put(0x40, 0x99)
    bench.wait(seconds: 3)
    bench.clock.reset(now: bench.now)
    #expect(!bench.clock.interruptLine)
    #expect(bench.bytes(0x0B, 0x0C, 0x40, 0) == [0x06, 0, 0x99, 3])
    #expect(bench.clock.nextDeadline(after: bench.now) == nil)
  }

  @Test("Whatever is written at whatever moment: no trap, and deadlines that hold")
  func hostile() {
    var generator = SeededGenerator(state: 70)
    var bench = ClockBench(1_700_000_000)
    var wrong = 0
    for _ in 0..<50_000 {
      let random = generator.next()
      bench.now &+= generator.next() >> (10 + (random >> 40) % 50)
      // Mostly the clock's own registers.
      let address = random & 7 == 0 ? UInt8(random >> 8 & 0x7F) : UInt8(random >> 8 & 0xF)
      if random >> 16 & 1 == 0 {
        bench.put(address, UInt8(truncatingIfNeeded: random >> 24))
      } else {
        _ = bench.get(random >> 17 & 1 == 0 ? 0x0C : address)
      }
      bench.clock.advance(to: bench.now)
      guard let deadline = bench.clock.nextDeadline(after: bench.now), deadline < .max,
        bench.now < .max / 4
      else { continue }
      var copy = bench.clock
      copy.advance(to: deadline - 1)
      if copy.interruptLine { wrong += 1 }
      copy.advance(to: deadline)
      if !copy.interruptLine { wrong += 1 }
    }
    #expect(wrong == 0)
    bench.now = .max
    _ = bench.time()
    #expect(bench.clock.nextDeadline(after: 0).map { $0 == .max } ?? true)
  }
}
