import Interrupts
import Testing

/// The cases of kvm-unit-tests' x86/apic.c, on the models alone. What they ask of the processor beside
/// its APIC (CPUID.1:EDX.APIC, NMI latching and blocking, the window after STI) is the machine's.
@Suite("kvm-unit-tests: apic") struct KVMUnitTestsAPICTests {
  static let allOnes: UInt32 = .max

  @Test("apic existence") func existence() {
    var board = Board(cpus: 1)
    #expect((0x10...0x15).contains(board.read(0, Offset.version) & 0xFF))
  }

  /// The page is an empty bus, and CR8 works on its own.
  static func verifyNoPage(_ board: inout Board, cr8: UInt64) {
    var wrong = Mismatches()
    for offset in stride(from: UInt32(0), to: 0x1000, by: 4) {
      let effect = board.apics[0].write(offset: offset, value: .max, now: 0)
      wrong.check(effect == .none, "offset \(offset)")
    }
    #expect(wrong.first.isEmpty)
    #expect(board.apics[0].read(offset: Offset.version, now: 0) == allOnes)
    #expect(board.apics[0].cr8 == cr8)
    board.apics[0].setTaskPriority(cr8: cr8 ^ 15)
    #expect(board.apics[0].cr8 == cr8 ^ 15)
    #expect(board.apics[0].read(offset: Offset.taskPriority, now: 0) == allOnes)
    board.apics[0].setTaskPriority(cr8: cr8)
  }

  @Test("apic_disable", arguments: [UInt64(0), 5]) func disable(cr8: UInt64) {
    var board = Board(cpus: 1)
    board.apics[0].setTaskPriority(cr8: cr8)
    let version = board.read(0, Offset.version)
    board.disable(0)
    #expect(board.apics[0].mode == .disabled)
    Self.verifyNoPage(&board, cr8: cr8)

    board.reset(0)
    #expect(board.apics[0].mode == .xAPIC)
    #expect(board.read(0, Offset.version) == version)
    #expect(board.read(0, Offset.taskPriority) == UInt32(cr8) << 4)
    board.apics[0].setTaskPriority(cr8: cr8 ^ 15)
    #expect(board.read(0, Offset.taskPriority) == UInt32(cr8 ^ 15) << 4)
    board.apics[0].setTaskPriority(cr8: cr8)

    board.enableX2APIC(0)
    #expect(board.apics[0].mode == .x2APIC)
    Self.verifyNoPage(&board, cr8: cr8)
  }

  @Test("x2apic: every transition of IA32_APIC_BASE, in the test's order") func enableX2APIC() {
    var board = Board(cpus: 1)
    board.enableX2APIC(0)
    let base = board.apics[0].apicBase & ~0xC00
    let expected: [(UInt64, Bool, LocalAPICMode)] = [
      (0x400, false, .x2APIC), (0x800, false, .x2APIC), (0, true, .disabled),
      (0x400, false, .disabled), (0xC00, false, .disabled), (0x800, true, .xAPIC),
      (0x400, false, .xAPIC),
    ]
    for (bits, isLegal, mode) in expected {
      let isDone = board.writeBase(0, base | bits)
      #expect(isDone == isLegal, "bits \(String(bits, radix: 16))")
      #expect(board.apics[0].mode == mode)
    }
    var without = Board(cpus: 1, offersX2APIC: false)
    let isDone = without.writeBase(0, 0xC00)
    #expect(!isDone, "enable unsupported x2apic")
  }

  @Test("apicbase: relocation, reserved bits, and back", arguments: [LocalAPICMode.xAPIC, .x2APIC])
  func apicBase(mode: LocalAPICMode) {
    var board = Board(cpus: 1, mode: mode)
    let original = board.apics[0].apicBase
    let version = board.read(0, Offset.version)
    let steps = [
      board.writeBase(0, original & ~0xC00), board.writeBase(0, 0xFED4_0000 | 0x100 | 0x800),
    ]
    #expect(steps == [true, true])
    #expect(board.apics[0].pageAddress == 0xFED4_0000)
    #expect(board.apics[0].read(offset: Offset.version, now: 0) == version)
    let refused = [
      board.writeBase(0, original | 1 << 40), board.writeBase(0, original | 1),
    ]
    #expect(refused == [false, false])
    let isBack = board.writeBase(0, original)
    #expect(isBack)
    #expect(board.apics[0].apicBase == original)
    #expect(board.apics[0].pageAddress == 0xFEE0_0000)
    #expect(board.apics[0].mode == mode)
  }

  @Test("apic id: writable in xAPIC mode, not in x2APIC mode, the hardware's after a reset")
  func id() {
    var board = Board(cpus: 2, mode: .x2APIC)
    board.reset(1)
    #expect(board.id(1) == 1)
    board.write(1, Offset.id, 2 << 24)
    #expect(board.id(1) == 2)
    board.enableX2APIC(1)
    let isWritten = board.write(1, Offset.id, 3 << 24)
    #expect(!isWritten)
    #expect(board.id(1) == 1)
    board.reset(1)
    #expect(board.id(1) == 1)
    // And without a stay in x2APIC mode.
    board.write(1, Offset.id, 2 << 24)
    board.reset(1)
    #expect(board.id(1) == 1)
  }

  @Test("self ipi by ICR, without the level bit", arguments: [LocalAPICMode.xAPIC, .x2APIC])
  func selfIPI(mode: LocalAPICMode) {
    var board = Board(cpus: 2, mode: mode)
    board.handlers[0xF1] = { board, cpu in board.endInterrupt(cpu) }
    board.sendIPI(0, 0x4_00F1, to: 0)
    #expect(board.taken == [[0xF1], []])
  }

