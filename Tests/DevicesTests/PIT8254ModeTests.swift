import Testing

/// Intel 8254 data sheet, "Mode Definitions", with channel 2, whose GATE software holds. A write is
/// between two pulses: the first pulse of a trace is the one that loads the count.
@Suite("8254: modes") struct PIT8254ModeTests {
  private func timer(gate: Bool = true) -> PulsedTimer {
    var timer = PulsedTimer()
    timer.pulse = 5
    timer.setGate(gate)
    return timer
  }

  // MARK: Mode 0

  @Test("Mode 0: OUT rises N + 1 pulses after the write, and stays") func terminalCount() {
    var pit = timer()
    pit.put(0x43, 0xB0)
    #expect(!pit.output(2))
    pit.setCount(4, channel: 2)
    var copy = pit
    #expect(pit.trace(2, 8) == "____####")
    #expect(copy.counts(2, 7) == [4, 3, 2, 1, 0, 0xFFFF, 0xFFFE])
    copy.pulse += 70_000
    #expect(copy.output(2))
  }

  @Test("Mode 0: GATE low stops the count, not OUT; the count is loaded all the same")
  func terminalCountGate() {
    var pit = timer()
    pit.program(channel: 2, mode: 0, count: 3)
    #expect(pit.counts(2, 2) == [3, 2])
    pit.setGate(false)
    #expect(pit.counts(2, 3) == [2, 2, 2])
    pit.setGate(true)
    #expect(pit.trace(2, 3) == "_##")

    var closed = timer(gate: false)
    closed.program(channel: 2, mode: 0, count: 3)
    #expect(closed.counts(2, 3) == [3, 3, 3])
    closed.setGate(true)
    #expect(closed.trace(2, 4) == "__##")
    closed.setGate(false)
    #expect(closed.output(2))
  }

  @Test("Mode 0: a new count; the first byte of two stops and lowers OUT at once")
  func terminalCountRewrite() {
    var pit = timer()
    pit.program(channel: 2, mode: 0, count: 2)
    #expect(pit.trace(2, 3) == "__#")
    pit.put(0x42, 3)
    #expect(!pit.output(2))
    #expect(pit.counts(2, 3) == [0, 0, 0])
    pit.put(0x42, 0)
    #expect(pit.trace(2, 5) == "___##")

    var single = timer()
    single.put(0x43, 0x90)
    single.put(0x42, 5)
    #expect(single.counts(2, 3) == [5, 4, 3])
    single.put(0x42, 2)
    #expect(single.counts(2, 3) == [2, 1, 0])
    #expect(single.output(2))
  }

  // MARK: Mode 1

  @Test("Mode 1: the shot begins with the pulse after the trigger and lasts N pulses")
  func oneShot() {
    var pit = timer(gate: false)
    pit.program(channel: 2, mode: 1, count: 3)
    #expect(pit.trace(2, 3) == "###")
    #expect(pit.readBack(2).status & 0x40 == 0x40)
    pit.setGate(true)
    #expect(pit.output(2))
    #expect(pit.trace(2, 5) == "___##")
    #expect(pit.readBack(2).status & 0x40 == 0)
    #expect(pit.count(2) == 0xFFFF)
    // The level of GATE is nothing to it.
    pit.setGate(false)
    pit.setGate(true)
    pit.setGate(false)
    #expect(pit.trace(2, 4) == "___#")
  }

  @Test("Mode 1: retriggered, the shot goes on; a new count waits for a trigger") func retrigger() {
    var pit = timer(gate: false)
    pit.program(channel: 2, mode: 1, count: 3)
    pit.setGate(true)
    #expect(pit.trace(2, 2) == "__")
    pit.setGate(false)
    pit.setGate(true)
    pit.setCount(5, channel: 2)
    // The count is written before the pulse that the trigger loads with.
    #expect(pit.counts(2, 2) == [5, 4])
    pit.setCount(2, channel: 2)
    #expect(pit.trace(2, 4) == "___#")
    pit.setGate(false)
    pit.setGate(true)
    #expect(pit.trace(2, 3) == "__#")
  }

  // MARK: Mode 2

