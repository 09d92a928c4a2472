/// Why an image cannot be booted: what is wrong, where, and what to do. ``description`` is one line for
/// the operator and holds no byte of the file's.
public enum BootError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file holds nothing.
  case empty
  /// Nothing in the file says what it is.
  case unknownFormat(fileBytes: Int)
  /// Something at `offset` of the file needs `start..<end` of a file that is shorter.
  case truncated(BootPiece, offset: UInt64, start: UInt64, end: UInt64, fileBytes: Int)
  /// Something at `offset` of the file cannot be; the text says what, and what to do.
  case invalid(BootPiece, offset: UInt64, problem: String)
  /// Something would have to lie at `start..<end`, where there is no RAM.
  case outsideMemory(BootPiece, start: UInt64, end: UInt64, memory: MemoryMap)
  /// Two things would lie in the same bytes of memory.
  case overlap(
    BootPiece, start: UInt64, end: UInt64, BootPiece, otherStart: UInt64, otherEnd: UInt64)
  /// No free range of `bytes` lies below `limit`.
  case noRoom(BootPiece, bytes: UInt64, limit: UInt64)
  /// The command line is longer than the kernel reads.
  case commandLineTooLong(bytes: Int, limit: Int)
  /// The command line holds a zero byte, at which a kernel would stop reading.
  case commandLineHasZero(position: Int)
  /// A flat binary has no way to be told of this.
  case notForFlat(BootPiece)
  /// The memory map has more ranges than the formats can carry.
  case tooManyRanges(count: Int, limit: Int)

  /// One line: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .empty: return "the file is empty; name a kernel image"
    case .unknownFormat(let bytes):
      return
        "no known image: of the file's \(hex(bytes)) bytes, 0x202 is not 'HdrS' (Linux), 0 is not "
        + "'\\x7fELF', and no multiboot header with addresses is in the first 8192; "
        + "a flat binary needs --at ADDRESS"
    case .truncated(let piece, let offset, let start, let end, let bytes):
      return
        "\(piece) at \(hex(offset)): file range \(hex(start))..\(hex(end)) ends beyond the file's "
        + "\(hex(bytes)) bytes; the file is truncated"
    case .invalid(let piece, let offset, let problem):
      return "\(piece) at \(hex(offset)): \(problem)"
    case .outsideMemory(let piece, let start, let end, let memory):
      return "\(piece) needs memory at \(hex(start))..\(hex(end)); "
        + Self.advice(start, end, memory)
    case .overlap(let piece, let start, let end, let other, let otherStart, let otherEnd):
      return "\(piece) at \(hex(start))..\(hex(end)) of memory overlaps the \(other) at "
        + "\(hex(otherStart))..\(hex(otherEnd)); link the image elsewhere"
    case .noRoom(let piece, let bytes, let limit):
      return "\(piece): no free \(hex(bytes)) bytes of memory below \(hex(limit)); "
        + "give the guest more memory"
    case .commandLineTooLong(let bytes, let limit):
      return "command line: \(bytes) bytes, but this kernel reads \(limit); shorten it"
    case .commandLineHasZero(let position):
      return
        "command line: byte \(position) is zero, where the kernel would stop reading; remove it"
    case .notForFlat(let piece):
      return "\(piece): a flat binary (--at) cannot be told of it; leave it out"
    case .tooManyRanges(let count, let limit):
      return "the memory map has \(count) ranges, but kernels take \(limit); reserve fewer"
    }
  }

  private static func advice(_ start: UInt64, _ end: UInt64, _ memory: MemoryMap) -> String {
    if start < MemoryMap.video.upperBound && end > MemoryMap.video.lowerBound
      && end <= max(memory.lowBytes, MemoryMap.mebibyte)
    {
      return
        "a PC has no RAM at \(hex(MemoryMap.video.lowerBound))..\(hex(MemoryMap.video.upperBound))"
        + "; link the image elsewhere"
    }
    if start < MemoryMap.holeEnd && end > MemoryMap.holeStart {
      return "there is no RAM from 3 to 4 GiB; link the image elsewhere"
    }
    let hole = MemoryMap.holeEnd - MemoryMap.holeStart
    let bytes = end > MemoryMap.holeEnd ? end - hole : end
    let mebibytes = bytes >> 20 + (bytes & 0xF_FFFF == 0 ? 0 : 1)
    return "RAM ends at \(hex(memory.end)); give the guest \(mebibytes) MiB of memory or more"
  }
}
