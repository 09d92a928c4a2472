/// A part of an image file, or something in memory, as errors name it.
public enum BootPiece: Sendable, Equatable, CustomStringConvertible {
  /// All of a file that is loaded as it is.
  case file
  /// The setup header of Linux's boot protocol.
  case linuxHeader
  /// Linux's real-mode code.
  case linuxSetup
  /// What follows the setup code in a bzImage.
  case linuxKernel
  /// An ELF file's header.
  case elfHeader
  /// An entry of an ELF file's program header table, counted from 0.
  case programHeader(Int)
  /// An ELF file's program header table.
  case programHeaderTable
  /// A note in an ELF file.
  case elfNote
  /// A multiboot header.
  case multibootHeader
  /// What a multiboot header's addresses load.
  case multibootImage
  /// Where a kernel is entered.
  case entry
  /// The kernel's command line.
  case commandLine
  /// The initial RAM disk, or multiboot module.
  case initialRAMDisk
  /// The page of descriptor table and stack.
  case descriptorTable
  /// The page of facts for the guest.
  case information
  /// The page tables of a 64-bit entry.
  case pageTables
  /// What was in memory before: ACPI and MP tables.
  case systemTables

  /// A noun that can begin a line.
  public var description: String {
    switch self {
    case .file: "file"
    case .linuxHeader: "Linux setup header"
    case .linuxSetup: "Linux setup code"
    case .linuxKernel: "Linux kernel"
    case .elfHeader: "ELF header"
    case .programHeader(let index): "ELF program header \(index)"
    case .programHeaderTable: "ELF program header table"
    case .elfNote: "ELF note"
    case .multibootHeader: "multiboot header"
    case .multibootImage: "multiboot image"
    case .entry: "entry point"
    case .commandLine: "command line"
    case .initialRAMDisk: "initial RAM disk"
    case .descriptorTable: "descriptor table and stack"
    case .information: "boot information page"
    case .pageTables: "page tables"
    case .systemTables: "ACPI and MP tables"
    }
  }
}
