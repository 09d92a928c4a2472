/// A part of an image file, or something in memory, as errors name it.
public enum BootPiece: Sendable, Equatable, CustomStringConvertible {
  case file
  case linuxHeader
  case linuxSetup
  case linuxKernel
  case elfHeader
  case programHeader(Int)
  case programHeaderTable
  case elfNote
  case multibootHeader
  case multibootImage
  case entry
  case commandLine
  case initialRAMDisk
  case descriptorTable
  case information
  case stack
  case pageTables
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
    case .descriptorTable: "descriptor table"
    case .information: "boot information page"
    case .stack: "boot stack"
    case .pageTables: "page tables"
    case .systemTables: "ACPI and MP tables"
    }
  }
}
