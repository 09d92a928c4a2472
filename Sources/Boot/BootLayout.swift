/// Where the loaders put what they add to an image: all below 640 KiB, near to how Firecracker does it. Page 0
/// is free because guests start their other vcpus there, and 0x8000 because small 32-bit images
/// (kvm-unit-tests' realmode) are linked there.
///
///     0x06000  descriptor table and, down from the page's end, the stack (32-bit and 64-bit entries)
///     0x07000  zero page, start info or multiboot info: one page
///     0x09000  page tables (64-bit entry): level 4, level 3, then one page for each GiB
///     0x10000  setup code of a real-mode entry, its heap and stack
///     0x20000  command line, at most 64 KiB
///     0x90000  setup code of a kernel that is loaded below 640 KiB
public enum BootLayout {
  /// The descriptor table of ``BootDescriptors``.
  public static let descriptorTable: UInt64 = 0x6000
  /// The page of facts for the guest: zero page, PVH start info or multiboot info.
  public static let information: UInt64 = 0x7000
  /// The stack pointer at a 32-bit or 64-bit entry: about 4,000 bytes. The formats promise none.
  public static let stackTop: UInt64 = 0x6FF0
  /// The level 4 page table of a 64-bit entry.
  public static let pageTables: UInt64 = 0x9000
  /// GiB that fit between ``pageTables`` and the real-mode setup code.
  static let mappedGibibytes: UInt64 = 21
  /// The real-mode segment of a kernel that is loaded at 1 MiB.
  static let setup: UInt64 = 0x1_0000
  /// The command line, ended by a zero byte.
  public static let commandLine: UInt64 = 0x2_0000
  /// Room for the command line and its zero byte.
  static let commandLineRoom: UInt64 = 0x1_0000
  /// The real-mode segment of a kernel that is loaded below it.
  static let lowSetup: UInt64 = 0x9_0000
  static let pageBytes: UInt64 = 0x1000
}
