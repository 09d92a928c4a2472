import Devices
import Testing

/// The edges of channel 0 for IRQ 0, and the whole timer against one that takes each pulse by itself.
@Suite("8254: time") struct PIT8254EdgeTests {
  @Test("CLK is 1193182 Hz to the nanosecond after days") func exactClock() {
    var pit = PulsedTimer()
    pit.program(channel: 0, mode: 2, count: 11_932)
    // The load comes with the first pulse; each edge at its end of a period.
    let days: UInt64 = 1000 * 86_400 * 1_193_182
    let periods = (days - 1) / 11_932
    let edge = PulsedTimer.time(of: 1 + periods * 11_932)
    #expect(pit.timer.takeRisingEdges(to: edge - 1) == periods - 1)
    #expect(pit.timer.nextRisingEdge(after: edge - 1) == edge)
    #expect(pit.timer.takeRisingEdges(to: edge) == 1)
    #expect(pit.timer.takeRisingEdges(to: edge) == 0)
    #expect(
      pit.timer.nextRisingEdge(after: edge) == PulsedTimer.time(of: 1 + (periods + 1) * 11_932))
  }

  @Test("The end of time does not trap, nor does a clock that goes back") func extremes() {
    for mode: UInt8 in 0..<6 {
      var pit = PulsedTimer()
      pit.program(channel: 0, mode: mode, count: 2)
      _ = pit.timer.takeRisingEdges(to: .max)
      _ = pit.timer.read(port: 0x40, now: .max)
      pit.timer.write(port: 0x40, value: 3, now: .max)
      pit.timer.write(port: 0x40, value: 0, now: .max)
      #expect(pit.timer.nextRisingEdge(after: .max).map { $0 == .max } ?? true)
      #expect(pit.timer.takeRisingEdges(to: 0) <= 1)
      _ = pit.timer.nextRisingEdge(after: 0)
    }
    var late = PIT8254(now: .max)
    late.write(port: 0x43, value: 0x34, now: .max)
    late.write(port: 0x40, value: 2, now: 0)
    late.write(port: 0x40, value: 0, now: .max)
    #expect(late.takeRisingEdges(to: .max) == 0)
    #expect(late.nextRisingEdge(after: .max) == .max)
  }

  @Test("A write that raises OUT is an edge") func edgeByWrite() {
    var pit = PulsedTimer()
    #expect(pit.timer.takeRisingEdges(to: pit.now) == 0)
    pit.put(0x43, 0x34)
    #expect(pit.timer.takeRisingEdges(to: pit.now) == 0)
    pit.put(0x43, 0x30)
    pit.put(0x43, 0x34)
    #expect(pit.timer.takeRisingEdges(to: pit.now) == 1)
  }

  @Test("One-shot modes give one edge, and no deadline after it", arguments: [UInt8(0), 4])
  func oneEdge(mode: UInt8) {
    var pit = PulsedTimer()
    pit.program(channel: 0, mode: mode, count: 10)
    let edge = PulsedTimer.time(of: mode == 0 ? 11 : 12)
    #expect(pit.timer.nextRisingEdge(after: pit.now) == edge)
    #expect(pit.timer.takeRisingEdges(to: edge - 1) == 0)
    #expect(pit.timer.takeRisingEdges(to: edge) == 1)
    #expect(pit.timer.nextRisingEdge(after: edge) == nil)
    #expect(pit.timer.takeRisingEdges(to: edge + 10_000_000_000) == 0)
  }

  /// What a random program does next.
  private static func act(
    _ random: UInt64, _ pit: inout PulsedTimer, _ model: inout [PIT8254Reference]
  ) {
    let channel = Int(random & 2)
    let value = Int(random >> 8 & 15)
    let port = 0x40 + UInt16(channel)
    switch random >> 2 & 7 {
    case 0:
      let (mode, isBCD) = (UInt8(random >> 16 & 7), random >> 20 & 1 == 1)
      pit.put(0x43, UInt8(channel) << 6 | 0x30 | mode << 1 | (isBCD ? 1 : 0))
      model[channel].program(mode: mode > 5 ? mode - 4 : mode, isBCD: isBCD)
      pit.put(port, UInt8(value % 10))
      model[channel].begin()
      pit.put(port, 0)
      model[channel].write(value % 10)
    case 1...3:
      // Both bytes between two pulses, or some pulses between the bytes.
      pit.put(port, UInt8(value % 10))
      model[channel].begin()
      for _ in 0..<(random >> 24 & 3) { step(&pit, &model) }
      pit.put(port, 0)
      model[channel].write(value % 10)
    default:
      pit.setGate(value & 1 == 1)
      model[2].setGate(value & 1 == 1)
    }
  }

  private static func step(_ pit: inout PulsedTimer, _ model: inout [PIT8254Reference]) {
    pit.pulse += 1
    for index in model.indices { model[index].clock() }
  }

  /// How `pit` differs from `model`, or nil.
  private static func difference(_ pit: PulsedTimer, _ model: [PIT8254Reference]) -> String? {
    for channel in [0, 2] {
      let (status, count) = pit.readBack(UInt8(channel))
      let reference = model[channel]
      if pit.output(channel) != reference.out { return "OUT \(channel)" }
      if (status & 0x40 != 0) != reference.isNull { return "null count \(channel)" }
      if count != reference.shown {
        return "count \(channel): \(count), not \(reference.shown)"
      }
    }
    var copy = pit.timer
    let edges = copy.takeRisingEdges(to: pit.now)
    return edges == model[0].rises ? nil : "edges: \(edges), not \(model[0].rises)"
  }

  @Test("Random programs: OUT, count, null count and edges are those of one pulse after another")
  func reference() {
    for seed in UInt64(0)..<150 {
      var generator = SeededGenerator(state: seed)
      var pit = PulsedTimer()
      var model = [true, true, false].map { PIT8254Reference(gate: $0) }
      for round in 0..<60 {
        Self.act(generator.next(), &pit, &model)
        let predicted = pit.timer.nextRisingEdge(after: pit.now)
        let rises = model[0].rises
        var seen: UInt64?
        for _ in 0..<(generator.next() % 40) {
          Self.step(&pit, &model)
          if seen == nil && model[0].rises > rises { seen = pit.now }
          guard generator.next() & 3 == 0 else { continue }
          if let difference = Self.difference(pit, model) {
            Issue.record(
              "seed \(seed), round \(round): \(difference) in mode \(model[0].mode), \(model[2].mode)"
            )
            return
          }
        }
        let isRight = seen.map { $0 == predicted } ?? predicted.map { $0 > pit.now } ?? true
        if !isRight {
          Issue.record(
            "seed \(seed), round \(round): predicted \(predicted ?? 0), saw \(seen ?? 0)")
          return
        }
      }
    }
  }

  @Test("Whatever is written at whatever moment: no trap") func hostile() {
    var generator = SeededGenerator(state: 8254)
    var timer = PIT8254(now: 0)
    var now: UInt64 = 0
    var latest: UInt64 = 0
    let ports: [UInt16] = [0x40, 0x41, 0x42, 0x43, 0x61]
    for _ in 0..<50_000 {
      let random = generator.next()
      // Steps from nothing to some years.
      now &+= generator.next() >> (10 + (random >> 40) % 50)
      let port = ports[Int(random % 5)]
      if random >> 32 & 1 == 0 {
        timer.write(port: port, value: UInt8(truncatingIfNeeded: random >> 8), now: now)
      } else {
        _ = timer.read(port: port, now: now)
      }
      // The clock may have wrapped: then the last moment counts.
      latest = max(latest, now)
      if let next = timer.nextRisingEdge(after: now), next < latest {
        Issue.record("an edge before now")
      }
      _ = timer.takeRisingEdges(to: now)
    }
  }
}
