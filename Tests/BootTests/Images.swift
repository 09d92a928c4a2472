import Boot

/// Bytes under construction, little-endian.
struct Bytes {
  var array: [UInt8]

  init(count: Int) { array = [UInt8](repeating: 0, count: count) }

  mutating func put<Number: FixedWidthInteger>(_ value: Number, at offset: Int) {
    for byte in 0..<Number.bitWidth / 8 {
      array[offset + byte] = UInt8(truncatingIfNeeded: value >> Number(8 * byte))
    }
  }

  mutating func put(_ text: String, at offset: Int) {
    array.replaceSubrange(offset..<offset + text.utf8.count, with: Array(text.utf8))
  }
}

/// An image in Linux's bzImage format, built by boot.rst, field by field.
struct LinuxImage {
  var version: UInt16 = 0x020F
  var setupSectors: UInt8 = 2
  var loadFlags: UInt8 = 1
  var entry: UInt32 = 0x10_0000
  var initialRAMDiskMax: UInt32 = 0x7FFF_FFFF
  var alignment: UInt32 = 0x20_0000
  var isRelocatable: UInt8 = 1
  var extendedFlags: UInt16 = 1
  var commandLineMax: UInt32 = 2047
  var preferredAddress: UInt64 = 0x100_0000
  var initialBytes: UInt32 = 0x40_0000
  var text = "6.1.0-56-test (builder@host) #1 SMP"
  var kernelBytes = 0x1234
  /// In units of 16 bytes; nil: what is right.
  var paragraphs: UInt32?

  /// Memtest86+'s header: it does not move and has a 64-bit entry.
  static let memtest = LinuxImage(
    version: 0x020C, initialRAMDiskMax: .max, alignment: 0x1000, isRelocatable: 0,
    extendedFlags: 9, commandLineMax: 255, preferredAddress: 0x10_0000, initialBytes: 0x6_ACF8,
    text: "Memtest86+ v6.10")
  /// iPXE's header: no 32-bit entry, so its setup code has to run.
  static let ipxe = LinuxImage(
    version: 0x0207, setupSectors: 5, entry: 0, initialRAMDiskMax: .max, alignment: 0,
    isRelocatable: 0, text: "1.0.0+git")

  var bytes: [UInt8] {
    let setup = 512 * (Int(setupSectors == 0 ? 4 : setupSectors) + 1)
    var image = Bytes(count: setup + kernelBytes)
    image.put(setupSectors, at: 0x1F1)
    image.put(paragraphs ?? UInt32((kernelBytes + 15) / 16), at: 0x1F4)
    image.put(UInt16(0xAA55), at: 0x1FE)
    // The jump over the header, to 0x268.
    image.put(UInt16(0x66EB), at: 0x200)
    image.put("HdrS", at: 0x202)
    image.put(version, at: 0x206)
    image.put(UInt16(0x300 - 0x200), at: 0x20E)
    image.put(text, at: 0x300)
    image.put(loadFlags, at: 0x211)
    image.put(entry, at: 0x214)
    if version >= 0x0203 { image.put(initialRAMDiskMax, at: 0x22C) }
    if version >= 0x0205 {
      image.put(alignment, at: 0x230)
      image.put(isRelocatable, at: 0x234)
    }
    if version >= 0x0206 { image.put(commandLineMax, at: 0x238) }
    if version >= 0x020A {
      image.put(preferredAddress, at: 0x258)
      image.put(initialBytes, at: 0x260)
    }
    if version >= 0x020C { image.put(extendedFlags, at: 0x236) }
    for index in 0..<kernelBytes {
      image.array[setup + index] = UInt8(truncatingIfNeeded: index &* 7 &+ 1)
    }
    return image.array
  }
}

/// A static ELF file, built by the System V ABI.
struct ELFFile {
  struct Load {
    var physical: UInt64
    /// nil: as the physical address.
    var virtual: UInt64?
    var bytes: [UInt8]
    /// nil: as many as there are bytes.
    var memoryBytes: UInt64?
  }

  var bits = 64
  var machine: UInt16 = 62
  var type: UInt16 = 2
  var entry: UInt64 = 0x10_0000
  var loads: [Load] = [
    Load(physical: 0x10_0000, bytes: [0xF4, 0xEB, 0xFD, 0x90], memoryBytes: 0x3000)
  ]
  /// The notes of a PT_NOTE, if there is one.
  var notes: [UInt8]?
  var noteAlignment: UInt64 = 4
  /// The type of a further, empty program header.
  var extraType: UInt32?

  /// Where the program headers are.
  var table: Int { bits == 64 ? 64 : 52 }
  var entryBytes: Int { bits == 64 ? 56 : 32 }
  /// The offset of program header `index`.
  func position(_ index: Int) -> Int { table + entryBytes * index }

