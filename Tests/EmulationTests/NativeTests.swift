import Emulation
import InstructionOracle
import Testing

/// Instructions of ring 3: this processor executes the same bytes with the same registers.
@Suite struct NativeTests {
  /// A form of an instruction, and the flags that it leaves undefined.
  struct Form: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let feature: ProcessorFeatures
    var undefined: UInt64 = 0
    var testDescription: String { name }
  }

  private static let pf: UInt64 = 4
  private static let af: UInt64 = 16
  private static let zf: UInt64 = 64
  private static let sf: UInt64 = 128
  private static let of: UInt64 = 0x800

  // Operands are RAX or R9, RBX or R11, RCX or R10: never RSP.
  static let forms: [Form] = [
    Form(name: "popcnt eax,ebx", bytes: [0xF3, 0x0F, 0xB8, 0xC3], feature: .popcnt),
    Form(name: "popcnt ax,bx", bytes: [0x66, 0xF3, 0x0F, 0xB8, 0xC3], feature: .popcnt),
    Form(name: "popcnt rax,rbx", bytes: [0xF3, 0x48, 0x0F, 0xB8, 0xC3], feature: .popcnt),
    Form(name: "popcnt r9,r11", bytes: [0xF3, 0x4D, 0x0F, 0xB8, 0xCB], feature: .popcnt),
    Form(
      name: "tzcnt eax,ebx", bytes: [0xF3, 0x0F, 0xBC, 0xC3], feature: .bmi1,
      undefined: of | sf | pf | af),
    Form(
      name: "tzcnt ax,bx", bytes: [0x66, 0xF3, 0x0F, 0xBC, 0xC3], feature: .bmi1,
      undefined: of | sf | pf | af),
    Form(
      name: "tzcnt rax,rbx", bytes: [0xF3, 0x48, 0x0F, 0xBC, 0xC3], feature: .bmi1,
      undefined: of | sf | pf | af),
    Form(
      name: "lzcnt eax,ebx", bytes: [0xF3, 0x0F, 0xBD, 0xC3], feature: .lzcnt,
      undefined: of | sf | pf | af),
    Form(
      name: "lzcnt ax,bx", bytes: [0x66, 0xF3, 0x0F, 0xBD, 0xC3], feature: .lzcnt,
      undefined: of | sf | pf | af),
    Form(
      name: "lzcnt r9,r11", bytes: [0xF3, 0x4D, 0x0F, 0xBD, 0xCB], feature: .lzcnt,
      undefined: of | sf | pf | af),
    Form(name: "crc32 eax,bl", bytes: [0xF2, 0x0F, 0x38, 0xF0, 0xC3], feature: .sse42),
    Form(name: "crc32 eax,bh", bytes: [0xF2, 0x0F, 0x38, 0xF0, 0xC7], feature: .sse42),
    Form(name: "crc32 eax,dil", bytes: [0xF2, 0x40, 0x0F, 0x38, 0xF0, 0xC7], feature: .sse42),
    Form(name: "crc32 eax,bx", bytes: [0x66, 0xF2, 0x0F, 0x38, 0xF1, 0xC3], feature: .sse42),
    Form(name: "crc32 eax,ebx", bytes: [0xF2, 0x0F, 0x38, 0xF1, 0xC3], feature: .sse42),
    Form(name: "crc32 rax,rbx", bytes: [0xF2, 0x48, 0x0F, 0x38, 0xF1, 0xC3], feature: .sse42),
    Form(name: "crc32 r9,r11", bytes: [0xF2, 0x4D, 0x0F, 0x38, 0xF1, 0xCB], feature: .sse42),
    Form(name: "adcx eax,ebx", bytes: [0x66, 0x0F, 0x38, 0xF6, 0xC3], feature: .adx),
    Form(name: "adcx rax,rbx", bytes: [0x66, 0x48, 0x0F, 0x38, 0xF6, 0xC3], feature: .adx),
    Form(name: "adox eax,ebx", bytes: [0xF3, 0x0F, 0x38, 0xF6, 0xC3], feature: .adx),
    Form(name: "adox r9,r11", bytes: [0xF3, 0x4D, 0x0F, 0x38, 0xF6, 0xCB], feature: .adx),
    Form(
      name: "andn eax,ebx,ecx", bytes: [0xC4, 0xE2, 0x60, 0xF2, 0xC1], feature: .bmi1,
      undefined: pf | af),
    Form(
      name: "andn r9,r11,r10", bytes: [0xC4, 0x42, 0xA0, 0xF2, 0xCA], feature: .bmi1,
      undefined: pf | af),
    Form(
      name: "bextr eax,ebx,ecx", bytes: [0xC4, 0xE2, 0x70, 0xF7, 0xC3], feature: .bmi1,
      undefined: pf | af | sf),
    Form(
      name: "bextr rax,rbx,rcx", bytes: [0xC4, 0xE2, 0xF0, 0xF7, 0xC3], feature: .bmi1,
      undefined: pf | af | sf),
    Form(
      name: "blsr eax,ebx", bytes: [0xC4, 0xE2, 0x78, 0xF3, 0xCB], feature: .bmi1,
      undefined: pf | af),
    Form(
      name: "blsr rax,rbx", bytes: [0xC4, 0xE2, 0xF8, 0xF3, 0xCB], feature: .bmi1,
      undefined: pf | af),
    Form(
      name: "blsmsk eax,ebx", bytes: [0xC4, 0xE2, 0x78, 0xF3, 0xD3], feature: .bmi1,
      undefined: pf | af),
    Form(
      name: "blsmsk rax,rbx", bytes: [0xC4, 0xE2, 0xF8, 0xF3, 0xD3], feature: .bmi1,
      undefined: pf | af),
    Form(
      name: "blsi eax,ebx", bytes: [0xC4, 0xE2, 0x78, 0xF3, 0xDB], feature: .bmi1,
      undefined: pf | af),
    Form(
      name: "blsi r9,r11", bytes: [0xC4, 0xC2, 0xB0, 0xF3, 0xDB], feature: .bmi1,
      undefined: pf | af),
    Form(
      name: "bzhi eax,ebx,ecx", bytes: [0xC4, 0xE2, 0x70, 0xF5, 0xC3], feature: .bmi2,
      undefined: pf | af),
    Form(
      name: "bzhi rax,rbx,rcx", bytes: [0xC4, 0xE2, 0xF0, 0xF5, 0xC3], feature: .bmi2,
      undefined: pf | af),
    Form(name: "shlx eax,ebx,ecx", bytes: [0xC4, 0xE2, 0x71, 0xF7, 0xC3], feature: .bmi2),
    Form(name: "shlx rax,rbx,rcx", bytes: [0xC4, 0xE2, 0xF1, 0xF7, 0xC3], feature: .bmi2),
    Form(name: "sarx eax,ebx,ecx", bytes: [0xC4, 0xE2, 0x72, 0xF7, 0xC3], feature: .bmi2),
    Form(name: "sarx rax,rbx,rcx", bytes: [0xC4, 0xE2, 0xF2, 0xF7, 0xC3], feature: .bmi2),
    Form(name: "shrx eax,ebx,ecx", bytes: [0xC4, 0xE2, 0x73, 0xF7, 0xC3], feature: .bmi2),
    Form(name: "shrx rax,rbx,rcx", bytes: [0xC4, 0xE2, 0xF3, 0xF7, 0xC3], feature: .bmi2),
    Form(name: "rorx eax,ebx,13", bytes: [0xC4, 0xE3, 0x7B, 0xF0, 0xC3, 13], feature: .bmi2),
    Form(name: "rorx eax,ebx,32", bytes: [0xC4, 0xE3, 0x7B, 0xF0, 0xC3, 32], feature: .bmi2),
    Form(name: "rorx rax,rbx,45", bytes: [0xC4, 0xE3, 0xFB, 0xF0, 0xC3, 45], feature: .bmi2),
    Form(name: "pdep eax,ebx,ecx", bytes: [0xC4, 0xE2, 0x63, 0xF5, 0xC1], feature: .bmi2),
    Form(name: "pdep rax,rbx,rcx", bytes: [0xC4, 0xE2, 0xE3, 0xF5, 0xC1], feature: .bmi2),
    Form(name: "pext eax,ebx,ecx", bytes: [0xC4, 0xE2, 0x62, 0xF5, 0xC1], feature: .bmi2),
    Form(name: "pext rax,rbx,rcx", bytes: [0xC4, 0xE2, 0xE2, 0xF5, 0xC1], feature: .bmi2),
    Form(name: "mulx eax,ebx,ecx", bytes: [0xC4, 0xE2, 0x63, 0xF6, 0xC1], feature: .bmi2),
    Form(name: "mulx rax,rbx,rcx", bytes: [0xC4, 0xE2, 0xE3, 0xF6, 0xC1], feature: .bmi2),
    Form(name: "mulx eax,eax,ecx", bytes: [0xC4, 0xE2, 0x7B, 0xF6, 0xC1], feature: .bmi2),
  ]

  static let processor = ProcessorFeatures(
    leaf1ECX: oracle_cpuid(1, 0, 2), leaf1EDX: oracle_cpuid(1, 0, 3),
    leaf7EBX: oracle_cpuid(7, 0, 1), leafDEAX: oracle_cpuid(0xD, 1, 0),
    extended1ECX: oracle_cpuid(0x8000_0001, 0, 2), extended1EDX: oracle_cpuid(0x8000_0001, 0, 3),
    extended8EBX: oracle_cpuid(0x8000_0008, 0, 1))

  @Test("registers and flags are what the processor makes", arguments: forms)
  func agree(form: Form) {
    guard Self.processor.contains(form.feature) else { return }
    var random = Numbers(seed: 0x1234_5678_9ABC_DEF0)
    for _ in 0..<100 {
      var machine = TestMachine.long(form.bytes)
      var registers = oracle_registers()
      for index in 0..<16 where index != 4 {
        machine.state.gprs[index] = random.interesting()
      }
      machine.state.rflags = random.next() & 0x8D5 | 0x202
      registers.load(machine.state)
      let before = machine.state
      #expect(oracle_run(form.bytes, Int32(form.bytes.count), &registers, nil))
      #expect(machine.outcome() == .resumed)
      #expect(machine.state.rip == TestMachine.code + UInt64(form.bytes.count))
      let difference = (machine.state.rflags ^ registers.rflags) & 0xCD5 & ~form.undefined
      let isSame = registers.matches(machine.state)
      #expect(
        difference == 0 && isSame,
        """
        \(form.name) of \(before.gprs[0]) \(before.gprs[3]) \(before.gprs[1]) flags \
        \(before.rflags): ours \(machine.state.gprs[0]) flags \(machine.state.rflags), its \
        \(registers.numbers[0]) flags \(registers.rflags)
        """)
      if difference != 0 || !isSame { return }
    }
  }
}

extension oracle_registers {
  /// The general registers as numbers, RSP left out as 0.
  var numbers: [UInt64] {
    withUnsafeBytes(of: gprs) { Array($0.bindMemory(to: UInt64.self)) }
  }

  mutating func load(_ state: ProcessorState) {
    withUnsafeMutableBytes(of: &gprs) { bytes in
      for index in 0..<16 {
        bytes.storeBytes(of: state.gprs[index], toByteOffset: index * 8, as: UInt64.self)
      }
    }
    rflags = state.rflags
  }

  func matches(_ state: ProcessorState) -> Bool {
    let numbers = numbers
    return (0..<16).allSatisfy { $0 == 4 || numbers[$0] == state.gprs[$0] }
  }
}

/// Reproducible numbers (xorshift), with the edges often among them.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func interesting() -> UInt64 {
    switch next() % 10 {
    case 0: 0
    case 1: .max
    case 2: 1 << (next() % 64)
    case 3: next() % 80
    case 4: next() & 0xFFFF_FFFF
    case 5: next() & next() & next()
    default: next()
    }
  }
}
