import Interrupts
import Testing

/// The cases of kvm-unit-tests' x86/ioapic.c, on the models alone, the local APICs in either mode.
@Suite("kvm-unit-tests: ioapic") struct KVMUnitTestsIOAPICTests {
  static let modes: [LocalAPICMode] = [.xAPIC, .x2APIC]

  static func entry(
    _ vector: UInt8, level: Bool, destination: UInt8 = 0, logical: Bool = false
  ) -> RedirectionEntry {
    var entry = RedirectionEntry(rawValue: 0)
    entry.vector = vector
    entry.trigger = level ? .level : .edge
    entry.destination = destination
    entry.destinationMode = logical ? .logical : .physical
    return entry
  }

  /// A handler that lowers the line of pin 14 and ends the interrupt.
  @Sendable static func lowerAndEnd(_ board: inout Board, cpu: Int) {
    board.setLine(14, false)
    board.endInterrupt(cpu)
  }
  @Sendable static func end(_ board: inout Board, cpu: Int) { board.endInterrupt(cpu) }

  static func isLevel(_ board: inout Board, _ vector: UInt8) -> Bool {
    board.read(0, Offset.triggerMode + UInt32(vector / 32) * 0x10) >> UInt32(vector % 32) & 1 == 1
  }

  @Test("Version, id and arbitration registers") func registers() {
    var board = Board(cpus: 1)
    let version = board.ioapicRegister(1)
    board.setIOAPICRegister(1, ~version)
    #expect(board.ioapicRegister(1) == version)
    let id = board.ioapicRegister(0)
    board.setIOAPICRegister(0, ~id)
    #expect(id ^ board.ioapicRegister(0) == 0x0F00_0000)
    board.setIOAPICRegister(0, 0x0F00_0000)
    #expect(board.ioapicRegister(2) == 0x0F00_0000)
    board.setIOAPICRegister(2, 0)
    #expect(board.ioapicRegister(2) == 0x0F00_0000)
  }

  @Test("An edge and a level interrupt", arguments: modes) func simple(mode: LocalAPICMode) {
    var board = Board(cpus: 1, mode: mode)
    board.handlers = [0x76: Self.end, 0x77: Self.lowerAndEnd]
    board.setEntry(14, Self.entry(0x76, level: false))
    board.toggleLine(14)
    #expect(board.taken[0] == [0x76])
    board.setEntry(14, Self.entry(0x77, level: true))
    board.setLine(14, true)
    #expect(board.taken[0] == [0x76, 0x77])
    #expect(!board.entry(14).remoteIRR)
  }

  @Test("Simultaneous edges: the higher vector first, then the other", arguments: modes)
  func simultaneous(mode: LocalAPICMode) {
    var board = Board(cpus: 1, mode: mode)
    board.handlers = [0x78: Self.end, 0x66: Self.end]
    board.setEntry(14, Self.entry(0x78, level: false))
    board.setEntry(15, Self.entry(0x66, level: false))
    board.setFlag(0, false)
    board.toggleLine(15)
    board.toggleLine(14)
    #expect(board.taken[0] == [])
    board.setFlag(0, true)
    #expect(board.taken[0] == [0x78, 0x66])
  }

  @Test("Level interrupts coalesce while in service, and come one after the other after it")
  func coalesceAndSequence() {
    var board = Board(cpus: 1)
    board.handlers[0x98] = { board, cpu in
      if board.taken[cpu].count == 1 {
        board.setLine(14, false)
        board.setLine(14, true)
      }
      board.setLine(14, false)
      board.endInterrupt(cpu)
    }
    board.setEntry(14, Self.entry(0x98, level: true))
    board.setLine(14, true)
    #expect(board.taken[0] == [0x98])

    board.handlers[0x99] = Self.lowerAndEnd
    board.setEntry(14, Self.entry(0x99, level: true))
    board.setLine(14, true)
    board.setLine(14, true)
    #expect(board.taken[0] == [0x98, 0x99, 0x99])
  }

  @Test("A level that stays after the EOI is delivered again") func retrigger() {
    var board = Board(cpus: 1)
    board.handlers[0x9A] = { board, cpu in
      if board.taken[cpu].count == 2 { board.setLine(14, false) }
      board.endInterrupt(cpu)
    }
    board.setEntry(14, Self.entry(0x9A, level: true))
    board.setFlag(0, false)
    board.setLine(14, true)
    #expect(board.taken[0] == [])
    board.setFlag(0, true)
    #expect(board.taken[0] == [0x9A, 0x9A])
    #expect(!board.entry(14).remoteIRR)
  }

