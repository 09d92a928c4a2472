/// The x87, SSE and AVX registers as an XSAVE image in standard form (SDM vol. 1, 13.4). Components that
/// the header calls initial have their initial values here, whatever memory the image came from.
struct ExtendedImage {
  /// A state component of XSAVE (SDM vol. 1, 13.1): where it lies in the standard form.
  struct Component {
    let number: UInt64
    let offset: Int
    let size: Int
    /// Whether the compacted form aligns it to 64 bytes. None of these.
    var bit: UInt64 { 1 << number }
  }

  /// Components that have a place of their own: AVX, and the three of AVX-512. The offsets are those of
  /// every processor that has them (CPUID leaf 0DH of the host was compared: 240h, 440h, 480h, 680h).
  static let extended = [
    Component(number: 2, offset: 576, size: 256), Component(number: 5, offset: 1088, size: 64),
    Component(number: 6, offset: 1152, size: 512), Component(number: 7, offset: 1664, size: 1024),
  ]
  static let x87: UInt64 = 1
  static let sse: UInt64 = 2
  static let avx: UInt64 = 4
  /// What is known: x87, SSE, AVX, AVX-512.
  static let known: UInt64 = 0xE7
  static let headerOffset = 512
  static let initialMXCSR: UInt64 = 0x1F80

  private(set) var bytes: [UInt8]

  /// Nil if the image is shorter than the legacy area and the header.
  init?(_ image: [UInt8]) {
    guard image.count >= 576 else { return nil }
    bytes = image
    let present = inUse
    for bit in [Self.x87, Self.sse] + Self.extended.map(\.bit) where present & bit == 0 {
      initialize(bit)
    }
  }

  /// XSTATE_BV: the components that may differ from their initial state.
  var inUse: UInt64 {
    get { number(Self.headerOffset, 8) }
    set { setNumber(Self.headerOffset, 8, newValue) }
  }

  func number(_ offset: Int, _ count: Int) -> UInt64 {
    integer(bytes[offset..<(offset + count)])
  }

  mutating func setNumber(_ offset: Int, _ count: Int, _ value: UInt64) {
    for index in 0..<count {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
    }
  }

  /// Gives a component its initial values (SDM vol. 1, 13.6). MXCSR is left alone: XRSTOR treats it
  /// apart.
  mutating func initialize(_ bit: UInt64) {
    inUse &= ~bit
    switch bit {
    case Self.x87:
      for index in 0..<24 { bytes[index] = 0 }
      setNumber(0, 2, 0x37F)
      for index in 32..<160 { bytes[index] = 0 }
    case Self.sse:
      for index in 160..<416 { bytes[index] = 0 }
    default:
      for component in Self.extended where component.bit == bit {
        for index in component.offset..<min(component.offset + component.size, bytes.count) {
          bytes[index] = 0
        }
      }
    }
  }

  /// Copies bytes over the image from `offset` on; what would lie behind its end is left out.
  mutating func replace(_ offset: Int, _ data: some Sequence<UInt8>) {
    var index = offset
    for byte in data {
      guard index < bytes.count else { return }
      bytes[index] = byte
      index += 1
    }
  }

  /// The image's bytes of a range; zeros behind its end.
  func slice(_ offset: Int, _ count: Int) -> [UInt8] {
    (offset..<(offset + count)).map { $0 < bytes.count ? bytes[$0] : 0 }
  }

  // MARK: Registers

  /// The x87 control word.
  var controlWord: UInt16 {
    get { UInt16(truncatingIfNeeded: number(0, 2)) }
    set { setNumber(0, 2, UInt64(newValue)) }
  }
  /// The x87 status word.
  var statusWord: UInt16 {
    get { UInt16(truncatingIfNeeded: number(2, 2)) }
    set { setNumber(2, 2, UInt64(newValue)) }
  }
  /// The abridged tag word: bit n is 1 if physical register n is not empty.
  var tags: UInt8 {
    get { bytes[4] }
    set { bytes[4] = newValue }
  }
  /// MXCSR.
  var mxcsr: UInt32 {
    get { UInt32(truncatingIfNeeded: number(24, 4)) }
    set { setNumber(24, 4, UInt64(newValue)) }
  }

