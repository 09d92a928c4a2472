/// What an instruction can see and change of a vcpu, but for memory and the x87/SSE/AVX registers:
/// those are fetched through ``GuestAccess`` when they are needed.
public struct ProcessorState: Sendable, Equatable {
  /// RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8 to R15 (the SDM's order, not kvm_regs').
  public var gprs: [16 of UInt64]
  /// The instruction pointer: of the instruction to repair.
  public var rip: UInt64
  /// RFLAGS.
  public var rflags: UInt64
  /// CR0.
  public var cr0: UInt64
  /// CR2. Never read; kept for those who write a whole state back.
  public var cr2: UInt64
  /// CR3.
  public var cr3: UInt64
  /// CR4.
  public var cr4: UInt64
  /// IA32_EFER.
  public var efer: UInt64
  /// XCR0: which parts XSAVE manages.
  public var xcr0: UInt64
  /// CS.
  public var cs: SegmentRegister
  /// DS.
  public var ds: SegmentRegister
  /// ES.
  public var es: SegmentRegister
  /// FS.
  public var fs: SegmentRegister
  /// GS.
  public var gs: SegmentRegister
  /// SS; its DPL is the current privilege level.
  public var ss: SegmentRegister
  /// The task register.
  public var tr: SegmentRegister
  /// The local descriptor table's register.
  public var ldt: SegmentRegister
  /// GDTR.
  public var gdt: DescriptorTable
  /// IDTR.
  public var idt: DescriptorTable
  /// What CPUID tells the guest: an instruction that it does not have raises #UD.
  public var features: ProcessorFeatures

  /// The state after INIT (SDM vol. 3, table 10-1), with all features.
  public init() {
    gprs = .init(repeating: 0)
    rip = 0xFFF0
    rflags = 2
    cr0 = 0x6000_0010
    cr2 = 0
    cr3 = 0
    cr4 = 0
    efer = 0
    xcr0 = 1
    cs = SegmentRegister(selector: 0xF000, base: 0xFFFF_0000, type: 11)
    ds = SegmentRegister()
    es = SegmentRegister()
    fs = SegmentRegister()
    gs = SegmentRegister()
    ss = SegmentRegister()
    tr = SegmentRegister(type: 11, s: false)
    ldt = SegmentRegister(type: 2, s: false)
    gdt = DescriptorTable()
    idt = DescriptorTable()
    features = .all
  }

  /// Compares everything.
  public static func == (a: ProcessorState, b: ProcessorState) -> Bool {
    for index in 0..<16 where a.gprs[index] != b.gprs[index] { return false }
    return a.rip == b.rip && a.rflags == b.rflags && a.cr0 == b.cr0 && a.cr2 == b.cr2
      && a.cr3 == b.cr3 && a.cr4 == b.cr4 && a.efer == b.efer && a.xcr0 == b.xcr0 && a.cs == b.cs
      && a.ds == b.ds && a.es == b.es && a.fs == b.fs && a.gs == b.gs && a.ss == b.ss
      && a.tr == b.tr && a.ldt == b.ldt && a.gdt == b.gdt && a.idt == b.idt
      && a.features == b.features
  }

  /// RSP.
  public var rsp: UInt64 {
    get { gprs[4] }
    set { gprs[4] = newValue }
  }

  /// The segment register `name`.
  public subscript(name: SegmentName) -> SegmentRegister {
    get {
      switch name {
      case .es: es
      case .cs: cs
      case .ss: ss
      case .ds: ds
      case .fs: fs
      case .gs: gs
      }
    }
    set {
      switch name {
      case .es: es = newValue
      case .cs: cs = newValue
      case .ss: ss = newValue
      case .ds: ds = newValue
      case .fs: fs = newValue
      case .gs: gs = newValue
      }
    }
  }
}

/// How addresses are made and privileges checked (SDM vol. 3, 2.2).
public enum ProcessorMode: Sendable {
  /// Real-address mode.
  case real
  /// Virtual-8086 mode.
  case virtual8086
  /// Protected mode, 16 or 32 bits.
  case protected
  /// IA-32e mode with a 16- or 32-bit code segment.
  case compatibility
  /// IA-32e mode with a 64-bit code segment.
  case long
}

extension ProcessorState {
  /// Which mode CR0, RFLAGS, EFER and CS make.
  public var mode: ProcessorMode {
    if cr0 & 1 == 0 { return .real }
    if isLongModeActive { return cs.l ? .long : .compatibility }
    return rflags & RFLAGS.vm != 0 ? .virtual8086 : .protected
  }

  /// EFER.LMA.
  public var isLongModeActive: Bool { efer & (1 << 10) != 0 }

  /// The current privilege level, 0 to 3.
  public var privilege: UInt8 {
    switch mode {
    case .real: 0
    case .virtual8086: 3
    default: ss.dpl & 3
    }
  }

  /// Whether `address` is canonical for this processor's paging (SDM vol. 1, 3.3.7.1).
  public func isCanonical(_ address: UInt64) -> Bool {
    let shift: UInt64 = cr4 & (1 << 12) != 0 ? 7 : 16
    return UInt64(bitPattern: Int64(bitPattern: address << shift) >> Int64(shift)) == address
  }
}

/// Bits of RFLAGS (SDM vol. 1, 3.4.3).
enum RFLAGS {
  static let cf: UInt64 = 1 << 0
  static let pf: UInt64 = 1 << 2
  static let af: UInt64 = 1 << 4
  static let zf: UInt64 = 1 << 6
  static let sf: UInt64 = 1 << 7
  static let tf: UInt64 = 1 << 8
  static let `if`: UInt64 = 1 << 9
  static let df: UInt64 = 1 << 10
  static let of: UInt64 = 1 << 11
  static let iopl: UInt64 = 3 << 12
  static let nt: UInt64 = 1 << 14
  static let rf: UInt64 = 1 << 16
  static let vm: UInt64 = 1 << 17
  static let ac: UInt64 = 1 << 18
  static let vif: UInt64 = 1 << 19
  static let vip: UInt64 = 1 << 20
  static let id: UInt64 = 1 << 21
  /// The six flags of arithmetic.
  static let status: UInt64 = cf | pf | af | zf | sf | of
}
