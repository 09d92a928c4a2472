/// One vcpu looked at closely, as it was when it last left the guest or went to sleep. Its own thread wrote
/// it down in passing: nothing was stopped for it.
public struct VCPUDetail: Sendable, Equatable {
  /// The vcpu's number.
  public var vcpu = 0
  /// When it was written down, nanoseconds since the machine started.
  public var timeNanoseconds: UInt64 = 0
  /// Its registers.
  public var registers = VCPURegisters()
  /// Its local APIC.
  public var localAPIC = LocalAPICDetail()
  /// Whether it could take an interrupt: RFLAGS.IF.
  public var interruptFlag = false
  /// Whether the instruction behind it is STI or MOV SS.
  public var hasInterruptShadow = false
  /// Whether an NMI handler keeps NMIs out.
  public var isNMIBlocked = false
  /// Why the highest pending vector is not delivered; nil where none is pending, or it will be at the next
  /// entry.
  public var pendingReason: PendingReason?

  /// All zero.
  public init() {}
}

/// The registers of a vcpu. Those below `efer` cost a system call and are looked at a few times a second
/// at most: `systemTimeNanoseconds` says when.
public struct VCPURegisters: Sendable, Equatable {
  /// rax, rbx, rcx, rdx, rsi, rdi, rsp, rbp, r8 to r15, in this order.
  public var general: [UInt64] = Array(repeating: 0, count: 16)
  /// The instruction pointer.
  public var rip: UInt64 = 0
  /// RFLAGS.
  public var rflags: UInt64 = 0
  /// Control registers.
  public var cr0: UInt64 = 0
  /// The address of the last page fault.
  public var cr2: UInt64 = 0
  /// The page table.
  public var cr3: UInt64 = 0
  /// Control register 4.
  public var cr4: UInt64 = 0
  /// The extended feature register.
  public var efer: UInt64 = 0
  /// Selectors of cs, ds, es, ss, fs and gs.
  public var selectors: [UInt16] = Array(repeating: 0, count: 6)
  /// Whether the code segment is a 64-bit one.
  public var isLongMode = false
  /// When the control registers and selectors were looked at, nanoseconds since the machine started; 0:
  /// never.
  public var systemTimeNanoseconds: UInt64 = 0

  /// The names of ``general``.
  public static let names = [
    "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rsp", "rbp", "r8", "r9", "r10", "r11", "r12", "r13",
    "r14", "r15",
  ]

  /// All zero.
  public init() {}
}

/// A local APIC's registers (SDM vol. 3, "Local APIC Register Address Map").
public struct LocalAPICDetail: Sendable, Equatable {
  /// The APIC id.
  public var id: UInt32 = 0
  /// IA32_APIC_BASE: bit 11 enables it, bit 10 makes it an x2APIC.
  public var base: UInt64 = 0
  /// TPR.
  public var taskPriority: UInt8 = 0
  /// PPR.
  public var processorPriority: UInt8 = 0
  /// LDR as the mode shows it.
  public var logicalDestination: UInt32 = 0
  /// DFR.
  public var destinationFormat: UInt32 = 0
  /// SVR; bit 8 is the software enable.
  public var spuriousVector: UInt32 = 0
  /// ESR.
  public var errorStatus: UInt32 = 0
  /// ICR, high word above.
  public var interruptCommand: UInt64 = 0
  /// IRR, ISR and TMR: 256 bits each, 8 words with vectors 0 to 31 first.
  public var interruptRequest: [UInt32] = Array(repeating: 0, count: 8)
  /// In service.
  public var inService: [UInt32] = Array(repeating: 0, count: 8)
  /// Trigger mode.
  public var triggerMode: [UInt32] = Array(repeating: 0, count: 8)
  /// LVT: CMCI, timer, thermal, performance, LINT0, LINT1, error.
  public var localVectors: [UInt32] = Array(repeating: 0, count: 7)
  /// The timer's initial and current count.
  public var initialCount: UInt32 = 0
  /// What it has counted down to.
  public var currentCount: UInt32 = 0

  /// The names of ``localVectors``.
  public static let localVectorNames = [
    "CMCI", "timer", "thermal", "perf", "LINT0", "LINT1", "error",
  ]

  /// All zero.
  public init() {}
}
