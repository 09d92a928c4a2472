/// A flat code and a flat data segment, as they lie in the guest's descriptor table: what the boot
/// protocols of kernels start with.
public struct FlatSegments: Sendable, Equatable {
  /// Guest-physical address of the descriptor table.
  public var tableAddress: UInt64
  /// The table's limit: its bytes less one.
  public var tableLimit: UInt16
  /// Selector of the code segment.
  public var code: UInt16
  /// Selector of the data segment.
  public var data: UInt16
  /// Selector of a task state segment.
  public var task: UInt16

  /// The descriptor table at `tableAddress`.
  public init(tableAddress: UInt64, tableLimit: UInt16, code: UInt16, data: UInt16, task: UInt16) {
    self.tableAddress = tableAddress
    self.tableLimit = tableLimit
    self.code = code
    self.data = data
    self.task = task
  }
}

/// How a vcpu starts that no firmware brings up: what a boot loader would leave in its registers.
public enum VCPUStart: Sendable, Equatable {
  /// Real mode at `segment`:`offset`; the data segments and SS hold `data`, SP is `stack`.
  case realMode(segment: UInt16, offset: UInt16, data: UInt16, stack: UInt16)
  /// 32-bit protected mode without paging, flat segments.
  case protected32(
    entry: UInt32, eax: UInt32, ebx: UInt32, esi: UInt32, edi: UInt32, ebp: UInt32, esp: UInt32,
    segments: FlatSegments)
  /// 64-bit mode with the page table at `pageTable`, flat segments.
  case long64(entry: UInt64, rsi: UInt64, rsp: UInt64, pageTable: UInt64, segments: FlatSegments)
}
