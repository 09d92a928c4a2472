import Boot
import FuzzDriver

/// The loaders under libFuzzer: each input is an image file.
///
///     TRYST_FUZZ=1 swift build -c release --product FuzzBoot --scratch-path .build-fuzz
///     mkdir -p .build-fuzz/boot
///     .build-fuzz/release/FuzzBoot -max_total_time=60 .build-fuzz/boot Tests/FuzzBoot/Corpus
///
/// What libFuzzer finds new goes into the first folder; a crash into `crash-…` of the working folder.
@main struct FuzzBoot {
  static func main() { FuzzDriver.run(test) }
}

/// One input: planned for machines of several sizes, with and without what goes beside an image. A plan
/// has to keep its invariants; an error has to be one line of printable text.
@Sendable private func test(_ file: [UInt8]) {
  for request in requests(file) {
    do throws(BootError) {
      let plan = try BootLoader.plan(request)
      if let broken = plan.checkInvariants(for: request) { fatalError(broken) }
      check(plan.kind.description)
    } catch {
      check(error.description)
    }
  }
}

private func requests(_ file: [UInt8]) -> [BootRequest] {
  var large = BootRequest(file: file, memory: MemoryMap(bytes: 5 << 30))
  large.commandLine = "console=ttyS0"
  large.initialRAMDisk = [UInt8](repeating: 0x5A, count: 5000)
  large.rsdpAddress = 0xE_0000
  large.reserved = [0x9_FC00...0x9_FFFF, 0xE_0000...0xF_FFFF]
  return [
    large, BootRequest(file: file, memory: MemoryMap(bytes: 32 << 20)),
    BootRequest(file: file, memory: MemoryMap(bytes: 1 << 20)),
  ]
}

private func check(_ line: String) {
  precondition(line.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, line)
}
