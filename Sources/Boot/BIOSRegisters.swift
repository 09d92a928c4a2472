/// A vcpu's registers at a BIOS call: what the services read and change.
public struct BIOSRegisters: Sendable, Equatable {
  /// EAX.
  public var eax: UInt32 = 0
  /// EBX.
  public var ebx: UInt32 = 0
  /// ECX.
  public var ecx: UInt32 = 0
  /// EDX.
  public var edx: UInt32 = 0
  /// EDI.
  public var edi: UInt32 = 0
  /// The selector in ES.
  public var es: UInt16 = 0
  /// RFLAGS.CF as the caller gets it back; nil: as it was.
  public var carry: Bool?
  /// RFLAGS.ZF, likewise.
  public var zero: Bool?
  /// Where the caller is: CS and IP of the instruction behind its INT, or of the one that raised the
  /// exception.
  public var caller: (segment: UInt16, offset: UInt16) {
    get { (callerSegment, callerOffset) }
    set { (callerSegment, callerOffset) = newValue }
  }
  private var callerSegment: UInt16 = 0
  private var callerOffset: UInt16 = 0

  /// All zero.
  public init() {}

  var ax: UInt16 {
    get { UInt16(truncatingIfNeeded: eax) }
    set { eax = eax & 0xFFFF_0000 | UInt32(newValue) }
  }
  var bx: UInt16 {
    get { UInt16(truncatingIfNeeded: ebx) }
    set { ebx = ebx & 0xFFFF_0000 | UInt32(newValue) }
  }
  var cx: UInt16 {
    get { UInt16(truncatingIfNeeded: ecx) }
    set { ecx = ecx & 0xFFFF_0000 | UInt32(newValue) }
  }
  var dx: UInt16 {
    get { UInt16(truncatingIfNeeded: edx) }
    set { edx = edx & 0xFFFF_0000 | UInt32(newValue) }
  }
  var di: UInt16 { UInt16(truncatingIfNeeded: edi) }
  var al: UInt8 {
    get { UInt8(truncatingIfNeeded: eax) }
    set { eax = eax & 0xFFFF_FF00 | UInt32(newValue) }
  }
  var ah: UInt8 {
    get { UInt8(truncatingIfNeeded: eax >> 8) }
    set { eax = eax & 0xFFFF_00FF | UInt32(newValue) << 8 }
  }
  var bl: UInt8 { UInt8(truncatingIfNeeded: ebx) }
  var bh: UInt8 {
    get { UInt8(truncatingIfNeeded: ebx >> 8) }
    set { ebx = ebx & 0xFFFF_00FF | UInt32(newValue) << 8 }
  }

  /// The call is not there: CF, and in AH what BIOSes say then.
  mutating func refuse() {
    ah = 0x86
    carry = true
  }
}
