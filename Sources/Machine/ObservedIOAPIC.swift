import Interrupts
import Synchronization
import Telemetry
import Threads

/// The I/O APIC behind its lock, and a copy of what it shows for observers, who must not take a lock that a
/// vcpu may wait for. A copy of words, each right by itself: a pin's entry may be newer than its line.
final class ObservedIOAPIC: Sendable {
  private let guarded = Guarded(IOAPIC(id: 0))
  private let entries = AtomicBuffer(count: IOAPIC.pinCount)
  private let delivered = AtomicBuffer(count: IOAPIC.pinCount)
  private let asserted = Atomic<UInt32>(0)

  init() { withLock { _ in } }

  /// Runs `body` with the lock held, then copies what has changed.
  func withLock<Result>(_ body: (inout IOAPIC) -> Result) -> Result {
    guarded.withLock { ioapic in
      let result = body(&ioapic)
      for pin in 0..<IOAPIC.pinCount {
        if let entry = ioapic.entry(pin) { entries.store(pin, entry.rawValue) }
      }
      asserted.store(ioapic.assertedPins, ordering: .relaxed)
      return result
    }
  }

  /// Counts an interrupt of `pin`; with the lock held, which makes its callers one writer.
  func countDelivery(of pin: Int) { delivered.add(pin) }

  /// The pins now. Takes no lock.
  var pins: [InterruptControllers.Pin] {
    let lines = asserted.load(ordering: .relaxed)
    return (0..<IOAPIC.pinCount).map { pin in
      var result = InterruptControllers.Pin()
      result.entry = entries.load(pin)
      result.isAsserted = lines >> UInt32(pin) & 1 == 1
      result.delivered = delivered.load(pin)
      return result
    }
  }
}
