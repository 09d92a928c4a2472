/// How vcpu 0 starts: the mode it is in and what its registers hold. In each case interrupts are off
/// (RFLAGS is 2), and what is not named is as after reset.
public enum BootEntry: Sendable, Equatable {
  /// Real mode at `segment`:`offset`. DS, ES, FS, GS and SS hold `dataSegment`, SP `stackPointer`;
  /// the interrupt table is at 0, and none of the BIOS's services are there unless somebody puts
  /// them there.
  case realMode(segment: UInt16, offset: UInt16, dataSegment: UInt16, stackPointer: UInt16)
  /// Protected mode without paging (CR0.PE and CR0.ET, CR4 0), segments and table of
  /// ``BootDescriptors`` with its 32-bit code.
  case protected32(
    entry: UInt32, eax: UInt32, ebx: UInt32, esi: UInt32, edi: UInt32, ebp: UInt32, esp: UInt32)
  /// 64-bit mode (CR0.PE, CR0.ET and CR0.PG, CR4.PAE, EFER.LME and EFER.LMA), segments and table of
  /// ``BootDescriptors`` with its 64-bit code, `pageTable` in CR3, ``BootLayout/stackTop`` in RSP.
  case long64(entry: UInt64, rsi: UInt64, pageTable: UInt64)
}
