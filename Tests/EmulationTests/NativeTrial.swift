import Emulation
import InstructionOracle
import Testing

/// Registers and memory of one comparison between the emulation and this processor.
struct Trial {
  var image: [UInt8]
  var memory: [UInt8]

  /// The components that both sides manage here.
  static let components = oracle_components() & 0xE7

  /// Anything that XRSTOR takes: random vectors, an x87 stack of ordinary numbers, any components in use.
  init(_ random: inout Numbers) {
    image = [UInt8](repeating: 0, count: 4096)
    for index in 160..<416 { image[index] = UInt8(truncatingIfNeeded: random.next()) }
    for range in [576..<832, 1088..<2688] {
      for index in range { image[index] = UInt8(truncatingIfNeeded: random.next()) }
    }
    // Control word with every exception masked; status word with a random top and no exception.
    image[0] = 0x7F
    image[1] = UInt8(random.next() & 0xF)
    image[3] = UInt8(random.next() & 0x7F)
    image[4] = UInt8(truncatingIfNeeded: random.next() | random.next() << 1)
    for index in 0..<8 {
      let number = Self.number80(&random)
      for byte in 0..<10 { image[32 + index * 16 + byte] = number[byte] }
    }
    image[24] = 0x80 | UInt8(random.next() & 0x3F)
    image[25] = 0x1F
    image[512] = UInt8((random.next() | random.next()) & Self.components)
    memory = [UInt8](repeating: 0, count: 4096)
    for index in memory.indices { memory[index] = UInt8(truncatingIfNeeded: random.interesting()) }
    memory.replaceSubrange(64..<72, with: [0x80, 0x1F, 0, 0, 0x7F, 0x02, 0, 0])
    let single = Float(Int32(truncatingIfNeeded: random.interesting())).bitPattern
    let double = Double(Int64(bitPattern: random.interesting())).bitPattern
    for index in 0..<8 {
      if index < 4 { memory[72 + index] = UInt8(truncatingIfNeeded: single >> UInt32(index * 8)) }
      memory[80 + index] = UInt8(truncatingIfNeeded: double >> UInt64(index * 8))
    }
    memory.replaceSubrange(96..<106, with: Self.number80(&random))
  }

  /// Integers mostly, so that conversions are exact; infinity, zero and a NaN too.
  private static func number80(_ random: inout Numbers) -> [UInt8] {
    let kind = random.next() % 8
    let exponent: UInt64 =
      switch kind {
      case 0: 0
      case 1: 0x7FFF
      default: 16383 + random.next() % 20
      }
    var significand: UInt64 = kind == 0 ? 0 : 1 << 63
    if kind == 2 { significand = 3 << 62 }
    if kind > 4 { significand |= random.next() << 46 }
    if kind == 7 { significand |= random.next() >> 1 }
    let sign = random.next() & 1
    return (0..<8).map { UInt8(truncatingIfNeeded: significand >> UInt64($0 * 8)) } + [
      UInt8(truncatingIfNeeded: exponent), UInt8(truncatingIfNeeded: exponent >> 8 | sign << 7),
    ]
  }

  /// Makes the area in memory a compacted one, of the same bytes.
  mutating func compactMemory(components: UInt64) {
    memory[512] &= UInt8(components & Self.components)
    memory[520] = UInt8(components & Self.components)
    memory[527] = 0x80
  }

  /// Whether both end with the same registers and memory; nil if the emulation declines.
  func agrees(_ form: NativeVectorTests.Form, eax: UInt64, ecx: UInt64 = 0) -> Bool? {
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 4096)
    defer { buffer.deallocate() }
    buffer.copyMemory(from: memory, byteCount: 4096)
    var machine = TestMachine.long(form.bytes)
    machine.image = image
    machine.state.xcr0 = Self.components
    machine.state.gprs[0] = eax
    machine.state.gprs[1] = ecx
    machine.state.gprs[6] = TestMachine.data
    machine.state.rflags = 0x246
    machine.place(memory, at: TestMachine.data)
    var registers = oracle_registers()
    registers.load(machine.state)
    registers.gprs.6 = UInt64(UInt(bitPattern: buffer))
    var theirs = image
    guard oracle_run(form.bytes, Int32(form.bytes.count), &registers, &theirs) else { return false }
    let (kind, outcome) = machine.repair()
    if outcome == .notRepairable, kind == .x87 { return nil }
    #expect(outcome == .resumed, "\(form.name)")
    let differences =
      registersDiffer(machine, registers)
      + Self.compare(
        Self.settled(machine.image ?? []), Self.settled(theirs), form, "register image")
      + Self.compare(
        Array(machine.memory[Int(TestMachine.data)..<Int(TestMachine.data) + 4096]),
        Array(UnsafeRawBufferPointer(start: buffer, count: 4096)), form, "memory")
    #expect(differences.isEmpty, "\(form.name), eax \(eax): \(differences)")
    return differences.isEmpty
  }

  private func registersDiffer(_ machine: TestMachine, _ theirs: oracle_registers) -> [String] {
    let numbers = theirs.numbers
    return (0..<16).filter {
      $0 != 4 && $0 != 6 && numbers[$0] != machine.state.gprs[$0]
    }.map { "gpr \($0): ours \(machine.state.gprs[$0]), its \(numbers[$0])" }
  }

  /// Where two areas differ. Not compared: MXCSR_MASK, and of an image where the last x87 instruction lay
  /// and which components are in use.
  private static func compare(
    _ ours: [UInt8], _ theirs: [UInt8], _ form: NativeVectorTests.Form, _ name: String
  ) -> [String] {
    let isImage = name != "memory"
    return ours.indices.filter { index in
      guard ours[index] != theirs[index] else { return false }
      if isImage { return !((8..<16) ~= index || (28..<32) ~= index || (512..<576) ~= index) }
      return true
    }.prefix(4).map { "\(name) at \($0): ours \(ours[$0]), its \(theirs[$0])" }
  }

  /// An image with initial values where its header calls a component initial.
  private static func settled(_ image: [UInt8]) -> [UInt8] {
    var result = image
    guard image.count >= 2688 else { return image }
    func clear(_ range: Range<Int>) { for index in range { result[index] = 0 } }
    if image[512] & 1 == 0 {
      clear(0..<24)
      clear(32..<160)
      result[0] = 0x7F
      result[1] = 3
    }
    if image[512] & 2 == 0 { clear(160..<416) }
    if image[512] & 4 == 0 { clear(576..<832) }
    if image[512] & 0x20 == 0 { clear(1088..<1152) }
    if image[512] & 0x40 == 0 { clear(1152..<1664) }
    if image[512] & 0x80 == 0 { clear(1664..<2688) }
    return result
  }
}
