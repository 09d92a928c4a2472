/// What a vcpu is, as others read it before they kick or hold it.
public enum Condition: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// In our code; it looks before it enters the guest.
  case frozen
  /// From the last looks until the exit.
  case running
  /// In HLT or in the wait of a suspended vcpu.
  case sleeping
  /// Nobody's: its thread is in user space.
  case idle
  /// Was sleeping; an initiator runs the action on its behalf.
  case heldAsleep
  /// Was idle; whoever locks all vcpus has it.
  case heldIdle
}

/// A word of memory that threads read without a lock.
public enum MemoryWord: UInt8, Sendable, BitwiseCopyable {
  /// The request set.
  case request
  /// The rendezvous in progress, 0 for none.
  case function
  /// The storing vcpu's own ``Condition``.
  case condition
}

/// A field of a packed word.
@inline(__always) func field(_ word: UInt64, _ shift: UInt64, _ mask: UInt64) -> Int {
  Int(truncatingIfNeeded: word >> shift & mask)
}

/// `word` with a field replaced.
@inline(__always) func setting(_ word: UInt64, _ shift: UInt64, _ mask: UInt64, _ value: Int)
  -> UInt64
{
  word & ~(mask << shift) | (UInt64(truncatingIfNeeded: value) & mask) << shift
}

/// One thread of the model in 64 bits: where it is, what it holds, and its store buffer.
public struct ThreadState: Hashable, Sendable, BitwiseCopyable {
  var bits: UInt64 = 0

  /// Where it is in its program.
  public var place: Place {
    get { Place(rawValue: UInt8(truncatingIfNeeded: bits & 63)) ?? .over }
    set { bits = setting(bits, 0, 63, Int(newValue.rawValue)) }
  }
  /// Its vcpu's condition, as memory has it.
  public var condition: Condition {
    get { Condition(rawValue: UInt8(truncatingIfNeeded: bits >> 6 & 7)) ?? .frozen }
    set { bits = setting(bits, 6, 7, Int(newValue.rawValue)) }
  }
  /// A kick has come that the thread has not acted on.
  public var isKicked: Bool {
    get { bits >> 9 & 1 == 1 }
    set { bits = setting(bits, 9, 1, newValue ? 1 : 0) }
  }
  /// Who locks all vcpus has asked it to leave for user space.
  var isAskedToIdle: Bool {
    get { bits >> 10 & 1 == 1 }
    set { bits = setting(bits, 10, 1, newValue ? 1 : 0) }
  }
  /// The next vcpu of a loop over vcpus.
  var cursor: Int {
    get { field(bits, 11, 7) }
    set { bits = setting(bits, 11, 7, newValue) }
  }
  /// How many of its actions it has initiated.
  var initiated: Int {
    get { field(bits, 14, 7) }
    set { bits = setting(bits, 14, 7, newValue) }
  }
  /// The rendezvous that it waits for or has published.
  public var rendezvous: Int {
    get { field(bits, 17, 7) }
    set { bits = setting(bits, 17, 7, newValue) }
  }
  /// Where it goes on after a part of the program that several places use.
  var after: Place {
    get { Place(rawValue: UInt8(truncatingIfNeeded: bits >> 20 & 63)) ?? .over }
    set { bits = setting(bits, 20, 63, Int(newValue.rawValue)) }
  }
  /// Vcpus that it still has to tell, or that it holds.
  var mine: Int {
    get { field(bits, 26, 31) }
    set { bits = setting(bits, 26, 31, newValue) }
  }
  /// The condition that it read last.
  var read: Condition {
    get { Condition(rawValue: UInt8(truncatingIfNeeded: bits >> 31 & 7)) ?? .frozen }
    set { bits = setting(bits, 31, 7, Int(newValue.rawValue)) }
  }

  // MARK: The store buffer, first in, first out

  /// As deep as needed for any of the model's reorderings: a vcpu that leaves HLT again has stored
  /// frozen, sleeping and frozen.
  static let bufferDepth = 3
  /// Stores that memory has not got.
  public var buffered: Int {
    get { field(bits, 34, 3) }
    set { bits = setting(bits, 34, 3, newValue) }
  }
  private static func shift(_ index: Int) -> UInt64 { 36 + UInt64(index) * 8 }
  func bufferedWord(_ index: Int) -> MemoryWord {
    MemoryWord(rawValue: UInt8(field(bits, Self.shift(index), 3))) ?? .request
  }
  func bufferedValue(_ index: Int) -> Int { field(bits, Self.shift(index) + 2, 63) }
  mutating func push(_ word: MemoryWord, _ value: Int) {
    bits = setting(bits, Self.shift(buffered), 255, Int(word.rawValue) | value << 2)
    buffered += 1
  }
  /// Takes the oldest store out.
  mutating func pop() -> (word: MemoryWord, value: Int) {
    let oldest = (bufferedWord(0), bufferedValue(0))
    let rest = bits >> 44 & 0xFFFF
    bits = bits & (1 << 36 - 1) | rest << 36
    buffered -= 1
    return oldest
  }
}

