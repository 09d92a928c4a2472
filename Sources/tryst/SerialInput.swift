import Commands
import Machine

/// Bytes on their way to the guest's serial port, which may take them more slowly than they come.
struct SerialInput {
  /// Bytes that wait at most; whoever adds more finds out by ``append(_:)``.
  static let limit = 1 << 20
  /// Bytes in a command.
  private static let chunk = 256

  private var waiting: [UInt8] = []

  /// Whether nothing waits.
  var isEmpty: Bool { waiting.isEmpty }

  /// Adds bytes; false where there is no room for them all, and none is added.
  mutating func append(_ bytes: [UInt8]) -> Bool {
    guard waiting.count + bytes.count <= Self.limit else { return false }
    waiting += bytes
    return true
  }

  /// Hands the machine as much as it takes.
  mutating func pass(to machine: VirtualMachine) {
    var sent = 0
    while sent < waiting.count {
      let part = Array(waiting[sent...].prefix(Self.chunk))
      guard machine.perform(.serialInput(part)) else { break }
      sent += part.count
    }
    if sent > 0 { waiting.removeFirst(sent) }
  }
}
