/// A register of the xAPIC page (SDM vol. 3, "Local APIC Register Address Map").
public enum LocalAPICRegister: Sendable, Hashable {
  /// 0x20, the APIC id in bits 31:24.
  case id
  /// 0x30, read-only.
  case version
  /// 0x80.
  case taskPriority
  /// 0x90, read-only; only the P6 has one, here it reads 0.
  case arbitrationPriority
  /// 0xA0, read-only.
  case processorPriority
  /// 0xB0, write-only; reads 0.
  case endOfInterrupt
  /// 0xC0, read-only; only the P6 has one, here it reads 0.
  case remoteRead
  /// 0xD0.
  case logicalDestination
  /// 0xE0.
  case destinationFormat
  /// 0xF0.
  case spuriousVector
  /// 0x100 to 0x170, one of eight, read-only.
  case inService(Int)
  /// 0x180 to 0x1F0, one of eight, read-only.
  case triggerMode(Int)
  /// 0x200 to 0x270, one of eight, read-only.
  case interruptRequest(Int)
  /// 0x280.
  case errorStatus
  /// 0x300.
  case interruptCommandLow
  /// 0x310.
  case interruptCommandHigh
  /// 0x2F0 and 0x320 to 0x370.
  case localVector(LVTEntry)
  /// 0x380.
  case initialCount
  /// 0x390, read-only.
  case currentCount
  /// 0x3E0.
  case divideConfiguration

  /// The register at `offset` bytes into the page; nil where it is reserved or not a multiple of 16.
  public init?(offset: UInt32) {
    guard offset & 0xF == 0 && offset < 0x1000 else { return nil }
    let index = Int(offset >> 4 & 7)
    switch offset >> 4 {
    case 0x02: self = .id
    case 0x03: self = .version
    case 0x08: self = .taskPriority
    case 0x09: self = .arbitrationPriority
    case 0x0A: self = .processorPriority
    case 0x0B: self = .endOfInterrupt
    case 0x0C: self = .remoteRead
    case 0x0D: self = .logicalDestination
    case 0x0E: self = .destinationFormat
    case 0x0F: self = .spuriousVector
    case 0x10...0x17: self = .inService(index)
    case 0x18...0x1F: self = .triggerMode(index)
    case 0x20...0x27: self = .interruptRequest(index)
    case 0x28: self = .errorStatus
    case 0x2F: self = .localVector(.cmci)
    case 0x30: self = .interruptCommandLow
    case 0x31: self = .interruptCommandHigh
    case 0x32: self = .localVector(.timer)
    case 0x33: self = .localVector(.thermal)
    case 0x34: self = .localVector(.performance)
    case 0x35: self = .localVector(.lint0)
    case 0x36: self = .localVector(.lint1)
    case 0x37: self = .localVector(.error)
    case 0x38: self = .initialCount
    case 0x39: self = .currentCount
    case 0x3E: self = .divideConfiguration
    default: return nil
    }
  }
}
