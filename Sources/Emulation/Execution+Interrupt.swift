extension Execution {
  /// What asks for the interrupt.
  enum InterruptSource: Equatable {
    /// INT n, INT3, INTO: the gate's DPL is checked.
    case ordinary
    /// INT1 (ICEBP), and an external interrupt: it is not, and error codes have EXT.
    case privileged
    /// An exception: as these, with an error code of its own on the stack, but in real mode.
    case exception(errorCode: UInt32?)

    /// EXT of the error codes of faults on the way (SDM vol. 3, 6.13).
    var external: UInt32 { self == .ordinary ? 0 : 1 }

    /// What lies on top of the handler's frame.
    var errorCode: [UInt64] {
      guard case .exception(let code?) = self else { return [] }
      return [UInt64(code)]
    }
  }

  /// INT n, INT3, INTO, INT1 (SDM vol. 2, "INT n/INTO/INT3/INT1"; vol. 3, 6.12 and 6.14).
  mutating func interrupt(_ vector: UInt8, _ kind: InterruptSource) throws(ProcessorFault) {
    // Shadow stacks and FRED change what is pushed where.
    guard state.cr4 & (1 << 23) == 0, state.cr4 & (1 << 32) == 0 else { throw .notRepairable }
    switch mode {
    case .real: try interruptReal(vector)
    case .virtual8086: throw .notRepairable
    case .protected: try interruptProtected(vector, kind)
    case .compatibility, .long: try interruptLong(vector, kind)
    }
  }

  private mutating func interruptReal(_ vector: UInt8) throws(ProcessorFault) {
    let offset = UInt64(vector) * 4
    guard offset + 3 <= UInt64(state.idt.limit) else { throw .generalProtection() }
    let entry = integer(try readLinear(state.idt.base &+ offset, 4, implicit: true))
    guard entry & 0xFFFF <= UInt64(state.cs.limit) else { throw .generalProtection() }
    var stack = currentStack
    try push(
      [state.rflags & 0xFFFF, UInt64(state.cs.selector), nextRIP & 0xFFFF], size: 2, to: &stack)
    setStackPointer(stack)
    state.rflags &= ~(RFLAGS.if | RFLAGS.tf | RFLAGS.ac | RFLAGS.rf)
    state.cs.selector = UInt16(truncatingIfNeeded: entry >> 16)
    state.cs.base = UInt64(state.cs.selector) << 4
    state.rip = entry & 0xFFFF
  }

  /// A gate of the IDT, checked as far as 32-bit and 64-bit gates are alike.
  private struct Gate {
    let low: UInt64
    let high: UInt64
    var type: UInt8 { UInt8(truncatingIfNeeded: low >> 40) & 31 }
    var selector: UInt16 { UInt16(truncatingIfNeeded: low >> 16) }
    var offset: UInt64 { low & 0xFFFF | low >> 32 & 0xFFFF_0000 | high << 32 }
    var stackTableIndex: UInt64 { low >> 32 & 7 }
    /// An interrupt gate clears IF; a trap gate (bit 0) does not.
    var clearsIF: Bool { type & 1 == 0 }
  }

  private mutating func gate(
    _ vector: UInt8, size: UInt64, types: Set<UInt8>, _ kind: InterruptSource
  ) throws(ProcessorFault) -> Gate {
    let external = kind.external
    let code = UInt32(vector) * 8 + 2 + external
    let offset = UInt64(vector) * size
    guard offset + size - 1 <= UInt64(state.idt.limit) else { throw .generalProtection(code) }
    let raw = try readLinear(state.idt.base &+ offset, Int(size), implicit: true)
    let gate = Gate(low: integer(raw[..<8]), high: integer(raw[8...]) & 0xFFFF_FFFF)
    guard types.contains(gate.type) else { throw .generalProtection(code) }
    let dpl = UInt8(truncatingIfNeeded: gate.low >> 45) & 3
    if kind == .ordinary, dpl < state.privilege { throw .generalProtection(code) }
    guard gate.low & 1 << 47 != 0 else { throw .notPresent(code) }
    return gate
  }

  /// The handler's code segment (SDM vol. 3, 6.12.1): its register with RPL = the new privilege.
  private mutating func handlerSegment(
    _ selector: UInt16, _ external: UInt32
  ) throws(ProcessorFault) -> SegmentRegister {
    guard selector & 0xFFFC != 0 else { throw .generalProtection(external) }
    let code = UInt32(selector & 0xFFFC) | external
    guard let located = try descriptor(selector) else { throw .generalProtection(code) }
    let descriptor = located.descriptor
    guard descriptor.isCode, descriptor.dpl <= state.privilege else {
      throw .generalProtection(code)
    }
    if state.isLongModeActive, !descriptor.l || descriptor.db { throw .generalProtection(code) }
    guard descriptor.present else { throw .notPresent(code) }
    try markAccessed(located)
    let privilege = descriptor.isConforming ? state.privilege : descriptor.dpl
    return descriptor.register(selector & 0xFFFC | UInt16(privilege))
  }

  private mutating func interruptProtected(
    _ vector: UInt8, _ kind: InterruptSource
  ) throws(ProcessorFault) {
    let external = kind.external
    let gate = try gate(vector, size: 8, types: [5, 6, 7, 14, 15], kind)
    // A task switch is a day's work that nobody has asked for.
    guard gate.type != 5 else { throw .notRepairable }
    let isWide = gate.type & 8 != 0
    let size = isWide ? 4 : 2
    let code = try handlerSegment(gate.selector, external)
    let privilege = UInt8(code.selector & 3)
    let offset = gate.offset & (isWide ? 0xFFFF_FFFF : 0xFFFF)
    let frame = [state.rflags & 0xFFFF_FFFF, UInt64(state.cs.selector), nextRIP] + kind.errorCode
    if privilege < state.privilege {
      var stack = try innerStack(privilege, external)
      let oldStack = state.rsp & 0xFFFF_FFFF
      guard offset <= UInt64(code.limit) else { throw .generalProtection(external) }
      try push(
        [UInt64(state.ss.selector), oldStack] + frame, size: size, to: &stack)
      state.ss = stack.segment
      setStackPointer(stack)
    } else {
      var stack = currentStack
      stack.errorCode = external
      guard offset <= UInt64(code.limit) else { throw .generalProtection(external) }
      try push(frame, size: size, to: &stack)
      setStackPointer(stack)
    }
    enter(code, offset, clearsIF: gate.clearsIF)
  }

  /// The stack that the TSS names for `privilege` (SDM vol. 3, 6.12.1 and 7.2).
  private mutating func innerStack(
    _ privilege: UInt8, _ external: UInt32
  ) throws(ProcessorFault) -> StackPointer {
    let tss = UInt32(state.tr.selector & 0xFFFC) | external
    let isWide = state.tr.type & 8 != 0
    let size = isWide ? 8 : 4
    let offset = isWide ? 4 + UInt64(privilege) * 8 : 2 + UInt64(privilege) * 4
    guard offset + UInt64(isWide ? 5 : 3) <= UInt64(state.tr.limit) else { throw .invalidTSS(tss) }
    let raw = try readLinear(state.tr.base &+ offset, isWide ? 6 : 4, implicit: true)
    let pointer = integer(raw[..<(size / 2)])
    let selector = UInt16(truncatingIfNeeded: integer(raw[(size / 2)...]))
    guard selector & 0xFFFC != 0 else { throw .invalidTSS(external) }
    let code = UInt32(selector & 0xFFFC) | external
    guard UInt8(selector & 3) == privilege, let located = try descriptor(selector) else {
      throw .invalidTSS(code)
    }
    guard located.descriptor.dpl == privilege, located.descriptor.isWritableData else {
      throw .invalidTSS(code)
    }
    guard located.descriptor.present else { throw .stackFault(code) }
    try markAccessed(located)
    return StackPointer(
      segment: located.descriptor.register(selector), pointer: pointer,
      bits: located.descriptor.db ? 32 : 16, isUser: false, errorCode: code)
  }

  private mutating func interruptLong(
    _ vector: UInt8, _ kind: InterruptSource
  ) throws(ProcessorFault) {
    let external = kind.external
    let gate = try gate(vector, size: 16, types: [14, 15], kind)
    let code = try handlerSegment(gate.selector, external)
    let privilege = UInt8(code.selector & 3)
    let isInner = privilege < state.privilege
    var pointer = state.rsp
    if mode == .compatibility { pointer &= 0xFFFF_FFFF }
    let old = pointer
    if gate.stackTableIndex != 0 {
      pointer = try taskStateStack(28 + gate.stackTableIndex * 8, external)
    } else if isInner {
      pointer = try taskStateStack(4 + UInt64(privilege) * 8, external)
    }
    var stack = StackPointer(
      segment: isInner ? .null(selector: UInt16(privilege), dpl: privilege) : state.ss,
      pointer: pointer & ~15, bits: 64, isUser: privilege == 3, errorCode: external)
    guard state.isCanonical(gate.offset) else { throw .generalProtection(external) }
    try push(
      [
        UInt64(state.ss.selector), old, state.rflags, UInt64(state.cs.selector), nextRIP,
      ] + kind.errorCode, size: 8, to: &stack)
    state.ss = stack.segment
    state.rsp = stack.pointer
    enter(code, gate.offset, clearsIF: gate.clearsIF)
  }

  /// A stack pointer of the 64-bit TSS (SDM vol. 3, 6.14.4 and 7.7).
  private mutating func taskStateStack(
    _ offset: UInt64, _ external: UInt32
  ) throws(ProcessorFault) -> UInt64 {
    guard offset + 7 <= UInt64(state.tr.limit) else {
      throw .invalidTSS(UInt32(state.tr.selector & 0xFFFC) | external)
    }
    let pointer = integer(try readLinear(state.tr.base &+ offset, 8, implicit: true))
    guard state.isCanonical(pointer) else { throw .stackFault(external) }
    return pointer
  }

  private mutating func enter(_ code: SegmentRegister, _ offset: UInt64, clearsIF: Bool) {
    state.cs = code
    state.rip = offset
    state.rflags &= ~(RFLAGS.tf | RFLAGS.vm | RFLAGS.rf | RFLAGS.nt)
    if clearsIF { state.rflags &= ~RFLAGS.if }
  }

  /// Makes the stack's pointer RSP; what is above a 16-bit pointer is kept.
  mutating func setStackPointer(_ stack: StackPointer) {
    setRegister(4, stack.bits, stack.pointer)
  }
}
