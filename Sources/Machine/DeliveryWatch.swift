import Synchronization
import Telemetry
import Threads

/// Lets the operator see what becomes of a vector at one vcpu: armed before the vector is posted,
/// answered by the vcpu when it delivers, merges or drops it. The vcpu pays one relaxed load for a
/// vector that nobody watches.
final class DeliveryWatch: Sendable {
  /// What the vcpu answered.
  enum Answer: Equatable {
    case delivered(atNanoseconds: UInt64)
    case coalesced
    case disabled
  }
  /// Answers in place of a time, which is never that small.
  private static let coalesced: UInt64 = 1
  private static let disabled: UInt64 = 2
  /// The slot of the NMI; the vector 2 itself is never posted as an interrupt.
  static let nmi: UInt8 = 2

  private let watched = InlineArray<4, Atomic<UInt64>> { _ in Atomic(0) }
  private let answers = InlineArray<256, Atomic<UInt64>> { _ in Atomic(0) }
  /// Bumped at each answer; the operator sleeps on it. One for all vcpus, given by the machine.
  private let news = AtomicLazyReference<FutexWord>()

  /// Whom to tell.
  func connect(_ word: FutexWord) { _ = news.storeIfNil(word) }

  /// From now on an answer for `vector` is kept. The operator's thread.
  func arm(_ vector: UInt8) {
    answers[Int(vector)].store(0, ordering: .relaxed)
    watched[Int(vector >> 6)].bitwiseOr(1 << UInt64(vector & 63), ordering: .sequentiallyConsistent)
  }

  /// No answer is wanted any more. The operator's thread.
  func disarm(_ vector: UInt8) {
    watched[Int(vector >> 6)].bitwiseAnd(~(1 << UInt64(vector & 63)), ordering: .relaxed)
  }

  /// The answer so far, or nil. The operator's thread.
  func answer(_ vector: UInt8) -> Answer? {
    switch answers[Int(vector)].load(ordering: .acquiring) {
    case 0: nil
    case Self.coalesced: .coalesced
    case Self.disabled: .disabled
    case let time: .delivered(atNanoseconds: time)
    }
  }

  /// The vcpu puts `vector` into the guest.
  func noteDelivered(_ vector: UInt8) { note(vector) { MonotonicClock.nanoseconds() } }
  /// The vector was pending already.
  func noteCoalesced(_ vector: UInt8) { note(vector) { Self.coalesced } }
  /// The local APIC did not accept it.
  func noteDisabled(_ vector: UInt8) { note(vector) { Self.disabled } }

  private func note(_ vector: UInt8, _ value: () -> UInt64) {
    let bit: UInt64 = 1 << UInt64(vector & 63)
    let word = Int(vector >> 6)
    // Relaxed: the operator armed it before the vector was posted, and the posting ordered that.
    guard watched[word].load(ordering: .relaxed) & bit != 0 else { return }
    watched[word].bitwiseAnd(~bit, ordering: .relaxed)
    answers[Int(vector)].store(value(), ordering: .releasing)
    if let news = news.load() {
      news.ring()
    }
  }
}
