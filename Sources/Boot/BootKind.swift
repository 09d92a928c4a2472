/// What an image file was found to be, and by which door it is entered.
public enum BootKind: Sendable, Equatable, CustomStringConvertible {
  /// Linux's bzImage format and what else uses it. `version` is the image's own word for itself,
  /// printable ASCII only, or empty.
  case linux(version: String, protocolVersion: UInt16, entry: Mode)
  /// An ELF file with a note that names a PVH entry.
  case pvh(bits: Int)
  /// A multiboot 1 image: an ELF file of so many bits, or nil where the header's own addresses say
  /// what goes where.
  case multiboot(bits: Int?)
  /// A static ELF file without a note, entered in its own mode, with Linux's zero page in RSI or ESI.
  case elf(bits: Int)
  /// A file loaded as it is.
  case flat(address: UInt64, entry: Mode)

  /// The mode of an entry.
  public enum Mode: Sendable, Equatable, CustomStringConvertible {
    /// 16-bit code that expects a BIOS.
    case real
    /// 32-bit code without paging.
    case protected32
    /// 64-bit code with an identity map.
    case long64

    /// As in "64-bit".
    public var description: String {
      switch self {
      case .real: "real-mode"
      case .protected32: "32-bit"
      case .long64: "64-bit"
      }
    }
  }

  /// For example "Linux bzImage 6.1.0-56-amd64, 64-bit entry".
  public var description: String {
    switch self {
    case .linux(let version, let number, let entry):
      let low = String(number & 0xFF)
      let text = "\(number >> 8).\(low.count < 2 ? "0" : "")\(low)"
      return
        "Linux bzImage \(version.isEmpty ? "of boot protocol \(text)" : version), \(entry) entry"
    case .pvh(let bits): return "ELF\(bits) kernel, PVH entry"
    case .multiboot(let bits?): return "ELF\(bits) kernel, multiboot entry"
    case .multiboot(nil): return "multiboot kernel loaded by its header's addresses"
    case .elf(let bits): return "static ELF\(bits), \(bits)-bit entry"
    case .flat(let address, let entry): return "flat binary at \(hex(address)), \(entry) entry"
    }
  }
}

/// The number as C writes it in hexadecimal.
func hex(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }
