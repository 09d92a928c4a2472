import Synchronization
import Threads

/// The one thread behind all timers: sleeps until the earliest deadline and raises the `timer` request
/// of every vcpu whose local APIC's deadline has passed; the vcpu's own thread does the rest. A device's
/// deadline it serves itself.
///
/// Deadlines are words in the vcpus' cells, looked through at each wake-up (0.1 µs for 255 vcpus):
/// arming one takes no lock and allocates nothing, however often a guest does it.
final class TimerThread: Sendable {
  private let cells: [VCPUCell]
  private let deviceDeadlines = InlineArray<5, Atomic<UInt64>> { _ in Atomic(0) }
  /// What the thread sleeps until; 0 while it looks.
  private let sleepsUntil = Atomic<UInt64>(0)
  private let word = FutexWord(0)
  private let isEnding = Atomic<Bool>(false)

  init(cells: [VCPUCell]) { self.cells = cells }

  /// The thread's body; ``DeviceTimer`` are those of `chipset`.
  func run(_ chipset: Chipset) {
    while !isEnding.load(ordering: .acquiring) {
      let seen = word.load()
      sleepsUntil.store(0, ordering: .sequentiallyConsistent)
      let next = expire(chipset)
      // Stored, then looked at again, as arm() stores its deadline and then looks at this: an earlier
      // one is seen by at least one of the two.
      sleepsUntil.store(next, ordering: .sequentiallyConsistent)
      if earliest() < next { continue }
      _ = word.wait(whileEqualTo: seen, untilNanoseconds: next == .max ? nil : next)
    }
  }

  /// Sets the deadline of `cell` (0: none). Any thread, commonly the vcpu's own.
  func arm(_ cell: VCPUCell, at deadline: UInt64) {
    arm(cell.deadline, at: deadline)
  }

  /// Sets the deadline of `device` (0: none). Any thread; the device's lock is held.
  func arm(_ device: DeviceTimer, at deadline: UInt64) {
    arm(deviceDeadlines[device.rawValue], at: deadline)
  }

  private func arm(_ word: borrowing Atomic<UInt64>, at deadline: UInt64) {
    word.store(deadline, ordering: .sequentiallyConsistent)
    guard deadline != 0, deadline < sleepsUntil.load(ordering: .sequentiallyConsistent) else {
      return
    }
    self.word.ring()
  }

  /// Makes ``run()`` return.
  func end() {
    isEnding.store(true, ordering: .sequentiallyConsistent)
    word.ring()
  }

  /// Raises what is due; returns the earliest deadline that is not.
  private func expire(_ chipset: Chipset) -> UInt64 {
    var next = UInt64.max
    let now = MonotonicClock.nanoseconds()
    for cell in cells {
      let deadline = cell.deadline.load(ordering: .sequentiallyConsistent)
      if deadline == 0 { continue }
      if deadline > now {
        next = min(next, deadline)
        continue
      }
      // Only if it is still that one: the vcpu may have set the next by itself.
      if cell.deadline.compareExchange(
        expected: deadline, desired: 0, ordering: .sequentiallyConsistent
      ).exchanged {
        cell.raise(.timer)
      }
    }
    // Not over allCases, which is an array and would allocate.
    for index in 0..<5 {
      let deadline = deviceDeadlines[index].load(ordering: .sequentiallyConsistent)
      if deadline == 0 { continue }
      if deadline > now {
        next = min(next, deadline)
        continue
      }
      let (isOurs, _) = deviceDeadlines[index].compareExchange(
        expected: deadline, desired: 0, ordering: .sequentiallyConsistent)
      if isOurs, let device = DeviceTimer(rawValue: index) {
        chipset.expire(device, now: now)
      }
    }
    return next
  }

  private func earliest() -> UInt64 {
    var next = UInt64.max
    for cell in cells {
      let deadline = cell.deadline.load(ordering: .sequentiallyConsistent)
      if deadline != 0 { next = min(next, deadline) }
    }
    for index in 0..<5 {
      let deadline = deviceDeadlines[index].load(ordering: .sequentiallyConsistent)
      if deadline != 0 { next = min(next, deadline) }
    }
    return next
  }
}
