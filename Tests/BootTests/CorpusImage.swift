import Testing

/// The images of the fuzzer's corpus: one of each kind, small. The files in `Tests/FuzzBoot/Corpus` are
/// their bytes.
struct CorpusImage: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]

  var testDescription: String { name }

  static let all: [CorpusImage] = [
    image("linux64") { $0.kernelBytes = 0x280 },
    image("linux32") {
      $0.kernelBytes = 0x40
      $0.extendedFlags = 0
    },
    image("linux-fixed", LinuxImage.memtest) { $0.kernelBytes = 0x280 },
    image("linux-real", LinuxImage.ipxe) {
      $0.kernelBytes = 0x40
      $0.setupSectors = 1
    },
    image("linux-low") {
      $0.version = 0x0201
      $0.loadFlags = 0
      $0.kernelBytes = 0x40
    },
    CorpusImage(name: "elf64", bytes: ELFFile().bytes),
    CorpusImage(name: "elf32", bytes: ELFFile(bits: 32, machine: 3).bytes),
    CorpusImage(
      name: "elf64-virtual",
      bytes: ELFFile(
        entry: 0xFFFF_FFFF_8100_0000,
        loads: [
          .init(physical: 0x100_0000, virtual: 0xFFFF_FFFF_8100_0000, bytes: [0xF4]),
          .init(physical: 0x110_0000, virtual: 0, bytes: [1, 2, 3], memoryBytes: 0x8000),
        ]
      ).bytes),
    CorpusImage(
      name: "pvh64", bytes: ELFFile(notes: ELFFile.pvhNotes(entry: 0x10_0000)).bytes),
    CorpusImage(
      name: "pvh32",
      bytes: ELFFile(bits: 32, machine: 3, notes: ELFFile.pvhNotes(entry: 0x10_0000, width: 4))
        .bytes),
    CorpusImage(name: "multiboot-elf32", bytes: MultibootTests.elf().bytes),
    CorpusImage(name: "multiboot-elf64", bytes: MultibootTests.elf(bits: 64, flags: 7).bytes),
    CorpusImage(name: "multiboot-raw", bytes: MultibootImage.raw.bytes),
  ]

  private static func image(
    _ name: String, _ base: LinuxImage = LinuxImage(), _ change: (inout LinuxImage) -> Void
  ) -> CorpusImage {
    var image = base
    change(&image)
    return CorpusImage(name: name, bytes: image.bytes)
  }
}
