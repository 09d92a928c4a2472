/// The setup header of Linux's boot protocol (boot.rst, "The Real-Mode Kernel Header"). Offsets are
/// those of the file, which are those of the zero page too. Fields that the image's protocol version does
/// not have hold what boot.rst says to take instead.
struct LinuxHeader {
  static let magic: [UInt8] = Array("HdrS".utf8)
  static let magicOffset = 0x202
  /// Bit 0 of loadflags: the kernel goes to 1 MiB, not below 640 KiB.
  static let loadedHigh: UInt8 = 1
  /// Bit 7 of loadflags: heap_end_ptr holds.
  static let canUseHeap: UInt8 = 0x80
  /// Where a kernel goes that cannot be moved.
  static let highAddress: UInt64 = 0x10_0000

  /// Major version in the high byte: 0x020F is 2.15.
  let version: UInt16
  /// Bytes of the file before the protected-mode kernel: boot sector and setup code.
  let setupBytes: UInt64
  let loadFlags: UInt8
  let extendedFlags: UInt16
  /// code32_start: where 32-bit code starts if the kernel is not moved.
  let entry: UInt32
  /// The highest byte that the initial RAM disk may have.
  let initialRAMDiskMax: UInt64
  /// The most bytes of a command line, without its zero byte.
  let commandLineMax: UInt64
  let isRelocatable: Bool
  let alignment: UInt64
  /// Where the kernel wants to be; nil before 2.10.
  let preferredAddress: UInt64?
  /// Bytes that the kernel needs from where it runs before it looks at the memory map.
  let initialBytes: UInt64
  /// Offset of the version text in the file, or nil.
  let versionText: UInt64?
  /// The bytes of the header itself, from ``ZeroPage/header`` on.
  let bytes: ArraySlice<UInt8>

  var isLoadedHigh: Bool { loadFlags & Self.loadedHigh != 0 }

  /// Reads and checks the header.
  init(_ image: ImageReader) throws(BootError) {
    func field<Number: FixedWidthInteger & UnsignedInteger>(
      _ offset: UInt64, _ type: Number.Type
    ) throws(BootError) -> Number {
      try image.read(type, at: offset, of: .linuxHeader, header: offset)
    }
    version = try field(0x206, UInt16.self)
    guard version >= 0x0200 else {
      throw .invalid(
        .linuxHeader, offset: 0x206,
        problem: "boot protocol version \(hex(version)) does not exist; the file is damaged")
    }
    // 0 means 4, for very old kernels; the boot sector comes before.
    let sectors = try field(0x1F1, UInt8.self)
    setupBytes = (UInt64(sectors == 0 ? 4 : sectors) + 1) * 512
    loadFlags = try field(0x211, UInt8.self)
    entry = try field(0x214, UInt32.self)
    let text = UInt64(try field(0x20E, UInt16.self))
    versionText = text == 0 ? nil : text + 0x200
    initialRAMDiskMax = version >= 0x0203 ? UInt64(try field(0x22C, UInt32.self)) : 0x37FF_FFFF
    alignment = version >= 0x0205 ? UInt64(try field(0x230, UInt32.self)) : 0
    isRelocatable = version >= 0x0205 ? try field(0x234, UInt8.self) != 0 : false
    commandLineMax = version >= 0x0206 ? UInt64(try field(0x238, UInt32.self)) : 255
    preferredAddress = version >= 0x020A ? try field(0x258, UInt64.self) : nil
    initialBytes = version >= 0x020A ? UInt64(try field(0x260, UInt32.self)) : 0
    extendedFlags = version >= 0x020C ? try field(0x236, UInt16.self) : 0
    if isRelocatable && (alignment == 0 || alignment & (alignment - 1) != 0) {
      throw .invalid(
        .linuxHeader, offset: 0x230,
        problem: "kernel_alignment \(hex(alignment)) is no power of two; the file is damaged")
    }
    // The header ends where the jump over it, whose distance is at 0x201, goes.
    let end = 0x202 + UInt64(try field(0x201, UInt8.self))
    let start = UInt64(ZeroPage.header)
    bytes = try image.slice(.linuxHeader, header: 0x201, offset: start, count: end - start)
    // Since 2.04 the kernel's size is here, in units of 16 bytes, rounded up.
    if version >= 0x0204 {
      let kernel = UInt64(try field(0x1F4, UInt32.self)) * 16
      let slack: UInt64 = 15
      if kernel > slack {
        _ = try image.slice(
          .linuxHeader, header: 0x1F4, offset: setupBytes, count: kernel - slack)
      }
    }
  }

  /// The mode in which the image wants to be entered. Code that has no 32-bit entry (iPXE: code32_start
  /// is 0) or is not loaded high starts with its setup code in real mode.
  var mode: BootKind.Mode {
    if version >= 0x020C && extendedFlags & 1 != 0 { return .long64 }
    return isLoadedHigh && version >= 0x0202 && entry != 0 ? .protected32 : .real
  }

  /// The image's word for its version: printable ASCII up to a parenthesis, at most 64 characters.
  func versionName(in image: ImageReader) -> String {
    guard let versionText, versionText < min(setupBytes, image.count) else { return "" }
    let text = image.bytes[Int(versionText)...].prefix(64)
      .prefix { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "(") }
    let trimmed = text.reversed().drop { $0 == 0x20 }.reversed()
    return String(decoding: Array(trimmed), as: UTF8.self)
  }

  /// Writes what every boot loader writes, into a zero page or into setup code.
  static func setLoaderFields(
    of page: inout BootBytes, commandLine: UInt64, initialRAMDisk: Range<UInt64>?
  ) {
    // A loader without a number of its own.
    page.put(UInt8(0xFF), at: 0x210)
    page.put(UInt32(truncatingIfNeeded: initialRAMDisk?.lowerBound ?? 0), at: 0x218)
    page.put(
      UInt32(truncatingIfNeeded: initialRAMDisk.map { $0.upperBound - $0.lowerBound } ?? 0),
      at: 0x21C)
    page.put(UInt32(truncatingIfNeeded: commandLine), at: 0x228)
  }
}
