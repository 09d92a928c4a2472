/// The parts of a static ELF file that say what goes where (System V ABI, chapters 4 and 5).
struct ELFImage {
  static let magic: [UInt8] = [0x7F] + Array("ELF".utf8)
  /// The most program headers of a file; a kernel has about five.
  static let programHeaderLimit = 1024

  /// An entry of the program header table.
  struct ProgramHeader {
    static let load: UInt32 = 1
    static let interpreter: UInt32 = 3
    static let note: UInt32 = 4

    let index: Int
    /// Where in the file the entry itself lies.
    let position: UInt64
    let type: UInt32
    let offset: UInt64
    let virtualAddress: UInt64
    let physicalAddress: UInt64
    let fileBytes: UInt64
    let memoryBytes: UInt64
    let alignment: UInt64
  }

  let image: ImageReader
  /// 32 or 64.
  let bits: Int
  /// e_entry, a virtual address.
  let entry: UInt64
  let programHeaders: [ProgramHeader]

  /// Offset of e_entry in the file.
  static let entryOffset: UInt64 = 0x18

  /// Reads and checks ELF header and program headers.
  init(_ image: ImageReader) throws(BootError) {
    self.image = image
    bits = try Self.checkIdentity(image)
    let is64 = bits == 64
    func half(_ offset: UInt64) throws(BootError) -> UInt16 {
      try image.read(UInt16.self, at: offset, of: .elfHeader, header: offset)
    }
    func address(_ offset: UInt64) throws(BootError) -> UInt64 {
      try Self.address(image, is64, at: offset, of: .elfHeader, header: offset)
    }
    entry = try address(Self.entryOffset)
    let table = try address(is64 ? 0x20 : 0x1C)
    let sizeOffset: UInt64 = is64 ? 0x36 : 0x2A
    let size = UInt64(try half(sizeOffset))
    let count = Int(try half(sizeOffset + 2))
    guard size == (is64 ? 56 : 32) || count == 0 else {
      throw .invalid(
        .elfHeader, offset: sizeOffset,
        problem: "program headers of \(size) bytes are not those of ELF\(is64 ? 64 : 32); "
          + "the file is damaged")
    }
    guard (1...Self.programHeaderLimit).contains(count) else {
      throw .invalid(
        .elfHeader, offset: sizeOffset + 2,
        problem: count == 0
          ? "no program headers; this is no linked program, name the kernel itself"
          : "\(count) program headers; link the image with \(Self.programHeaderLimit) at most")
    }
    _ = try image.slice(
      .programHeaderTable, header: sizeOffset + 2, offset: table, count: size * UInt64(count))
    var headers: [ProgramHeader] = []
    headers.reserveCapacity(count)
    for index in 0..<count {
      headers.append(
        try Self.programHeader(image, is64, index, at: table + size * UInt64(index)))
    }
    programHeaders = headers
  }

  /// Checks what kind of ELF file it is, and says its bits.
  private static func checkIdentity(_ image: ImageReader) throws(BootError) -> Int {
    func check(
      _ offset: UInt64, _ found: some UnsignedInteger, _ isGood: Bool, _ problem: String
    ) throws(BootError) {
      guard isGood else {
        throw .invalid(.elfHeader, offset: offset, problem: "\(hex(found)) \(problem)")
      }
    }
    let bitsClass = try image.read(UInt8.self, at: 4, of: .elfHeader, header: 4)
    try check(4, bitsClass, (1...2).contains(bitsClass), "is no class; the file is damaged")
    let order = try image.read(UInt8.self, at: 5, of: .elfHeader, header: 5)
    try check(5, order, order == 1, "is not little-endian; build the image for x86")
    let type = try image.read(UInt16.self, at: 0x10, of: .elfHeader, header: 0x10)
    try check(
      0x10, type, type == 2, "is not the type of a static program (2); link the image statically")
    let machine = try image.read(UInt16.self, at: 0x12, of: .elfHeader, header: 0x12)
    try check(
      0x12, machine, machine == 62 || machine == 3 && bitsClass == 1,
      "is not the machine x86-64 (62), or i386 (3) in ELF32; build the image for x86")
    return bitsClass == 2 ? 64 : 32
  }

  private static func programHeader(
    _ image: ImageReader, _ is64: Bool, _ index: Int, at position: UInt64
  ) throws(BootError) -> ProgramHeader {
    func address(_ offset64: UInt64, _ offset32: UInt64) throws(BootError) -> UInt64 {
      try Self.address(
        image, is64, at: position + (is64 ? offset64 : offset32), of: .programHeader(index),
        header: position)
    }
    return ProgramHeader(
      index: index, position: position,
      type: try image.read(
        UInt32.self, at: position, of: .programHeader(index), header: position),
      offset: try address(8, 4), virtualAddress: try address(16, 8),
      physicalAddress: try address(24, 12), fileBytes: try address(32, 16),
      memoryBytes: try address(40, 20), alignment: try address(48, 28))
  }

  private static func address(
    _ image: ImageReader, _ is64: Bool, at offset: UInt64, of piece: BootPiece, header: UInt64
  ) throws(BootError) -> UInt64 {
    if is64 { return try image.read(UInt64.self, at: offset, of: piece, header: header) }
    return UInt64(try image.read(UInt32.self, at: offset, of: piece, header: header))
  }
}
