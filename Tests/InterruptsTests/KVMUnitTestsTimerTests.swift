import Interrupts
import Testing

/// The timer cases of kvm-unit-tests' x86/apic.c, with the APIC in either mode.
@Suite("kvm-unit-tests: apic timer") struct KVMUnitTestsTimerTests {
  static let modes: [LocalAPICMode] = [.xAPIC, .x2APIC]
  static let oneShot: UInt32 = 0
  static let periodic: UInt32 = 1 << 17
  static let deadline: UInt32 = 2 << 17

  static func changeMode(_ board: inout Board, _ mode: UInt32) {
    let entry = board.read(0, Offset.timer)
    board.write(0, Offset.timer, entry & ~(3 << 17) | mode)
    #expect(board.read(0, Offset.timer) & 3 << 17 == mode)
  }

  @Test("APIC LVT timer one shot", arguments: modes) func oneShotTimer(mode: LocalAPICMode) {
    var board = Board(cpus: 1, mode: mode)
    board.handlers[0xEE] = { board, cpu in board.endInterrupt(cpu) }
    board.write(0, Offset.timer, Self.oneShot | 0xEE)
    board.write(0, Offset.divide, 0xB)
    board.write(0, Offset.initialCount, 0x10000)
    board.wait(0xFFFF)
    #expect(board.taken[0] == [])
    board.wait(1)
    #expect(board.taken[0] == [0xEE])
    board.wait(1 << 32)
    #expect(board.taken[0] == [0xEE])
  }

  /// The test runs with whatever divider, vector and mask the one-shot test left, and handles it.
  @Test("apic change mode", arguments: modes) func changeModes(mode: LocalAPICMode) {
    let count: UInt32 = 0x999999
    let half = count / 2
    var board = Board(cpus: 1, mode: mode)
    board.handlers[0xEE] = { board, cpu in board.endInterrupt(cpu) }
    board.write(0, Offset.timer, 0xEE)
    board.write(0, Offset.divide, 0xB)
    func current() -> UInt32 { board.read(0, Offset.currentCount) }
    func waitForHalf() { while current() > half { board.wait(10_007) } }
    func waitForZero() { while current() > 0 { board.wait(10_007) } }

    board.write(0, Offset.initialCount, count)
    Self.changeMode(&board, Self.periodic)
    #expect(board.read(0, Offset.initialCount) == count, "TMICT value reset")
    Self.changeMode(&board, Self.oneShot)
    board.write(0, Offset.initialCount, count)
    #expect(current() != 0)
    waitForZero()
    #expect(current() == 0)

    board.write(0, Offset.initialCount, count)
    waitForHalf()
    Self.changeMode(&board, Self.periodic)
    #expect(current() != 0)
    #expect(current() < half, "TMCCT should not be reset to TMICT value")
    let before = current()
    while current() <= before { board.wait(10_007) }
    #expect(current() > half, "TMCCT should be reset to the initial-count")

    waitForHalf()
    Self.changeMode(&board, Self.oneShot)
    #expect(current() < half)
    waitForZero()
    #expect(current() == 0)
    Self.changeMode(&board, Self.periodic)
    #expect(current() == 0, "TMCCT should stay at zero")
    board.wait(UInt64(count))
    #expect(current() == 0)
    // One expiry for each of the three times that the count reached 0.
    #expect(board.taken[0] == [0xEE, 0xEE, 0xEE])
  }

  @Test(
    "tsc deadline timer: a deadline that is now fires at once and clears the MSR",
    arguments: modes)
  func tscDeadline(mode: LocalAPICMode) {
    var board = Board(cpus: 1, mode: mode)
    board.handlers[0xEF] = { board, cpu in board.endInterrupt(cpu) }
    board.now = 1_000_000
    board.write(0, Offset.timer, Self.deadline | 0xEF)
    let effect = board.apics[0].writeTSCDeadline(
      3_000_000, expiresAt: board.now, now: board.now)
    #expect(effect == .timerChanged)
    board.step()
    #expect(board.taken[0] == [0xEF])
    #expect(board.apics[0].tscDeadline == 0)
  }
}
