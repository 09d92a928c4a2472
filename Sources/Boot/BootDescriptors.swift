/// The descriptor table of 32-bit and 64-bit entries, so that a vcpu's segment registers and the table
/// in memory say the same. Selectors are those of Linux's boot protocol (boot.rst, "32-bit boot
/// protocol": `__BOOT_CS` 0x10, `__BOOT_DS` 0x18); PVH and multiboot leave them open.
///
/// All segments have base 0 and limit 4 GiB. CS is 0x10; DS, ES, FS, GS and SS are 0x18; TR is 0x20,
/// base 0, limit 0x67 (PVH asks for that one). No IDT: base 0, limit 0; interrupts are off.
public enum BootDescriptors {
  /// The table's guest-physical address, for GDTR.
  public static let gdtAddress = BootLayout.descriptorTable
  /// The table's limit, for GDTR: six descriptors.
  public static let gdtLimit: UInt16 = 0x2F
  /// CS.
  public static let codeSelector: UInt16 = 0x10
  /// DS, ES, FS, GS and SS.
  public static let dataSelector: UInt16 = 0x18
  /// TR.
  public static let taskSelector: UInt16 = 0x20
  /// The limit of the task state segment, in bytes; its base is 0.
  public static let taskLimit: UInt32 = 0x67
  /// 4 GiB of 32-bit code, readable, accessed (SDM volume 3A, 3.4.5).
  public static let code32: UInt64 = 0x00CF_9B00_0000_FFFF
  /// 64-bit code, readable, accessed: L set, D clear.
  public static let code64: UInt64 = 0x00AF_9B00_0000_FFFF
  /// 4 GiB of data, writable, accessed.
  public static let data: UInt64 = 0x00CF_9300_0000_FFFF
  /// A busy task state segment: 32-bit outside 64-bit mode, 64-bit within. Bits 127:64 are 0.
  public static let task: UInt64 = 0x0000_8B00_0000_0067

  /// The table's bytes, with `code` at ``codeSelector``.
  static func table(code: UInt64) -> BootBytes {
    var bytes = BootBytes(count: Int(gdtLimit) + 1)
    bytes.put(code, at: Int(codeSelector))
    bytes.put(data, at: Int(dataSelector))
    bytes.put(task, at: Int(taskSelector))
    return bytes
  }
}