  /// XMM0 to XMM15.
  subscript(xmm register: UInt8) -> UInt128 {
    get {
      let offset = 160 + Int(register & 15) * 16
      return UInt128(number(offset, 8)) | UInt128(number(offset + 8, 8)) << 64
    }
    set {
      let offset = 160 + Int(register & 15) * 16
      setNumber(offset, 8, UInt64(truncatingIfNeeded: newValue))
      setNumber(offset + 8, 8, UInt64(truncatingIfNeeded: newValue >> 64))
      inUse |= Self.sse
    }
  }

  /// Bits 255:128 of YMM0 to YMM15.
  subscript(high register: UInt8) -> UInt128 {
    get {
      let half = slice(576 + Int(register & 15) * 16, 16)
      return UInt128(integer(half[..<8])) | UInt128(integer(half[8...])) << 64
    }
    set {
      let offset = 576 + Int(register & 15) * 16
      replace(
        offset,
        (0..<16).map { UInt8(truncatingIfNeeded: newValue >> UInt128($0 * 8)) })
      inUse |= Self.avx
    }
  }

  /// Bits 511:256 of ZMM0 to ZMM15 become zero, as an instruction with VEX leaves them.
  mutating func clearZMM(_ register: UInt8) {
    guard inUse & 0x40 != 0 else { return }
    replace(1152 + Int(register & 15) * 32, [UInt8](repeating: 0, count: 32))
  }
}

extension Execution {
  /// The x87/SSE/AVX registers, fetched once.
  mutating func extendedImage() throws(ProcessorFault) -> ExtendedImage {
    if let image { return image }
    guard let raw = access.extendedState(), let fetched = ExtendedImage(raw) else {
      throw .notRepairable
    }
    image = fetched
    return fetched
  }

  /// Changes the x87/SSE/AVX registers, for the end of the instruction.
  mutating func setImage(_ changed: ExtendedImage) {
    image = changed
    isImageChanged = true
  }

  /// Gives the changed registers back; false if they were refused.
  mutating func storeImage() -> Bool {
    guard isImageChanged, let image else { return true }
    return access.setExtendedState(image.bytes)
  }

  // MARK: Availability

  private var isEmulated: Bool { state.cr0 & 4 != 0 }
  private var isTaskSwitched: Bool { state.cr0 & 8 != 0 }

  /// FWAIT (SDM vol. 2): waits for nothing but a pending x87 exception.
  mutating func wait() throws(ProcessorFault) {
    if isTaskSwitched, state.cr0 & 2 != 0 { throw .exception(.deviceNotAvailable) }
    try raisePendingX87()
  }

  /// #NM if the x87 unit is not to be had; the pending exception if there is one.
  mutating func checkX87(waits: Bool = true) throws(ProcessorFault) {
    if isEmulated || isTaskSwitched { throw .exception(.deviceNotAvailable) }
    if waits { try raisePendingX87() }
  }

  private mutating func raisePendingX87() throws(ProcessorFault) {
    guard try extendedImage().statusWord & 0x80 != 0 else { return }
    // With CR0.NE = 0 the exception is an interrupt through the 8259, which is not ours to raise.
    guard state.cr0 & 0x20 != 0 else { throw .notRepairable }
    throw .exception(.x87)
  }

  /// #UD or #NM if SSE is not to be had (SDM vol. 3, table 2-2 and 13.1).
  func checkSSE() throws(ProcessorFault) {
    guard !isEmulated, state.cr4 & (1 << 9) != 0 else { throw .undefined }
    if isTaskSwitched { throw .exception(.deviceNotAvailable) }
  }

  /// #UD or #NM if AVX is not to be had (SDM vol. 2, 2.4).
  func checkAVX() throws(ProcessorFault) {
    try require(.avx)
    guard state.cr4 & (1 << 18) != 0, state.xcr0 & 6 == 6 else { throw .undefined }
    if isTaskSwitched { throw .exception(.deviceNotAvailable) }
  }

  /// #UD or #NM if the XSAVE instructions are not to be had (SDM vol. 1, 13.2).
  func checkXSAVE() throws(ProcessorFault) {
    try require(.xsave)
    guard state.cr4 & (1 << 18) != 0 else { throw .undefined }
    if isTaskSwitched { throw .exception(.deviceNotAvailable) }
  }
}
