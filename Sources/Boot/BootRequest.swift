/// What is to be booted, and on what machine.
public struct BootRequest: Sendable {
  /// The whole image file.
  public var file: [UInt8]
  /// The initial RAM disk; for multiboot the only module.
  public var initialRAMDisk: [UInt8]?
  /// The kernel's command line, without its own name.
  public var commandLine: String?
  /// Where RAM is.
  public var memory: MemoryMap
  /// How many vcpus the machine has. No format tells its kernel; the system tables do.
  public var vcpus: Int
  /// Where the file goes as it is; nil: what the file is, is told by its content.
  public var flatAddress: UInt64?
  /// Where the ACPI root pointer (RSDP) lies, if there is one.
  public var rsdpAddress: UInt64?
  /// What else is in memory already and is no free RAM: the system tables.
  public var reserved: [ClosedRange<UInt64>]
  /// What the image calls itself where a format puts a name before the command line (multiboot).
  public var imageName: String

  /// A request for `file`; everything but it and `memory` may be left out.
  public init(
    file: [UInt8], initialRAMDisk: [UInt8]? = nil, commandLine: String? = nil, memory: MemoryMap,
    vcpus: Int = 1, flatAddress: UInt64? = nil, rsdpAddress: UInt64? = nil,
    reserved: [ClosedRange<UInt64>] = [], imageName: String = "kernel"
  ) {
    self.file = file
    self.initialRAMDisk = initialRAMDisk
    self.commandLine = commandLine
    self.memory = memory
    self.vcpus = vcpus
    self.flatAddress = flatAddress
    self.rsdpAddress = rsdpAddress
    self.reserved = reserved
    self.imageName = imageName
  }
}
