/// A header of the Multiboot Specification, version 0.6.96, section 3.1.
struct MultibootHeader {
  /// The header lies wholly within so many bytes of the file.
  static let searchBytes = 8192
  private static let magic: UInt32 = 0x1BAD_B002
  /// Bit 16: the five address fields hold.
  private static let hasAddresses: UInt32 = 1 << 16
  /// Bits 15:0 are demands that a boot loader has to know. Modules are on page boundaries (bit 0) and
  /// there is a memory map (bit 1) in any case; a video mode (bit 2) is only a wish (section 3.1.4), and
  /// what the information says of video is: none.
  private static let knownDemands: UInt32 = 0x7

  /// The address fields: where the image goes if it is not loaded as ELF.
  struct Addresses {
    let header: UInt32
    let load: UInt32
    /// The end of what the file holds; 0: all of the file.
    let loadEnd: UInt32
    /// The end of what is zero behind that; 0: nothing is.
    let bssEnd: UInt32
    let entry: UInt32
  }

  /// Where in the file the header lies.
  let position: UInt64
  let addresses: Addresses?

  /// The first header of `image`, or nil if it has none. A magic number without a right checksum is
  /// not one.
  init?(in image: ImageReader) throws(BootError) {
    let last = min(image.bytes.count, Self.searchBytes) - 12
    guard
      let position = stride(from: 0, through: last, by: 4).first(where: {
        let word = { (offset: Int) in Self.word(image.bytes, offset) }
        return word($0) == Self.magic && word($0) &+ word($0 + 4) &+ word($0 + 8) == 0
      })
    else { return nil }
    self.position = UInt64(position)
    let flags = Self.word(image.bytes, position + 4)
    let unknown = flags & 0xFFFF & ~Self.knownDemands
    guard unknown == 0 else {
      throw .invalid(
        .multibootHeader, offset: UInt64(position),
        problem: "demands \(hex(unknown)) of flags \(hex(flags)) are not in the specification; "
          + "tryst cannot meet them")
    }
    guard flags & Self.hasAddresses != 0 else {
      addresses = nil
      return
    }
    let header = UInt64(position)
    func word(_ offset: UInt64) throws(BootError) -> UInt32 {
      try image.read(UInt32.self, at: header + offset, of: .multibootHeader, header: header)
    }
    addresses = Addresses(
      header: try word(12), load: try word(16), loadEnd: try word(20), bssEnd: try word(24),
      entry: try word(28))
  }

  /// The number at `offset`, which is in bounds.
  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
