/// A segment register with its hidden part (SDM vol. 3, 3.4.3), as `kvm_segment` has it.
public struct SegmentRegister: Sendable, Equatable {
  /// The visible part.
  public var selector: UInt16
  /// The linear address of offset 0.
  public var base: UInt64
  /// The highest offset, in bytes, whatever the granularity.
  public var limit: UInt32
  /// The descriptor's type, 4 bits (SDM vol. 3, 3.4.5.1 and 3.5).
  public var type: UInt8
  /// The descriptor privilege level, 0 to 3; of SS it is the current privilege level.
  public var dpl: UInt8
  /// P.
  public var present: Bool
  /// D/B: 32-bit operands, or a stack pointer of 32 bits.
  public var db: Bool
  /// L: 64-bit code.
  public var l: Bool
  /// G: the limit was counted in pages.
  public var g: Bool
  /// S: code or data, not a system segment.
  public var s: Bool
  /// AVL, software's bit.
  public var avl: Bool
  /// Whether a null selector was loaded.
  public var unusable: Bool

  /// A register of these parts; what is left out is a present, writable data segment of 16 bits.
  public init(
    selector: UInt16 = 0, base: UInt64 = 0, limit: UInt32 = 0xFFFF, type: UInt8 = 3,
    dpl: UInt8 = 0, present: Bool = true, db: Bool = false, l: Bool = false, g: Bool = false,
    s: Bool = true, avl: Bool = false, unusable: Bool = false
  ) {
    self.selector = selector
    self.base = base
    self.limit = limit
    self.type = type
    self.dpl = dpl
    self.present = present
    self.db = db
    self.l = l
    self.g = g
    self.s = s
    self.avl = avl
    self.unusable = unusable
  }

  /// What loading a null selector leaves; a privilege level is kept, since SS has it.
  static func null(selector: UInt16, dpl: UInt8) -> SegmentRegister {
    SegmentRegister(
      selector: selector, limit: 0xFFFF_FFFF, dpl: dpl, db: true, g: true, unusable: true)
  }
}

/// GDTR or IDTR.
public struct DescriptorTable: Sendable, Equatable {
  /// The linear address of the first entry.
  public var base: UInt64
  /// The offset of the last byte.
  public var limit: UInt16

  /// A table at `base` of `limit` + 1 bytes.
  public init(base: UInt64 = 0, limit: UInt16 = 0xFFFF) {
    self.base = base
    self.limit = limit
  }
}

/// Which segment register, in the order of the instructions' encoding (SDM vol. 2, table B-8).
public enum SegmentName: UInt8, Sendable {
  /// The extra segment.
  case es
  /// The code segment.
  case cs
  /// The stack segment.
  case ss
  /// The data segment.
  case ds
  /// FS.
  case fs
  /// GS.
  case gs
}
