import Boot
import Testing

/// Files that are cut short, or that say what cannot be: an error, never a trap, and what is planned all
/// the same keeps what plans promise.
@Suite("Hostile files") struct HostileTests {
  /// Requests in which the same file is asked for: with nothing else, and with all there is.
  static func requests(_ file: [UInt8]) -> [BootRequest] {
    var large = makeRequest(file, mebibytes: 5120)
    large.commandLine = "console=ttyS0"
    large.initialRAMDisk = [1, 2, 3]
    large.rsdpAddress = 0xE_0000
    large.reserved = [0x9_FC00...0x9_FFFF, 0xE_0000...0xF_FFFF]
    return [makeRequest(file, mebibytes: 32), large]
  }

  /// Plans what can be planned; returns the errors.
  static func check(_ file: [UInt8], _ what: @autoclosure () -> String) -> [BootError?] {
    requests(file).map { request in
      do throws(BootError) {
        let plan = try BootLoader.plan(request)
        let broken = plan.checkInvariants(for: request)
        if let broken { Issue.record("\(what()): \(broken)") }
        return nil
      } catch {
        if error.description.utf8.contains(10) { Issue.record("\(what()): \(error)") }
        return error
      }
    }
  }

  @Test("Cut short at every offset of the headers", arguments: CorpusImage.all)
  func truncated(image: CorpusImage) {
    let bytes = image.bytes
    for count in 0...bytes.count where count < 0x280 || count % 64 == 0 || count == bytes.count {
      let errors = Self.check(Array(bytes[..<count]), "\(image.name) cut at \(count)")
      // What holds all of its bytes boots; a header that is cut never does.
      if count < 0x20 { #expect(errors.allSatisfy { $0 != nil }, "\(image.name) cut at \(count)") }
      if count == bytes.count { #expect(errors[1] == nil, "\(image.name)") }
    }
  }

  @Test(
    "Every byte, 32-bit and 64-bit word of the headers at its extremes", arguments: CorpusImage.all)
  func extremes(image: CorpusImage) {
    let bytes = image.bytes
    // Linux's header is at 0x1F1; all of the others have theirs at the start.
    let isLinux = image.name.hasPrefix("linux")
    for offset in (isLinux ? 0x1F0 : 0)..<min(bytes.count, isLinux ? 0x268 : 0x200) {
      for value in [UInt64(0), 0x8000_0000, .max - 7, .max] {
        for width in [1, 4, 8] where offset % width == 0 && offset + width <= bytes.count {
          var changed = bytes
          for byte in 0..<width {
            changed[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))
          }
          _ = Self.check(changed, "\(image.name) with \(value) at \(offset), \(width) bytes")
        }
      }
    }
  }

  @Test("The largest header counts cost no more than the file is large")
  func counts() {
    // 1,024 program headers, and notes of nothing but headers.
    let loads = (0..<1022).map { index in
      ELFFile.Load(physical: 0x10_0000 + UInt64(index) << 4, bytes: [0xF4])
    }
    let notes = (0..<20_000).flatMap { _ in ELFFile.note(name: "", type: 1, []) }
    let file = ELFFile(loads: loads, notes: notes).bytes
    #expect(Self.check(file, "many").first == .some(nil))
    // 1,023 headers that name the same notes.
    var again = ELFFile(notes: notes, extraType: 4)
    again.loads += Array(repeating: .init(physical: 0, bytes: []), count: 1000)
    var bytes = again.bytes
    let note = again.position(again.loads.count)
    for index in 1..<again.loads.count {
      bytes.replaceSubrange(
        again.position(index)..<again.position(index + 1), with: bytes[note..<note + 56])
    }
    #expect(Self.check(bytes, "repeated").allSatisfy { $0 != nil })
  }
}