  /// One processor in x2APIC mode sends to itself and to others in either mode.
  @Test("APIC physical broadcast, by address and by shorthand", arguments: [1, 2, 4])
  func broadcast(cpus: Int) {
    for sender in [LocalAPICMode.xAPIC, .x2APIC] {
      for mode in [LocalAPICMode.xAPIC, .x2APIC] {
        var board = Board(cpus: cpus, mode: mode)
        board.reset(0)
        if sender == .x2APIC { board.enableX2APIC(0) }
        board.handlers[0xCF] = { board, cpu in board.endInterrupt(cpu) }
        board.sendIPI(0, 0x40CF, to: sender == .x2APIC ? .max : 0xFF)
        #expect(board.taken == Array(repeating: [0xCF], count: cpus), "\(sender) to \(mode)")
        board.sendIPI(0, 0x8_40CF, to: 0)
        #expect(board.taken == Array(repeating: [0xCF, 0xCF], count: cpus), "\(sender) to \(mode)")
      }
    }
  }

  static func setLogicalID(_ board: inout Board, _ cpu: Int, _ id: Int, cluster: Bool) {
    board.write(cpu, Offset.destinationFormat, cluster ? 0x0FFF_FFFF : .max)
    board.write(cpu, Offset.logicalDestination, UInt32(id) << 24)
  }

  /// How many took a logical IPI of processor 0 to `destination`.
  static func received(_ board: inout Board, _ destination: Int) -> [Bool] {
    board.taken = [[], []]
    board.sendIPI(0, 0x8F1, to: UInt32(destination))
    return board.taken.map { $0 == [0xF1] }
  }

  @Test("Logical IPIs in the flat model, to one and to two targets") func logicalFlat() {
    var board = Board(cpus: 2, offersX2APIC: false)
    board.handlers[0xF1] = { board, cpu in board.endInterrupt(cpu) }
    var wrong = Mismatches()
    for bit in 0..<8 {
      Self.setLogicalID(&board, 0, 0, cluster: false)
      Self.setLogicalID(&board, 1, 1 << bit, cluster: false)
      for others in 0..<255 where others >> bit & 1 == 0 && 1 << bit | others != 0xFF {
        let got = Self.received(&board, 1 << bit | others)
        wrong.check(got == [false, true], "bit \(bit) with \(others)")
      }
    }
    for first in 0..<8 {
      for second in 0..<8 where second != first {
        let both = 1 << first | 1 << second
        for others in 0..<256 where others & both == 0 {
          for (own, other) in [(1 << first, 1 << second), (both, both)] {
            Self.setLogicalID(&board, 0, own, cluster: false)
            Self.setLogicalID(&board, 1, other, cluster: false)
            let got = Self.received(&board, both | others)
            wrong.check(got == [true, true], "bits \(first) and \(second) with \(others)")
          }
        }
      }
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("Logical IPIs in the cluster model, to one and to two targets") func logicalCluster() {
    var board = Board(cpus: 2, offersX2APIC: false)
    board.handlers[0xF1] = { board, cpu in board.endInterrupt(cpu) }
    var wrong = Mismatches()
    for cluster in 0..<15 {
      for bit in 0..<4 {
        Self.setLogicalID(&board, 0, 0, cluster: false)
        Self.setLogicalID(&board, 1, cluster << 4 | 1 << bit, cluster: true)
        for others in 0..<16 where others >> bit & 1 == 0 {
          let got = Self.received(&board, cluster << 4 | 1 << bit | others)
          wrong.check(got == [false, true], "cluster \(cluster) bit \(bit) with \(others)")
        }
        for second in 0..<4 where second != bit {
          Self.setLogicalID(&board, 0, cluster << 4 | 1 << bit, cluster: true)
          Self.setLogicalID(&board, 1, cluster << 4 | 1 << second, cluster: true)
          let got = Self.received(&board, cluster << 4 | 1 << bit | 1 << second)
          wrong.check(got == [true, true], "cluster \(cluster) bits \(bit) and \(second)")
        }
        Self.setLogicalID(&board, 0, 0, cluster: false)
      }
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("Aliased xAPIC ids: both processors have every destination that is their id")
  func aliased() {
    var board = Board(cpus: 2, offersX2APIC: false)
    board.handlers[0xF1] = { board, cpu in
      let id = board.read(cpu, Offset.id) >> 24
      board.write(cpu, Offset.id, (id == 0xFF ? UInt32(cpu) : id + 1) << 24)
      board.endInterrupt(cpu)
    }
    for cpu in 0..<2 { board.write(cpu, Offset.id, 0) }
    for destination in UInt32(0)..<0x100 {
      board.taken = [[], []]
      board.sendIPI(0, 0xF1, to: destination)
      #expect(board.taken == [[0xF1], [0xF1]], "destination \(destination)")
    }
    #expect([board.id(0), board.id(1)] == [0, 1])
  }

  /// nmi-after-sti, multiple nmi and pending nmi: how they are sent; taking them is the processor's.
  @Test(
    "NMIs by ICR reach their target with and without the level bit, whatever it masks",
    arguments: [LocalAPICMode.xAPIC, .x2APIC])
  func nmis(mode: LocalAPICMode) {
    var board = Board(cpus: 2, mode: mode)
    for cpu in 0..<2 {
      board.write(cpu, Offset.lint1, 0x1_0400)
      board.write(cpu, Offset.spurious, 0xFF)
      board.apics[cpu].setTaskPriority(cr8: 15)
    }
    board.sendIPI(0, 0x4400, to: 1)
    board.sendIPI(1, 0x4400, to: 0)
    board.sendIPI(0, 0x4400, to: 0)
    board.sendIPI(0, 0x400, to: 0)
    #expect(board.others == [[.nmi, .nmi, .nmi], [.nmi]])
  }
}
