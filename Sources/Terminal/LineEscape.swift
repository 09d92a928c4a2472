/// The keys that are not the guest's while its serial line is the operator's terminal: those after Ctrl-A,
/// as in other machine monitors. A plain value.
public struct LineEscape: Sendable {
  /// What an operator can ask for.
  public enum Request: Sendable, Equatable { case quit, help }

  /// One line that says what there is.
  public static let help =
    "Ctrl-A x quits, Ctrl-A h shows this, Ctrl-A Ctrl-A sends Ctrl-A to the guest"

  private static let key: UInt8 = 0x01
  private var isPending = false

  /// Nothing typed yet.
  public init() {}

  /// Takes what was typed, cut anywhere: bytes for the guest, and what the operator asks for.
  public mutating func take(_ bytes: [UInt8]) -> (guest: [UInt8], requests: [Request]) {
    var guest: [UInt8] = []
    var requests: [Request] = []
    for byte in bytes {
      guard isPending else {
        if byte == Self.key { isPending = true } else { guest.append(byte) }
        continue
      }
      isPending = false
      switch byte {
      case UInt8(ascii: "x"), UInt8(ascii: "X"): requests.append(.quit)
      case Self.key, UInt8(ascii: "a"): guest.append(Self.key)
      // Whoever presses something else does not know what there is.
      default: requests.append(.help)
      }
    }
    return (guest, requests)
  }
}