  @Test("Mode 2: low for one pulse in N") func rateGenerator() {
    var pit = timer()
    pit.program(channel: 2, mode: 2, count: 3)
    #expect(pit.output(2))
    var copy = pit
    #expect(pit.trace(2, 9) == "##_##_##_")
    #expect(copy.counts(2, 7) == [3, 2, 1, 3, 2, 1, 3])
  }

  @Test("Mode 2: GATE low stops and raises OUT at once, its rise loads again")
  func rateGeneratorGate() {
    var pit = timer()
    pit.program(channel: 2, mode: 2, count: 3)
    #expect(pit.trace(2, 3) == "##_")
    pit.setGate(false)
    #expect(pit.output(2))
    #expect(pit.trace(2, 4) == "####")
    pit.setGate(true)
    var copy = pit
    #expect(pit.trace(2, 6) == "##_##_")
    #expect(copy.counts(2, 3) == [3, 2, 1])
  }

  @Test("Mode 2: a new count is loaded at the end of the period, or by a trigger")
  func rateGeneratorRewrite() {
    var pit = timer()
    pit.program(channel: 2, mode: 2, count: 4)
    #expect(pit.counts(2, 2) == [4, 3])
    pit.setCount(3, channel: 2)
    var triggered = pit
    #expect(pit.readBack(2).status & 0x40 == 0x40)
    #expect(pit.counts(2, 2) == [2, 1])
    #expect(pit.readBack(2).status & 0x40 == 0x40)
    #expect(pit.counts(2, 4) == [3, 2, 1, 3])
    #expect(pit.readBack(2).status & 0x40 == 0)
    triggered.setGate(false)
    triggered.setGate(true)
    #expect(triggered.counts(2, 4) == [3, 2, 1, 3])
  }

  // MARK: Mode 3

  @Test(
    "Mode 3: (N + 1) / 2 pulses high, N / 2 low",
    arguments: [
      (UInt16(4), "##__##__##", [4, 2, 4, 2, 4, 2] as [UInt16]),
      (5, "###__###__", [4, 2, 0, 4, 2, 4]), (2, "#_#_#_#_#_", [2, 2, 2, 2, 2, 2]),
      (3, "##_##_##_#", [2, 0, 2, 2, 0, 2]),
    ])
  func squareWave(count: UInt16, trace: String, counts: [UInt16]) {
    var pit = timer()
    pit.program(channel: 2, mode: 3, count: count)
    #expect(pit.output(2))
    var copy = pit
    #expect(pit.trace(2, 10) == trace)
    #expect(copy.counts(2, 6) == counts)
  }

  @Test("Mode 3: GATE low stops and raises OUT at once, its rise loads again")
  func squareWaveGate() {
    var pit = timer()
    pit.program(channel: 2, mode: 3, count: 4)
    #expect(pit.trace(2, 3) == "##_")
    pit.setGate(false)
    #expect(pit.output(2))
    #expect(pit.trace(2, 5) == "#####")
    pit.setGate(true)
    #expect(pit.trace(2, 6) == "##__##")
  }

  @Test("Mode 3: a new count is loaded at the end of the half-cycle, or by a trigger")
  func squareWaveRewrite() {
    var pit = timer()
    pit.program(channel: 2, mode: 3, count: 8)
    #expect(pit.trace(2, 2) == "##")
    pit.setCount(4, channel: 2)
    var triggered = pit
    #expect(pit.trace(2, 8) == "##__##__")
    triggered.setGate(false)
    triggered.setGate(true)
    #expect(triggered.trace(2, 8) == "##__##__")
    #expect(triggered.trace(2, 2) == "##")
  }

  // MARK: Modes 4 and 5

  @Test("Mode 4: one strobe, N + 1 pulses after the write") func softwareStrobe() {
    var pit = timer()
    pit.program(channel: 2, mode: 4, count: 3)
    #expect(pit.output(2))
    var copy = pit
    #expect(pit.trace(2, 8) == "###_####")
    #expect(copy.counts(2, 6) == [3, 2, 1, 0, 0xFFFF, 0xFFFE])
    pit.pulse += 65_536
    #expect(pit.trace(2, 5) == "#####")
  }

