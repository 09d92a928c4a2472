/// A code, data or system descriptor of 8 bytes (SDM vol. 3, 3.4.5 and 3.5).
struct SegmentDescriptor: Equatable {
  let rawValue: UInt64

  var type: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 40) & 15 }
  var s: Bool { rawValue & 1 << 44 != 0 }
  var dpl: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 45) & 3 }
  var present: Bool { rawValue & 1 << 47 != 0 }
  var avl: Bool { rawValue & 1 << 52 != 0 }
  var l: Bool { rawValue & 1 << 53 != 0 }
  var db: Bool { rawValue & 1 << 54 != 0 }
  var g: Bool { rawValue & 1 << 55 != 0 }
  var base: UInt64 { rawValue >> 16 & 0xFF_FFFF | rawValue >> 32 & 0xFF00_0000 }
  /// In bytes.
  var limit: UInt32 {
    let field = UInt32(truncatingIfNeeded: rawValue & 0xFFFF | rawValue >> 32 & 0xF_0000)
    return g ? field << 12 | 0xFFF : field
  }

  var isCode: Bool { s && type & 8 != 0 }
  /// Of code: callable from lesser privilege, keeping that.
  var isConforming: Bool { isCode && type & 4 != 0 }
  var isWritableData: Bool { s && type & 0xA == 2 }
  var isReadable: Bool { s && type & 0xA != 8 }

  /// The register that loading this by `selector` makes: accessed.
  func register(_ selector: UInt16) -> SegmentRegister {
    SegmentRegister(
      selector: selector, base: base, limit: limit, type: type | 1, dpl: dpl, present: present,
      db: db, l: l, g: g, s: s, avl: avl)
  }
}

/// A descriptor and where it lies.
struct LocatedDescriptor {
  let descriptor: SegmentDescriptor
  /// Linear.
  let address: UInt64
}

extension Execution {
  /// A selector's descriptor, or nil if it is null or outside its table (SDM vol. 3, 3.4.2).
  mutating func descriptor(_ selector: UInt16) throws(ProcessorFault) -> LocatedDescriptor? {
    let offset = UInt64(selector & 0xFFF8)
    let address: UInt64
    if selector & 4 == 0 {
      guard offset != 0, offset + 7 <= UInt64(state.gdt.limit) else { return nil }
      address = state.gdt.base &+ offset
    } else {
      guard !state.ldt.unusable, state.ldt.present, state.ldt.selector & 0xFFFC != 0,
        offset + 7 <= UInt64(state.ldt.limit)
      else { return nil }
      address = state.ldt.base &+ offset
    }
    let raw = try readLinear(address, 8, implicit: true)
    return LocatedDescriptor(
      descriptor: SegmentDescriptor(rawValue: integer(raw)), address: address)
  }

  /// Sets the accessed bit in the table, as loading a register does.
  mutating func markAccessed(_ located: LocatedDescriptor) throws(ProcessorFault) {
    guard located.descriptor.type & 1 == 0 else { return }
    let byte = UInt8(truncatingIfNeeded: located.descriptor.rawValue >> 40) | 1
    try writeLinear(located.address &+ 5, [byte], implicit: true)
  }
}
