import CKVM
import KVM
import Synchronization
import Telemetry
import Threads

/// What a vcpu writes down of itself while the operator looks at it closely. Nothing is stopped for it and
/// nothing exits for it: the vcpu writes when it comes by.
extension VCPURunner {
  /// How often the registers that cost an ioctl are asked for, nanoseconds.
  private static var systemPeriod: UInt64 { 100_000_000 }
  /// How often the rest is copied while the vcpu is busy, nanoseconds.
  private static var period: UInt64 { 1_000_000 }

  /// Somebody looks, or nobody any more.
  mutating func adoptWatch() {
    isWatched = cell.observed.isWatched.load(ordering: .relaxed)
    nextDetail = 0
    nextSystemDetail = 0
  }

  /// Writes down what the vcpu is, if it is time for that, or in any case where it goes to sleep. The
  /// vcpu is out of the guest.
  mutating func writeDetail(beforeSleep: Bool = false) {
    let now = MonotonicClock.nanoseconds()
    guard beforeSleep || now >= nextDetail else { return }
    nextDetail = now &+ Self.period
    guard let registers = try? vcpu.registers() else { return }
    let time = now &- platform.start.start.nanoseconds
    var flags: UInt64 = vcpu.interruptFlag ? 1 : 0
    if let events = try? vcpu.currentEvents(), events.interrupt.shadow != 0 { flags |= 2 }
    if isNMIBlocked { flags |= 4 }
    flags |= UInt64(cell.pendingReason.load(ordering: .relaxed)) << 8
    cell.observed.store(time: time, registers, apic, flags: flags, now: now)
    guard now >= nextSystemDetail else { return }
    nextSystemDetail = now &+ Self.systemPeriod
    if let system = try? vcpu.systemRegisters() { cell.observed.store(systemTime: time, system) }
  }
}
