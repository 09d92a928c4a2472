import Devices
import Testing

/// IBM PS/2 Hardware Interface Technical Reference, "Keyboard (101- and 102-Key)", commands from the
/// system.
@Suite("Keyboard") struct KeyboardTests {
  typealias Bench = KeyboardControllerTests.Bench

  /// What `bytes`, each sent after the answer to the one before, are answered with; not translated.
  static func answers(to bytes: [UInt8], _ bench: inout Bench) -> [UInt8] {
    bench.command(0x60)
    bench.data(0x25)
    var answers: [UInt8] = []
    for byte in bytes {
      bench.data(byte)
      answers += bench.drain()
    }
    return answers
  }

  static let conversations: [([UInt8], [UInt8])] = [
    ([0xFF], [0xFA, 0xAA]), ([0xF2], [0xFA, 0xAB, 0x83]), ([0xEE], [0xEE]), ([0xF4], [0xFA]),
    ([0xF5], [0xFA]), ([0xF6], [0xFA]), ([0xF3, 0x20], [0xFA, 0xFA]),
    ([0xF3, 0x80], [0xFA, 0xFE]),
    ([0xED, 0x02], [0xFA, 0xFA]), ([0xF0, 0x00], [0xFA, 0xFA, 0x02]),
    ([0xF0, 0x01, 0xF0, 0x00], [0xFA, 0xFA, 0xFA, 0xFA, 0x01]), ([0xF0, 0x04], [0xFA, 0xFE]),
    ([0xF0, 0x03, 0xF6, 0xF0, 0x00], [0xFA, 0xFA, 0xFA, 0xFA, 0xFA, 0x02]),
    ([0xF7, 0xF8, 0xF9, 0xFA], [0xFA, 0xFA, 0xFA, 0xFA]),
    ([0xFB, 0x1C, 0x1D, 0xF4], [0xFA, 0xFA, 0xFA, 0xFA]), ([0xEF], [0xFE]), ([0xF1], [0xFE]),
    ([0x00], [0xFE]), ([0xEE, 0xFE], [0xEE, 0xEE]), ([0xED, 0xEE], [0xFA, 0xEE]),
  ]

  @Test("Commands and answers", arguments: conversations)
  func commands(sent: [UInt8], answered: [UInt8]) {
    var bench = Bench()
    #expect(Self.answers(to: sent, &bench) == answered)
  }

  @Test("Linux's atkbd, through a translating controller: id AB 41, then all it sets") func linux()
  {
    var bench = Bench()
    var answers: [UInt8] = []
    for byte: UInt8 in [0xF2, 0xED, 0x00, 0xF3, 0x00, 0xF4] {
      bench.data(byte)
      answers += bench.drain()
    }
    #expect(answers == [0xFA, 0xAB, 0x41, 0xFA, 0xFA, 0xFA, 0xFA, 0xFA])
  }

  @Test("A command to a disabled keyboard opens the interface") func opens() {
    var bench = Bench()
    bench.command(0xAD)
    bench.data(0xEE)
    #expect(bench.drain() == [0xEE])
    #expect(bench.controller.commandByte & 0x10 == 0)
  }

  @Test("Lights") func lights() {
    var bench = Bench()
    _ = Self.answers(to: [0xED, 0x05], &bench)
    #expect(bench.controller.lights == 5)
    _ = Self.answers(to: [0xF6], &bench)
    #expect(bench.controller.lights == 0)
  }

  @Test("A new command forgets the answer to the last: nothing piles up") func bounded() {
    var bench = Bench()
    for _ in 0..<1000 { bench.data(0xF2) }
    #expect(bench.drain() == [0xFA, 0xAB, 0x41])
  }

  @Test("Keys come after answers, all or none, while they are scanned") func keys() {
    var bench = Bench()
    func press(_ codes: [UInt8]) -> Bool {
      bench.controller.press(scanCodes: codes, now: bench.now)
    }
    #expect(press([UInt8](repeating: 0x1C, count: 10)))
    #expect(!press([UInt8](repeating: 0x1C, count: 7)))
    #expect(press([UInt8](repeating: 0x1C, count: 6)))
    #expect(!press([0x1C]))
    #expect(press([]))
    bench.data(0xEE)
    #expect(bench.drain() == [0xEE] + [UInt8](repeating: 0x1E, count: 16))
    bench.data(0xF5)
    #expect(bench.drain() == [0xFA])
    #expect(!press([0x1C]))
    bench.data(0xF4)
    #expect(bench.drain() == [0xFA])
    #expect(press([0xE0, 0x75, 0xE0, 0xF0, 0x75]))
    #expect(bench.drain() == [0xE0, 0x48, 0xE0, 0xC8])
    #expect(bench.controller.scanCodeSet == 2)
  }

  @Test("Translated codes: letters, digits, function keys, and all bytes without a trap")
  func translation() {
    // Set 2 to set 1: A, Z, 1, 0, Enter, Esc, Space, F1, F7, F12, left shift, Ctrl.
    let pairs: [(UInt8, UInt8)] = [
      (0x1C, 0x1E), (0x1A, 0x2C), (0x16, 0x02), (0x45, 0x0B), (0x5A, 0x1C), (0x76, 0x01),
      (0x29, 0x39), (0x05, 0x3B), (0x83, 0x41), (0x07, 0x58), (0x12, 0x2A), (0x14, 0x1D),
      (0x84, 0x54),
    ]
    for (code, translated) in pairs {
      var bench = Bench()
      _ = bench.controller.press(scanCodes: [code, 0xF0, code], now: 0)
      #expect(bench.drain() == [translated, translated | 0x80], "\(code)")
    }
    var seen: Set<UInt8> = []
    for code in UInt8.min..<0x80 {
      var bench = Bench()
      _ = bench.controller.press(scanCodes: [code], now: 0)
      let bytes = bench.drain()
      #expect(bytes.count == 1)
      seen.formUnion(bytes)
    }
    // No two codes of the table become one.
    #expect(seen.count == 128)
  }
}
