/// Tells by its content what an image file is, and plans how to boot it.
///
/// In this order: a file with an address for it is flat, whatever it holds; `HdrS` at 0x202 is Linux's
/// bzImage format; ELF with a PVH note is entered there, because PVH tells the guest more than
/// multiboot does; then come a multiboot header, and ELF without either.
public enum BootLoader {
  /// The plan for `request`. The work is proportional to the file's size, and no more memory is taken
  /// than a copy of the setup code, the page tables (at most 92 KiB) and a few pages.
  public static func plan(_ request: BootRequest) throws(BootError) -> BootPlan {
    let image = ImageReader(bytes: request.file)
    guard image.count > 0 else { throw .empty }
    if let address = request.flatAddress {
      return try FlatLoader(image: image, address: address, request: request).plan()
    }
    if image.has(LinuxHeader.magic, at: LinuxHeader.magicOffset) {
      let header = try LinuxHeader(image)
      return try LinuxLoader(image: image, header: header, request: request).plan()
    }
    let isELF = image.has(ELFImage.magic, at: 0)
    let multiboot = try MultibootHeader(in: image)
    // A multiboot image with its own addresses may wear an ELF header that is none of ours.
    if let multiboot, !isELF || multiboot.addresses != nil {
      return try MultibootLoader(image: image, header: multiboot, request: request).plan(elf: nil)
    }
    guard isELF else { throw .unknownFormat(fileBytes: image.bytes.count) }
    let elf = try ELFImage(image)
    if let note = try elf.pvhEntry() {
      return try PVHLoader(elf: elf, note: note, request: request).plan()
    }
    if let multiboot {
      return try MultibootLoader(image: image, header: multiboot, request: request).plan(elf: elf)
    }
    return try ELFLoader(elf: elf, request: request).plan()
  }
}
