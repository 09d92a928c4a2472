/// What a store becomes visible by.
public struct MemoryModel: Hashable, Sendable {
  /// For reports: `sc`, `tso`, `tso-plain-state`, `tso-plain-request`.
  public var name: String
  /// Which of the unlocked words are stored into the thread's buffer, from where memory gets them later,
  /// in order.
  var buffersFrozen = false
  var buffersState = false
  var buffersRequest = false

  /// Sequential consistency: every store at once.
  public static let sequential = MemoryModel(name: "sc")
  /// Total store order, the stores as the code has them: "frozen" is stored with release only, which x86
  /// buffers; everything else is sequentially consistent, which drains the buffer.
  public static let totalStoreOrder = MemoryModel(name: "tso", buffersFrozen: true)
  /// The vcpu's stores of "running" and "sleeping" are plain: what the look's barrier is for.
  public static let plainState = MemoryModel(
    name: "tso-plain-state", buffersFrozen: true, buffersState: true)
  /// The initiator's stores of request and function are plain. The unlock that follows drains them.
  public static let plainRequest = MemoryModel(
    name: "tso-plain-request", buffersFrozen: true, buffersRequest: true)

  /// All of them.
  public static let all: [MemoryModel] = [
    .sequential, .totalStoreOrder, .plainState, .plainRequest,
  ]
  var hasBuffers: Bool { buffersFrozen || buffersState || buffersRequest }

  func buffers(_ word: MemoryWord, _ value: Int) -> Bool {
    switch word {
    case .request, .function: buffersRequest
    case .condition:
      value == Int(Condition.frozen.rawValue) ? buffersFrozen : buffersState
    }
  }
}
