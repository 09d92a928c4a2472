import Interrupts
import Testing

/// 82093AA data sheet, 3.2.4 (delivery modes, polarity, remote IRR), and the ICH's I/O APIC (version
/// 0x20, EOI register), together with local APICs.
@Suite("I/O APIC delivery") struct IOAPICDeliveryTests {
  static func entry(
    _ vector: UInt8, _ mode: DeliveryMode = .fixed, level: Bool = true, destination: UInt8 = 0,
    logical: Bool = false
  ) -> RedirectionEntry {
    var entry = KVMUnitTestsIOAPICTests.entry(
      vector, level: level, destination: destination, logical: logical)
    entry.deliveryMode = mode
    return entry
  }

  @Test(
    "Suppressed EOI broadcast: remote IRR waits for the EOI register, and a line still high comes again"
  )
  func directedEOI() {
    var board = Board(cpus: 1)
    board.handlers[0x71] = { board, cpu in board.endInterrupt(cpu) }
    board.write(0, Offset.spurious, 0x11FF)
    board.setEntry(9, Self.entry(0x71))
    board.setLine(9, true)
    #expect(board.taken[0] == [0x71] && board.entry(9).remoteIRR)
    board.endAtIOAPIC(0x72)
    #expect(board.entry(9).remoteIRR)
    board.endAtIOAPIC(0x71)
    #expect(board.taken[0] == [0x71, 0x71] && board.entry(9).remoteIRR)
    board.setLine(9, false)
    board.endAtIOAPIC(0x71)
    #expect(board.taken[0].count == 2 && !board.entry(9).remoteIRR)
    // An edge needs no EOI here, and none reaches it.
    board.setEntry(9, Self.entry(0x71, level: false))
    board.toggleLine(9)
    board.toggleLine(9)
    #expect(board.taken[0].count == 4)
  }

  @Test(
    "Lowest priority: the processor of the lowest task priority, and equals take turns",
    arguments: [LocalAPICMode.xAPIC, .x2APIC])
  func lowestPriority(mode: LocalAPICMode) {
    var board = Board(cpus: 4, mode: mode)
    board.handlers[0x71] = { board, cpu in
      board.setLine(9, false)
      board.endInterrupt(cpu)
    }
    for cpu in 0..<4 {
      if mode == .xAPIC { board.write(cpu, Offset.logicalDestination, 1 << (24 + UInt32(cpu))) }
      board.write(cpu, Offset.taskPriority, cpu == 2 ? 0x10 : 0x20)
    }
    board.setEntry(9, Self.entry(0x71, .lowestPriority, destination: 0xF, logical: true))
    board.setLine(9, true)
    #expect(board.taken == [[], [], [0x71], []])
    board.write(2, Offset.taskPriority, 0x20)
    for _ in 0..<4 { board.setLine(9, true) }
    #expect(board.taken.map(\.count) == [1, 1, 2, 1])
    #expect(!board.entry(9).remoteIRR)
    // A software-disabled processor takes no part.
    for cpu in 0..<3 { board.write(cpu, Offset.spurious, 0xFF) }
    board.setLine(9, true)
    #expect(board.taken.map(\.count) == [1, 1, 2, 2])
  }

  @Test("A level that nobody accepts stays due until somebody does") func nobodyAccepts() {
    var board = Board(cpus: 2)
    board.handlers[0x71] = KVMUnitTestsIOAPICTests.end
    board.write(1, Offset.spurious, 0xFF)
    board.setEntry(9, Self.entry(0x71, destination: 1))
    board.setLine(9, true)
    #expect(board.taken == [[], []] && !board.entry(9).remoteIRR)
    #expect(board.ioapic.pinsToDeliver() == 1 << 9)
    board.handlers[0x71] = { board, cpu in
      board.setLine(9, false)
      board.endInterrupt(cpu)
    }
    board.write(1, Offset.spurious, 0x1FF)
    #expect(board.taken == [[], [0x71]] && board.ioapic.pinsToDeliver() == 0)
  }

  @Test("ExtINT, NMI, INIT and SMI entries: one message for each edge, whatever the trigger mode")
  func messages() {
    for mode in [DeliveryMode.extINT, .nmi, .initialize, .smi] {
      for level in [false, true] {
        var board = Board(cpus: 2)
        board.write(1, Offset.spurious, 0xFF)
        board.setEntry(0, Self.entry(0x31, mode, level: level, destination: 1))
        board.setLine(0, true)
        board.setLine(0, true)
        #expect(board.others == [[], [mode]], "\(mode) \(level)")
        board.toggleLine(0)
        board.setLine(0, false)
        board.setLine(0, true)
        #expect(board.others == [[], [mode, mode]], "\(mode) \(level)")
        #expect(board.taken == [[], []] && !board.entry(0).remoteIRR)
      }
    }
  }

  /// The models are told that a line is asserted, which at a pin of either polarity means that the
  /// device asks for service.
  @Test("Polarity is kept, and changes nothing", arguments: [false, true]) func polarity(low: Bool)
  {
    var board = Board(cpus: 1)
    board.handlers[0x71] = { board, cpu in
      board.setLine(9, false)
      board.endInterrupt(cpu)
    }
    var entry = Self.entry(0x71)
    entry.isActiveLow = low
    board.setEntry(9, entry)
    #expect(board.entry(9).isActiveLow == low)
    board.setLine(9, true)
    entry.isActiveLow.toggle()
    board.setEntry(9, entry)
    #expect(board.taken[0] == [0x71], "rewriting the polarity is no edge")
  }

  @Test("Delivery status and remote IRR cannot be written; delivery status reads 0") func readOnly()
  {
    for level in [false, true] {
      var board = Board(cpus: 1)
      var written = Self.entry(0x71, level: level)
      written.isMasked = true
      board.setEntry(9, RedirectionEntry(rawValue: written.rawValue | 0x5000))
      #expect(board.entry(9) == written)
      board.interruptFlags[0] = false
      board.setMask(9, false)
      board.setLine(9, true)
      #expect(board.entry(9).remoteIRR == level && !board.entry(9).deliveryStatus)
      written.isMasked = false
      board.setEntry(9, written)
      #expect(board.entry(9).remoteIRR == level, "a 0 clears nothing")
    }
  }

  @Test("Masking an interrupt that was accepted does not take it back") func maskAfterAcceptance() {
    var board = Board(cpus: 1)
    board.handlers[0x71] = { board, cpu in board.endInterrupt(cpu) }
    board.setEntry(9, Self.entry(0x71))
    board.setFlag(0, false)
    board.setLine(9, true)
    board.setMask(9, true)
    board.setLine(9, false)
    board.setFlag(0, true)
    #expect(board.taken[0] == [0x71] && !board.entry(9).remoteIRR)
  }

  @Test("Two level pins with one vector: one EOI is for both") func sharedVector() {
    var board = Board(cpus: 1)
    board.handlers[0x71] = { board, cpu in
      if board.taken[cpu].count == 2 {
        board.setLine(9, false)
        board.setLine(10, false)
      }
      board.endInterrupt(cpu)
    }
    board.setEntry(9, Self.entry(0x71))
    board.setEntry(10, Self.entry(0x71))
    board.setFlag(0, false)
    board.setLine(9, true)
    board.setLine(10, true)
    #expect(board.entry(9).remoteIRR && board.entry(10).remoteIRR)
    board.setFlag(0, true)
    // Both came at once; both lines were still high after the first EOI.
    #expect(board.taken[0] == [0x71, 0x71])
    #expect(!board.entry(9).remoteIRR && !board.entry(10).remoteIRR)
  }
}
