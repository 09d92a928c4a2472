/// A resource of a device, as its _CRS object lists it (ACPI section 6.4.2, small descriptors).
enum ACPIResource: Sendable, Equatable {
  /// A fixed range of ports, all 16 address bits decoded.
  case ports(UInt16, count: UInt8)
  /// An ISA interrupt, edge triggered and active high (the form without flags).
  case interrupt(UInt8)

  private var bytes: [UInt8] {
    var result = SystemTableBytes()
    switch self {
    case .ports(let port, let count):
      result.append(bytes: [0x47, 1])
      result.append(port)
      result.append(port)
      result.append(bytes: [1, count])
    case .interrupt(let irq):
      result.append(UInt8(0x22))
      result.append(UInt16(1) << irq)
    }
    return result.bytes
  }

  /// The descriptors of `resources` and the end tag, whose checksum 0 means "not checked".
  static func template(_ resources: [ACPIResource]) -> ACPITerm {
    .buffer(resources.flatMap(\.bytes) + [0x79, 0])
  }
}
