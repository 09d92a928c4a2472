import BenchFloor
import Threads

/// QEMU with KVM's own interrupt controllers, running the guest of the IPIs from a ROM of ours. It stands still while
/// others are measured.
final class QEMU {
  static let program = "/usr/bin/qemu-system-x86_64"
  static var isInstalled: Bool { FloorChild.exists(program) }
  /// What the guest writes to QEMU's debugging console after so many rounds.
  private static let mark = "."
  private static let roundsEachMark = Double(FLOOR_ROUNDS_EACH_MARK)
  /// How long it may take to start, and for a mark; nanoseconds.
  private static let patience: UInt64 = 10_000_000_000

  private let child: FloorChild

  /// Starts it; nil where it does not run the guest.
  init?(_ code: [UInt8], vcpus: Int) {
    guard let rom = FloorFile(Self.rom(code)),
      let child = FloorChild([
        Self.program, "-nodefaults", "-no-user-config", "-machine", "pc", "-accel",
        "kvm,kernel-irqchip=on", "-cpu", "host,+x2apic", "-smp", "\(vcpus)", "-m", "16",
        "-display", "none", "-bios", rom.path, "-debugcon", "stdio",
      ])
    else { return nil }
    self.child = child
    let end = MonotonicClock.nanoseconds() &+ Self.patience
    // It has opened the ROM by then.
    guard child.drain(until: end, mark: Self.mark, marks: 2).marks >= 2 else { return nil }
    child.setPaused(true)
  }

  /// Nanoseconds of a round, measured for about `nanoseconds` and two marks at least; nil where they do not come.
  func round(within nanoseconds: UInt64) -> Double? {
    child.setPaused(false)
    defer { child.setPaused(true) }
    let begin = MonotonicClock.nanoseconds()
    // What it wrote before it stood still comes at once.
    _ = child.drain(until: begin &+ min(nanoseconds / 4, 5_000_000), mark: Self.mark)
    guard
      child.drain(until: begin &+ Self.patience, mark: Self.mark, marks: 1).marks == 1
    else { return nil }
    let first = MonotonicClock.nanoseconds()
    var output = child.drain(until: first &+ nanoseconds, mark: Self.mark)
    if output.marks == 0 {
      output = child.drain(until: first &+ Self.patience, mark: Self.mark, marks: 1)
    }
    guard output.marks > 0 else { return nil }
    return Double(output.last_mark &- first) / (Double(output.marks) * Self.roundsEachMark)
  }

  /// 64 KiB below 1 MiB, the guest at its begin.
  private static func rom(_ code: [UInt8]) -> [UInt8] {
    let start = Floor.code(FLOOR_GUEST_ROM)
    return code + Array(repeating: 0, count: 65_536 - code.count - start.count) + start
  }
}
