import Testing

@testable import Machine

/// Level interrupts on their way from a pin of the I/O APIC to the local APICs (82093AA data sheet,
/// "I/O Redirection Table Registers").
@Suite struct LevelDeliveryTests {
  /// Vector 0x50, level-triggered.
  static let entry: UInt64 = 0x8050
  static let posted: UInt64 = 1 << (0x50 - 0x40)

  @Test("An entry that no rendezvous has told of yet delivers a level as a level")
  func newEntry() {
    let board = Board()
    board.setEntry(9, Self.entry)
    board.fabric.setPin(9, asserted: true)
    #expect(board.takePosted(0) == Self.posted)
    #expect(board.cells[0].trigger(of: 0x50) == .level)
    // The next rendezvous finds an edge.
    board.setEntry(9, 0x50)
    board.fabric.members.recomputeTriggerModes(of: board.cells[0])
    #expect(board.cells[0].trigger(of: 0x50) == .edge)
  }

  @Test("Of two vcpus of one priority each takes a level's lowest-priority message in turn")
  func turns() {
    let board = Board(vcpus: 2)
    // Logical destination 3.
    board.setEntry(9, Self.entry | 1 << 8 | 1 << 11 | 3 << 56)
    board.fabric.setPin(9, asserted: true)
    var taken = [0, 0]
    for _ in 0..<6 {
      let now = (0...1).map { board.takePosted($0) }
      #expect(now.reduce(0, ^) == Self.posted)
      for vcpu in 0...1 where now[vcpu] != 0 { taken[vcpu] += 1 }
      board.fabric.broadcastEOI(0x50)
    }
    #expect(taken == [3, 3])
  }

  @Test("A level that no local APIC takes stays due until one does")
  func untaken() {
    let board = Board()
    board.setEnabled(false, 0)
    board.setEntry(9, Self.entry)
    board.fabric.setPin(9, asserted: true)
    #expect(board.takePosted(0) == 0)
    board.setEnabled(true, 0)
    board.fabric.deliverPendingLevels()
    #expect(board.takePosted(0) == Self.posted)
  }
}
