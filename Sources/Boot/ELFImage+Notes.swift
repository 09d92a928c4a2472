extension ELFImage {
  /// The entry point that a PVH note names (Xen's public/elfnote.h: XEN_ELFNOTE_PHYS32_ENTRY, 18), and
  /// where the note lies; nil without such a note. The value is as wide as the file's addresses, or 4 bytes.
  func pvhEntry() throws(BootError) -> (address: UInt64, position: UInt64)? {
    let type: UInt32 = 18
    let name: [UInt8] = Array("Xen\0".utf8)
    var remaining = image.count
    for header in programHeaders where header.type == ProgramHeader.note {
      let piece = BootPiece.programHeader(header.index)
      _ = try image.slice(
        piece, header: header.position, offset: header.offset, count: header.fileBytes)
      // Notes that several headers name again and again would be work without end.
      guard header.fileBytes <= remaining else {
        throw .invalid(
          piece, offset: header.position,
          problem: "the notes have more bytes than the file; the file is damaged")
      }
      remaining -= header.fileBytes
      let alignment: UInt64 = header.alignment == 8 ? 8 : 4
      let end = header.offset + header.fileBytes
      var position = header.offset
      while end - position >= Note.headerBytes {
        let note = try Note(image, at: position, before: end, alignment: alignment)
        if note.type == type, note.name.elementsEqual(name) {
          return (try value(of: note, at: position), position)
        }
        position = min(note.end, end)
      }
    }
    return nil
  }

  private func value(of note: Note, at position: UInt64) throws(BootError) -> UInt64 {
    let bytes = note.description
    guard bytes.count == 4 || bytes.count == 8 else {
      throw .invalid(
        .elfNote, offset: position,
        problem: "PVH entry of \(bytes.count) bytes, not 4 or 8; the file is damaged")
    }
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A note: sizes, type, name, description.
  private struct Note {
    static let headerBytes: UInt64 = 12

    let type: UInt32
    let name: ArraySlice<UInt8>
    let description: ArraySlice<UInt8>
    /// Where the next note starts.
    let end: UInt64

    init(
      _ image: ImageReader, at position: UInt64, before limit: UInt64, alignment: UInt64
    ) throws(BootError) {
      func word(_ offset: UInt64) throws(BootError) -> UInt32 {
        try image.read(UInt32.self, at: position + offset, of: .elfNote, header: position)
      }
      let nameBytes = UInt64(try word(0))
      let descriptionBytes = UInt64(try word(4))
      type = try word(8)
      // Both sizes are below 2^32 and the position is within the file: no sum overflows.
      func aligned(_ offset: UInt64) -> UInt64 { (offset + alignment - 1) & ~(alignment - 1) }
      let nameEnd = position + Self.headerBytes + nameBytes
      let start = position + aligned(Self.headerBytes + nameBytes)
      let bytesEnd = descriptionBytes == 0 ? nameEnd : start + descriptionBytes
      guard bytesEnd <= limit else {
        throw .invalid(
          .elfNote, offset: position,
          problem:
            "name of \(hex(nameBytes)) and description of \(hex(descriptionBytes)) bytes end "
            + "beyond the notes at \(hex(limit)); the file is damaged")
      }
      name = try image.slice(
        .elfNote, header: position, offset: position + Self.headerBytes, count: nameBytes)
      description =
        descriptionBytes == 0
        ? []
        : try image.slice(.elfNote, header: position, offset: start, count: descriptionBytes)
      end = start + aligned(descriptionBytes)
    }
  }
}
