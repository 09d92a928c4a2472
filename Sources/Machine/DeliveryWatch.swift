import Synchronization
import Telemetry
import Threads

/// Lets the operator see what becomes of a vector at one vcpu: armed before the vector is posted,
/// answered by the vcpu when it accepts the vector and when it delivers or drops it. The vcpu pays a
/// relaxed load for a vector that nobody watches.
///
/// Two answers, as two injections of one vector may be under way: the earlier one accepted and waiting
/// for its delivery, the later one waiting to hear that it merged into the earlier.
final class DeliveryWatch: Sendable {
  /// What the local APIC made of the vector.
  enum Acceptance: UInt8 {
    case accepted = 1
    case coalesced
    case disabled
  }
  /// How it ended.
  enum End: Equatable {
    case delivered(atNanoseconds: UInt64)
    /// An INIT came first.
    case reset(atNanoseconds: UInt64)
  }
  /// The slot of the NMI; the vector 2 itself is never posted as an interrupt.
  static let nmi: UInt8 = 2

  /// Vectors whose next acceptance, and those whose next end, is wanted.
  private let offered = InlineArray<4, Atomic<UInt64>> { _ in Atomic(0) }
  private let accepted = InlineArray<4, Atomic<UInt64>> { _ in Atomic(0) }
  private let acceptances = InlineArray<256, Atomic<UInt8>> { _ in Atomic(0) }
  /// Time times 2, plus 1 for a reset; 0: no answer yet.
  private let ends = InlineArray<256, Atomic<UInt64>> { _ in Atomic(0) }
  /// Bumped at each answer; the operator sleeps on it. One for all vcpus, given by the machine.
  private let news = AtomicLazyReference<FutexWord>()

  /// Whom to tell.
  func connect(_ word: FutexWord) { _ = news.storeIfNil(word) }

  // MARK: The operator's thread

  /// From now on answers for `vector` are kept. An earlier injection's end that is still awaited stays so.
  /// Returns what its acceptance was, which is forgotten here: it may have come since the last look.
  func arm(_ vector: UInt8) -> Acceptance? {
    let former = acceptances[Int(vector)].exchange(0, ordering: .acquiring)
    let bit = Self.bit(vector)
    accepted[Int(vector >> 6)].bitwiseOr(bit, ordering: .sequentiallyConsistent)
    offered[Int(vector >> 6)].bitwiseOr(bit, ordering: .sequentiallyConsistent)
    return Acceptance(rawValue: former)
  }

  /// What the local APIC made of the vector since ``arm(_:)``, or nil.
  func acceptance(_ vector: UInt8) -> Acceptance? {
    Acceptance(rawValue: acceptances[Int(vector)].load(ordering: .acquiring))
  }

  /// The vector's last end, if that was not before `time`.
  func end(_ vector: UInt8, since time: UInt64) -> End? {
    let answer = ends[Int(vector)].load(ordering: .acquiring)
    guard answer >> 1 >= time else { return nil }
    return answer & 1 == 0
      ? .delivered(atNanoseconds: answer >> 1) : .reset(atNanoseconds: answer >> 1)
  }

  // MARK: The vcpu's thread

  /// The vector is in IRR (or the NMI latched).
  func noteAccepted(_ vector: UInt8) { note(vector, .accepted) }
  /// It was there already.
  func noteCoalesced(_ vector: UInt8) { note(vector, .coalesced) }
  /// The local APIC did not accept it.
  func noteDisabled(_ vector: UInt8) { note(vector, .disabled) }
  /// The vcpu puts `vector` into the guest.
  func noteDelivered(_ vector: UInt8) {
    // Relaxed: the operator armed it before the vector was posted, and the posting ordered that.
    let bit = Self.bit(vector)
    guard accepted[Int(vector >> 6)].load(ordering: .relaxed) & bit != 0 else { return }
    accepted[Int(vector >> 6)].bitwiseAnd(~bit, ordering: .relaxed)
    ends[Int(vector)].store(MonotonicClock.nanoseconds() << 1, ordering: .releasing)
    tell()
  }

  /// INIT: nothing that was under way is delivered any more.
  func noteReset() {
    var isAnyTold = false
    for word in 0..<4 {
      var bits = accepted[word].exchange(0, ordering: .acquiring)
      while bits != 0 {
        let vector = word * 64 + bits.trailingZeroBitCount
        bits &= bits - 1
        ends[vector].store(MonotonicClock.nanoseconds() << 1 | 1, ordering: .releasing)
        isAnyTold = true
      }
    }
    if isAnyTold { tell() }
  }

  private func note(_ vector: UInt8, _ acceptance: Acceptance) {
    let bit = Self.bit(vector)
    guard offered[Int(vector >> 6)].load(ordering: .relaxed) & bit != 0 else { return }
    offered[Int(vector >> 6)].bitwiseAnd(~bit, ordering: .relaxed)
    acceptances[Int(vector)].store(acceptance.rawValue, ordering: .releasing)
    tell()
  }

  private func tell() {
    guard let news = news.load() else { return }
    news.ring()
  }

  private static func bit(_ vector: UInt8) -> UInt64 { 1 << UInt64(vector & 63) }
}
