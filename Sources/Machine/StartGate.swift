import KVM
import Synchronization
import Threads

/// Where the vcpus' threads meet at the start: each arrives with its vcpu, or with the reason why there
/// is none; then all go on together, or not at all.
final class StartGate: Sendable {
  private let arrived = FutexWord(0)
  private let opened = FutexWord(0)
  private let failure = Guarded<KVMError?>(nil)
  private let kilohertz = Atomic<UInt32>(0)
  private let vcpus: UInt32

  init(vcpus: Int) { self.vcpus = UInt32(vcpus) }

  func setTimestampKilohertz(_ value: UInt32) { kilohertz.store(value, ordering: .relaxed) }
  var timestampKilohertz: UInt32 { kilohertz.load(ordering: .relaxed) }

  func arrive(failed error: KVMError?) {
    if let error { failure.withLock { $0 = $0 ?? error } }
    arrived.ring()
  }

  /// Waits for all vcpus; returns the first failure.
  func awaitVCPUs() -> KVMError? {
    while true {
      let now = arrived.load()
      if now == vcpus { return failure.withLock { $0 } }
      _ = arrived.wait(whileEqualTo: now)
    }
  }

  /// Lets the threads go on, or end.
  func open(isCancelled: Bool) {
    opened.store(isCancelled ? 2 : 1)
    opened.wakeAll()
  }

  /// Waits for the opening; false where the start was cancelled.
  func awaitOpening() -> Bool {
    while opened.load() == 0 { _ = opened.wait(whileEqualTo: 0) }
    return opened.load() == 1
  }
}

/// The machine's handle, shared by the threads that create their vcpus with it.
final class SharedMachine: Sendable {
  let machine: KVMMachine
  init(_ machine: consuming KVMMachine) { self.machine = machine }
}