  @Test("Mode 4: GATE low stops the count; a new count is loaded by the next pulse")
  func softwareStrobeGate() {
    var pit = timer()
    pit.program(channel: 2, mode: 4, count: 3)
    #expect(pit.counts(2, 2) == [3, 2])
    pit.setGate(false)
    #expect(pit.counts(2, 2) == [2, 2])
    pit.setGate(true)
    #expect(pit.counts(2, 1) == [1])
    // The first byte of two does nothing to the count.
    pit.put(0x42, 2)
    var strobing = pit
    pit.put(0x42, 0)
    #expect(pit.trace(2, 4) == "##_#")
    #expect(strobing.trace(2, 1) == "_")
    // The strobe ends with its pulse, whatever GATE is.
    strobing.setGate(false)
    #expect(strobing.trace(2, 2) == "##")
  }

  @Test("Mode 5: one strobe, N + 1 pulses after the trigger; a trigger begins anew")
  func hardwareStrobe() {
    var pit = timer(gate: false)
    pit.program(channel: 2, mode: 5, count: 3)
    #expect(pit.trace(2, 6) == "######")
    pit.setGate(true)
    #expect(pit.trace(2, 6) == "###_##")
    pit.setGate(false)
    pit.setGate(true)
    pit.setGate(false)
    #expect(pit.trace(2, 2) == "##")
    pit.setGate(true)
    pit.setCount(2, channel: 2)
    #expect(pit.trace(2, 4) == "##_#")
  }

  @Test("Channels 0 and 1: GATE is high for ever, modes 1 and 5 never start")
  func tiedGates() {
    for mode: UInt8 in [1, 5] {
      var pit = timer()
      pit.program(channel: 0, mode: mode, count: 2)
      #expect(pit.trace(0, 6) == "######")
      #expect(pit.readBack(0).status & 0x40 == 0x40)
      #expect(pit.timer.nextRisingEdge(after: pit.now) == nil)
    }
    var pit = timer()
    pit.program(channel: 1, mode: 2, count: 18)
    pit.put(0x61, 0)
    pit.pulse += 18
    #expect(!pit.output(1))
  }

  // MARK: Counts

  @Test("Count 0 is 65536, in BCD 10000", arguments: UInt8(0)..<6)
  func zero(mode: UInt8) {
    for isBCD in [false, true] {
      let length: UInt64 = isBCD ? 10_000 : 65_536
      var pit = timer(gate: mode != 1 && mode != 5)
      pit.program(channel: 2, mode: mode, count: 0, isBCD: isBCD)
      pit.setGate(true)
      let before = pit.pulse
      // The pulses after the write at which OUT turns first and second.
      let turns: (UInt64, UInt64?) =
        switch mode {
        case 0: (length + 1, nil)
        case 1: (1, length + 1)
        case 2: (length, length + 1)
        case 3: (length / 2 + 1, length + 1)
        default: (length + 1, length + 2)
        }
      let initial = pit.output(2)
      for (turn, expected) in [
        (turns.0, !initial), (turns.1 ?? turns.0, turns.1 == nil ? !initial : initial),
      ] {
        pit.pulse = before + turn
        #expect(pit.output(2) == expected, "mode \(mode)")
        if turn == turns.0 {
          pit.pulse -= 1
          #expect(pit.output(2) == initial, "mode \(mode)")
        }
      }
    }
  }

  @Test("BCD counts down by decimal digits") func decimal() {
    var pit = timer()
    pit.program(channel: 2, mode: 0, count: 0x1001, isBCD: true)
    #expect(pit.counts(2, 4) == [0x1001, 0x1000, 0x0999, 0x0998])
    pit.pulse += 998
    #expect(pit.counts(2, 2) == [0x9999, 0x9998])
    pit.program(channel: 2, mode: 3, count: 0, isBCD: true)
    #expect(pit.counts(2, 2) == [0x0000, 0x9998])
  }

  @Test("The illegal count 1 in modes 2 and 3: OUT stays high, and a new count helps")
  func one() {
    for mode: UInt8 in [2, 3] {
      var pit = timer()
      pit.program(channel: 0, mode: mode, count: 1)
      #expect(pit.trace(0, 5) == "#####")
      #expect(pit.timer.takeRisingEdges(to: pit.now) == 0)
      #expect(pit.timer.nextRisingEdge(after: pit.now) == nil)
      pit.setCount(4, channel: 0)
      pit.pulse += 100
      #expect(pit.timer.takeRisingEdges(to: pit.now) >= 24)
    }
  }
}