  @Test("An edge while masked is lost; a level while masked waits; both with the same handler")
  func masked() {
    var board = Board(cpus: 1)
    board.handlers = [0x81: Self.lowerAndEnd, 0x82: Self.lowerAndEnd]
    board.setEntry(14, Self.entry(0x81, level: false))
    board.setMask(14, true)
    board.toggleLine(14)
    #expect(board.taken[0] == [])
    board.setMask(14, false)
    #expect(board.taken[0] == [])
    board.setLine(14, true)
    #expect(board.taken[0] == [0x81])

    board.setEntry(14, Self.entry(0x82, level: true))
    board.setMask(14, true)
    board.setLine(14, true)
    #expect(board.taken[0] == [0x81])
    board.setMask(14, false)
    #expect(board.taken[0] == [0x81, 0x82])
  }

  @Test("A handler that masks its level: unmasking delivers it again") func retriggerMask() {
    var board = Board(cpus: 1)
    board.handlers[0x83] = { board, cpu in
      board.setMask(14, true)
      board.endInterrupt(cpu)
    }
    board.setEntry(14, Self.entry(0x83, level: true))
    board.setLine(14, true)
    #expect(board.taken[0] == [0x83])
    #expect(!board.entry(14).remoteIRR)
    board.setMask(14, false)
    #expect(board.taken[0] == [0x83, 0x83])
    board.setLine(14, false)
    board.setMask(14, false)
    #expect(board.taken[0] == [0x83, 0x83])
  }

  @Test("TMR follows the acceptance: edge, level, level, edge", arguments: modes)
  func triggerModes(mode: LocalAPICMode) {
    var board = Board(cpus: 2, mode: mode)
    for (level, before) in [(false, false), (true, false), (true, true), (false, true)] {
      var inHandler: Bool?
      board.handlers[0x79] = { board, cpu in
        inHandler = Self.isLevel(&board, 0x79)
        board.setLine(14, false)
        board.endInterrupt(cpu)
      }
      board.setEntry(14, Self.entry(0x79, level: level))
      #expect(Self.isLevel(&board, 0x79) == before)
      if level { board.setLine(14, true) } else { board.toggleLine(14) }
      #expect(inHandler == level)
      #expect(!board.entry(14).remoteIRR)
    }
  }

  @Test("Physical destination: processor 1 alone", arguments: modes)
  func physical(mode: LocalAPICMode) {
    var board = Board(cpus: 4, mode: mode)
    board.handlers[0x85] = Self.lowerAndEnd
    board.setEntry(14, Self.entry(0x85, level: true, destination: 1))
    board.setLine(14, true)
    #expect(board.taken == [[], [0x85], [], []])
    #expect(!board.entry(14).remoteIRR)
  }

  /// In xAPIC mode the logical ids must be set first; an x2APIC has its own.
  @Test("Logical destination 0xD: three processors of four", arguments: modes)
  func logical(mode: LocalAPICMode) {
    var board = Board(cpus: 4, mode: mode)
    if mode == .xAPIC {
      for cpu in 0..<4 { board.write(cpu, Offset.logicalDestination, 1 << (24 + UInt32(cpu))) }
    }
    board.handlers[0x86] = Self.lowerAndEnd
    board.setEntry(14, Self.entry(0x86, level: true, destination: 0xD, logical: true))
    board.setLine(14, true)
    #expect(board.taken == [[0x86], [], [0x86], [0x86]])
    #expect(!board.entry(14).remoteIRR)
  }

  /// The handler of the lower vector sends both pins' later interrupts elsewhere while both are on
  /// their way here; the EOIs still find them.
  @Test("Reconfiguring destinations while in service", arguments: modes)
  func selfReconfigure(mode: LocalAPICMode) {
    var board = Board(cpus: 2, mode: mode)
    var remoteIRRs: [Bool] = []
    func reconfigure(_ board: inout Board, _ pin: Int) {
      board.setLine(pin, false)
      var entry = board.entry(pin)
      remoteIRRs.append(entry.remoteIRR)
      entry.destination = 1
      board.setIOAPICRegister(
        0x11 + 2 * UInt32(pin), UInt32(truncatingIfNeeded: entry.rawValue >> 32))
    }
    var order: [UInt8] = []
    board.handlers[0x64] = { board, cpu in
      board.setLine(14, true)
      reconfigure(&board, 14)
      reconfigure(&board, 13)
      board.endInterrupt(cpu)
      order.append(0x64)
    }
    board.handlers[0x84] = { board, cpu in
      order.append(0x84)
      board.endInterrupt(cpu)
    }
    board.setEntry(13, Self.entry(0x64, level: true))
    board.setEntry(14, Self.entry(0x84, level: true))
    board.setLine(13, true)
    #expect(order == [0x64, 0x84])
    #expect(remoteIRRs == [true, true])
    #expect(board.taken == [[0x64, 0x84], []])
    #expect(!board.entry(13).remoteIRR)
    #expect(!board.entry(14).remoteIRR)
  }
}