  var bytes: [UInt8] {
    let count = loads.count + (notes == nil ? 0 : 1) + (extraType == nil ? 0 : 1)
    var file = Bytes(count: (position(count) + 15) & ~15)
    func put(_ value: UInt64, wide: Int, narrow: Int, from base: Int = 0) {
      if bits == 64 {
        file.put(value, at: base + wide)
      } else {
        file.put(UInt32(truncatingIfNeeded: value), at: base + narrow)
      }
    }
    file.put("\u{7F}ELF", at: 0)
    file.put(UInt8(bits / 32), at: 4)
    file.put(UInt16(0x0101), at: 5)
    file.put(type, at: 0x10)
    file.put(machine, at: 0x12)
    file.put(UInt32(1), at: 0x14)
    put(entry, wide: 0x18, narrow: 0x18)
    put(UInt64(table), wide: 0x20, narrow: 0x1C)
    file.put(UInt16(entryBytes), at: bits == 64 ? 0x36 : 0x2A)
    file.put(UInt16(count), at: bits == 64 ? 0x38 : 0x2C)
    func header(_ index: Int, _ type: UInt32, _ load: Load, _ alignment: UInt64) {
      let base = position(index)
      let offset = file.array.count
      file.put(type, at: base)
      put(UInt64(offset), wide: 8, narrow: 4, from: base)
      put(load.virtual ?? load.physical, wide: 16, narrow: 8, from: base)
      put(load.physical, wide: 24, narrow: 12, from: base)
      put(UInt64(load.bytes.count), wide: 32, narrow: 16, from: base)
      put(load.memoryBytes ?? UInt64(load.bytes.count), wide: 40, narrow: 20, from: base)
      put(alignment, wide: 48, narrow: 28, from: base)
      file.array += load.bytes
      file.array += [UInt8](repeating: 0, count: (16 - file.array.count % 16) % 16)
    }
    for (index, load) in loads.enumerated() { header(index, 1, load, 0x1000) }
    if let notes { header(loads.count, 4, Load(physical: 0, bytes: notes), noteAlignment) }
    if let extraType { header(count - 1, extraType, Load(physical: 0, bytes: []), 1) }
    return file.array
  }

  /// A note as it lies in a file.
  static func note(
    name: String, type: UInt32, _ description: [UInt8], alignment: Int = 4
  ) -> [UInt8] {
    var bytes = Bytes(count: 12)
    bytes.put(UInt32(name.utf8.count), at: 0)
    bytes.put(UInt32(description.count), at: 4)
    bytes.put(type, at: 8)
    for part in [Array(name.utf8), description] {
      bytes.array += part
      bytes.array += [UInt8](
        repeating: 0, count: (alignment - bytes.array.count % alignment) % alignment)
    }
    return bytes.array
  }

  /// The note that names a PVH entry, in `width` bytes, after another of the same owner.
  static func pvhNotes(entry: UInt64, width: Int = 8) -> [UInt8] {
    note(name: "Xen\0", type: 6, Array("linux\0".utf8))
      + note(
        name: "Xen\0", type: 18,
        (0..<width).map { UInt8(truncatingIfNeeded: entry >> UInt64(8 * $0)) })
  }
}

/// A multiboot header, and code behind it.
struct MultibootImage {
  struct Addresses {
    var header: UInt32
    var load: UInt32
    var loadEnd: UInt32 = 0
    var bssEnd: UInt32 = 0
    var entry: UInt32
  }

  var flags: UInt32 = 0
  var addresses: Addresses?
  /// Bytes before the header.
  var before = 0

  /// An image that is not ELF, loaded at 1 MiB.
  static let raw = MultibootImage(
    addresses: Addresses(
      header: 0x10_0010, load: 0x10_0000, bssEnd: 0x10_2000, entry: 0x10_0030), before: 16)

  var bytes: [UInt8] {
    var image = Bytes(count: before + 32 + 16)
    let flags = addresses == nil ? flags : flags | 1 << 16
    image.put(UInt32(0x1BAD_B002), at: before)
    image.put(flags, at: before + 4)
    image.put(0 &- (0x1BAD_B002 &+ flags), at: before + 8)
    if let addresses {
      image.put(addresses.header, at: before + 12)
      image.put(addresses.load, at: before + 16)
      image.put(addresses.loadEnd, at: before + 20)
      image.put(addresses.bssEnd, at: before + 24)
      image.put(addresses.entry, at: before + 28)
    }
    image.array.replaceSubrange(before + 32..<before + 35, with: [0xF4, 0xEB, 0xFD])
    return image.array
  }
}
