extension Execution {
  /// Does the instruction, which is of this kind.
  mutating func perform(_ kind: RepairKind) throws(ProcessorFault) {
    if kind != .cmpxchg16b { try forbidLock() }
    switch kind {
    case .int3: try interrupt(3, .ordinary)
    case .int1: try interrupt(1, .privileged)
    case .intN:
      try interrupt(UInt8(truncatingIfNeeded: instruction.immediate), .ordinary)
    case .into:
      if mode == .long { throw .undefined }
      if state.rflags & RFLAGS.of != 0 { try interrupt(4, .ordinary) } else { advance() }
    case .iret: try interruptReturn()
    default:
      try performPlain(kind)
      advance()
    }
  }

  /// The instructions behind which the next one follows.
  private mutating func performPlain(_ kind: RepairKind) throws(ProcessorFault) {
    switch kind {
    case .int3, .intN, .into, .int1, .iret: throw .notRepairable
    case .cmpxchg16b: try compareExchange16()
    case .popcnt: try countOnes()
    case .crc32: try checksum()
    case .movbe: try moveSwapped()
    case .countZeros: try countZeros()
    case .bmi1: try bitManipulation1()
    case .bmi2: try bitManipulation2()
    case .adx: try addWithOneFlag()
    case .fwait: try wait()
    case .xgetbv: try readExtendedControl()
    case .xsave: try save(optimized: instruction.extensionField == 6)
    case .xsavec: try saveCompacted(supervisor: instruction.extensionField == 5)
    case .xrstor: try restore(supervisor: instruction.opcode == 0xC7)
    case .mxcsr: try mxcsr()
    case .x87: try x87()
    case .sseMove, .sseLogic, .avx: try vector()
    case .random: try random()
    case .decimalAdjust: try decimalAdjust()
    case .bound: try bound()
    case .segmentQuery: try segmentQuery()
    case .accessFlag: try accessFlag()
    case .rdtscp: try timestamp()
    case .enter: try enterFrame()
    case .mmx: try mmx()
    case .cacheLine: try touchCacheLine()
    case .invpcid: try invalidateByContext()
    case .undefined: throw .undefined
    }
  }
}