/// The whole model in 64 bytes: memory, what the lock protects, what has happened, and the threads.
public struct ModelState: Hashable, Sendable, BitwiseCopyable {
  /// Threads at most: vcpus and operators.
  public static let maximumThreads = 6
  /// Vcpus at most.
  public static let maximumVCPUs = 5

  var shared: UInt64 = 0
  var effects: UInt64 = 0
  private var thread0 = ThreadState()
  private var thread1 = ThreadState()
  private var thread2 = ThreadState()
  private var thread3 = ThreadState()
  private var thread4 = ThreadState()
  private var thread5 = ThreadState()

  /// A thread, `0 ..< maximumThreads`.
  public internal(set) subscript(thread: Int) -> ThreadState {
    get {
      switch thread {
      case 0: thread0
      case 1: thread1
      case 2: thread2
      case 3: thread3
      case 4: thread4
      default: thread5
      }
    }
    set {
      switch thread {
      case 0: thread0 = newValue
      case 1: thread1 = newValue
      case 2: thread2 = newValue
      case 3: thread3 = newValue
      case 4: thread4 = newValue
      default: thread5 = newValue
      }
    }
  }

  // MARK: Memory that is read without the lock

  /// The request set, bit by bit.
  public var request: Int {
    get { field(shared, 0, 255) }
    set { shared = setting(shared, 0, 255, newValue) }
  }
  /// The rendezvous in progress, 0 for none.
  public var function: Int {
    get { field(shared, 8, 7) }
    set { shared = setting(shared, 8, 7, newValue) }
  }
  /// The machine is being suspended.
  var isSuspending: Bool {
    get { shared >> 11 & 1 == 1 }
    set { shared = setting(shared, 11, 1, newValue ? 1 : 0) }
  }

  // MARK: What the lock protects

  /// The thread that has the rendezvous lock, plus 1; 0: free.
  public var owner: Int {
    get { field(shared, 12, 15) }
    set { shared = setting(shared, 12, 15, newValue) }
  }
  /// Members that have run the action of the rendezvous in progress.
  public var done: Int {
    get { field(shared, 16, 255) }
    set { shared = setting(shared, 16, 255, newValue) }
  }
  /// Vcpus that can be members.
  var active: Int {
    get { field(shared, 24, 255) }
    set { shared = setting(shared, 24, 255, newValue) }
  }
  /// Vcpus that have seen that the machine is being suspended.
  var suspended: Int {
    get { field(shared, 32, 255) }
    set { shared = setting(shared, 32, 255, newValue) }
  }

  // MARK: What has happened (no thread reads this)

  /// Published rendezvous, a bit each.
  var published: Int {
    get { field(shared, 40, 255) }
    set { shared = setting(shared, 40, 255, newValue) }
  }
  /// Rendezvous that came to an end.
  var finished: Int {
    get { field(shared, 48, 255) }
    set { shared = setting(shared, 48, 255, newValue) }
  }
  /// Rendezvous that a reset cut off.
  var aborted: Int {
    get { field(shared, 56, 255) }
    set { shared = setting(shared, 56, 255, newValue) }
  }
  /// The vcpus that have run the action of `rendezvous`, 1 to 7.
  public func ran(_ rendezvous: Int) -> Int { field(effects, UInt64(rendezvous) * 8, 255) }
  mutating func markRan(_ rendezvous: Int, _ vcpu: Int) {
    effects |= 1 << UInt64(rendezvous * 8 + vcpu)
  }

  /// Mixes all words.
  @inline(__always) var mixed: UInt64 {
    var hash: UInt64 = shared &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ hash >> 29 ^ effects) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ hash >> 32 ^ thread0.bits) &* 0x94D0_49BB_1331_11EB
    hash = (hash ^ hash >> 29 ^ thread1.bits) &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ hash >> 32 ^ thread2.bits) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ hash >> 29 ^ thread3.bits) &* 0x94D0_49BB_1331_11EB
    hash = (hash ^ hash >> 32 ^ thread4.bits) &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ hash >> 29 ^ thread5.bits) &* 0xBF58_476D_1CE4_E5B9
    return hash ^ hash >> 32
  }
}
