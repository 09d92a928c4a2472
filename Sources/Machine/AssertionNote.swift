import KVM
import Rendezvous
import Synchronization
import Telemetry
import Threads

/// What a vcpu writes down of bhyve's assertion, failed at its rendezvous exit. A plain value, so that it
/// crosses to the reader of snapshots through a ring.
struct AssertionNote: BitwiseCopyable, Sendable {
  var vcpu: Int
  /// When it came to the exit, nanoseconds of the monotonic clock.
  var nanoseconds: UInt64
  /// Where the guest was.
  var rip: UInt64
  /// The rendezvous that was being published, or had just ended.
  var last: RendezvousRecord?
  /// Whether it saw its own bit.
  var sawBit: Bool
  /// Whether the guest was stopped for it.
  var stoppedGuest: Bool
}

extension VCPURunner {
  /// The assertion failed: where bhyve would have panicked. No lock and nothing allocated, but for the one
  /// that stops the guest.
  mutating func noteAssertion(_ report: RendezvousExitReport) {
    var note = AssertionNote(
      vcpu: id, nanoseconds: report.times.arrived, rip: vcpu.instructionPointer,
      last: report.last, sawBit: report.sawBit, stoppedGuest: false)
    if platform.stopsOnAssertion {
      note.stoppedGuest = platform.stopForAssertion()
    }
    cell.assertions.push(note)
    if note.stoppedGuest {
      platform.log(.message("guest stopped: an assertion failed at vcpu \(id)"))
    }
  }
}

extension Platform {
  /// Stops the guest as the operator does; false where it is stopped already.
  func stopForAssertion() -> Bool {
    if isStopped.exchange(true, ordering: .sequentiallyConsistent) { return false }
    raiseAll(.stop)
    return true
  }
}
