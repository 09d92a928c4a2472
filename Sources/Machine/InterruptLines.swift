import Interrupts
import Synchronization
import Telemetry
import Threads

/// The wires of a PC's board: each of the 16 ISA interrupt requests goes to the 8259 pair and to a pin
/// of the I/O APIC, and the pair's output to LINT0 of every local APIC and to pin 0.
///
/// A device calls with its own lock held, so that its line is never told in another order than it
/// changed; the locks are taken in the order device, 8259, I/O APIC, each but for a moment.
final class InterruptLines: Sendable {
  private let fabric: InterruptFabric
  private let pic = Guarded(PIC8259Pair())
  /// INTR of the pair, as of its last change: what a vcpu looks at before it acknowledges.
  private let output = Atomic<Bool>(false)
  /// A copy of the pair's registers for observers, who take no lock: five bytes of each chip, packed.
  private let master = Atomic<UInt64>(0)
  private let slave = Atomic<UInt64>(0)

  init(fabric: InterruptFabric) { self.fabric = fabric }

  /// The pin of the I/O APIC that ISA interrupt request `irq` is wired to: the timer's is 2, as the
  /// MADT and the MP table say.
  static func pin(of irq: Int) -> Int { irq == 0 ? 2 : irq }

  /// Asserts or deasserts the line of `irq`, 0 to 15.
  func set(irq: Int, asserted: Bool) {
    update { $0.setLine(irq, asserted: asserted) }
    // The cascade's line has no pin of its own.
    if irq != 2 { fabric.setPin(Self.pin(of: irq), asserted: asserted) }
  }

  /// A guest's write to a port of the 8259 pair.
  func write(port: UInt16, value: UInt8) { update { $0.write(port: port, value: value) } }

  /// A guest's read of one; the poll command acknowledges.
  func read(port: UInt16) -> UInt8 {
    var result: UInt8 = 0
    update { result = $0.read(port: port) }
    return result
  }

  /// Whether the pair asks for an interrupt.
  var isRequesting: Bool { output.load(ordering: .acquiring) }

  /// A processor's interrupt acknowledge: the vector.
  func acknowledge() -> UInt8 {
    var vector: UInt8 = 0
    update { vector = $0.acknowledge() }
    return vector
  }

  /// Power-on.
  func reset() { update { $0 = PIC8259Pair() } }

  private func update(_ change: (inout PIC8259Pair) -> Void) {
    // Edge: nil where the output stays. Stored inside the lock, so that the last store is the last
    // state; told inside too, for the same reason.
    pic.withLock { pic in
      change(&pic)
      master.store(Self.packed(pic.master), ordering: .relaxed)
      slave.store(Self.packed(pic.slave), ordering: .relaxed)
      let now = pic.output
      guard now != output.load(ordering: .relaxed) else { return }
      output.store(now, ordering: .releasing)
      fabric.setPin(0, asserted: now)
      if now { fabric.raiseLINT0() }
    }
  }

  private static func packed(_ chip: PIC8259) -> UInt64 {
    UInt64(chip.requests) | UInt64(chip.inService) << 8 | UInt64(chip.mask) << 16
      | UInt64(chip.levelTriggered) << 24 | UInt64(chip.icw2) << 32
  }

  /// Fills in the pair as of its last change. Takes no lock.
  func observe(_ controllers: inout InterruptControllers) {
    func chip(_ word: UInt64) -> InterruptControllers.PIC8259 {
      var chip = InterruptControllers.PIC8259()
      chip.interruptRequest = UInt8(truncatingIfNeeded: word)
      chip.inService = UInt8(truncatingIfNeeded: word >> 8)
      chip.interruptMask = UInt8(truncatingIfNeeded: word >> 16)
      chip.levelTriggered = UInt8(truncatingIfNeeded: word >> 24)
      chip.vectorBase = UInt8(truncatingIfNeeded: word >> 32)
      return chip
    }
    controllers.master = chip(master.load(ordering: .relaxed))
    controllers.slave = chip(slave.load(ordering: .relaxed))
    controllers.isPairRequesting = isRequesting
  }
}
