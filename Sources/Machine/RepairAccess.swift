import Emulation
import KVM

/// What an instruction under repair reaches of its vcpu: memory by a page walk, and registers that are
/// dear to fetch only once it has asked for them, when the repair is made again.
struct RepairAccess: GuestAccess {
  /// What a repair asked for and did not have.
  struct Wish: OptionSet {
    let rawValue: UInt8
    static let extendedState = Wish(rawValue: 1)
    static let timestamp = Wish(rawValue: 2)
  }

  private let walk: PageWalk
  private let memory: GuestMemory
  /// The XSAVE image, where it was fetched.
  var image: [UInt8]?
  /// Whether ``image`` was changed.
  var isImageChanged = false
  var stamp: (counter: UInt64, auxiliary: UInt32)?
  var wishes: Wish = []
  /// Whether cached translations are to go.
  var invalidates = false

  init(walk: PageWalk, memory: GuestMemory) {
    self.walk = walk
    self.memory = memory
  }

  private func translate(
    _ linear: UInt64, _ access: LinearAccess
  ) throws(LinearFault) -> UInt64 {
    var paging = PagingMemory(memory: memory)
    return try walk.translate(linear, access, in: &paging).physical
  }

  /// The pieces of `count` bytes at `linear`, none of which crosses a page, as guest-physical RAM.
  private func pieces(
    _ linear: UInt64, count: Int, _ access: LinearAccess
  ) throws(LinearFault) -> [(address: UInt64, count: Int)] {
    var result: [(address: UInt64, count: Int)] = []
    var position = linear
    var left = count
    while left > 0 {
      let size = min(left, 4096 - Int(position & 4095))
      let physical = try translate(position, access)
      guard memory.contains(physical, count: size) else { throw .notMemory }
      result.append((physical, size))
      position &+= UInt64(size)
      left -= size
    }
    return result
  }

  mutating func read(
    _ linear: UInt64, count: Int, _ access: LinearAccess
  ) throws(LinearFault) -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in try pieces(linear, count: count, access) {
      bytes += memory.read(at: piece.address, count: piece.count)
    }
    return bytes
  }

  mutating func write(
    _ linear: UInt64, _ bytes: [UInt8], _ access: LinearAccess
  ) throws(LinearFault) {
    var written = 0
    for piece in try pieces(linear, count: bytes.count, access) {
      memory.write(bytes[written..<written + piece.count], at: piece.address)
      written += piece.count
    }
  }

  mutating func compareExchange16(
    _ linear: UInt64, expected: UInt128, desired: UInt128, isUser: Bool
  ) throws(LinearFault) -> UInt128 {
    let physical = try translate(linear, LinearAccess(kind: .write, isUser: isUser))
    func halves(_ value: UInt128) -> (low: UInt64, high: UInt64) {
      (UInt64(truncatingIfNeeded: value), UInt64(truncatingIfNeeded: value >> 64))
    }
    guard
      let found = memory.compareExchange(
        at: physical, expected: halves(expected), desired: halves(desired))
    else { throw .notMemory }
    return UInt128(found.high) << 64 | UInt128(found.low)
  }

  mutating func extendedState() -> [UInt8]? {
    if image == nil { wishes.insert(.extendedState) }
    return image
  }

  mutating func setExtendedState(_ image: [UInt8]) -> Bool {
    self.image = image
    isImageChanged = true
    return true
  }

  mutating func timestamp() -> (counter: UInt64, auxiliary: UInt32)? {
    if stamp == nil { wishes.insert(.timestamp) }
    return stamp
  }

  mutating func random() -> UInt64? { UInt64.random(in: .min ... .max) }

  mutating func invalidateTranslations() -> Bool {
    invalidates = true
    return true
  }
}
