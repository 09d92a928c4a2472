extension Execution {
  /// IRET, IRETD, IRETQ (SDM vol. 2, "IRET/IRETD/IRETQ").
  mutating func interruptReturn() throws(ProcessorFault) {
    guard state.cr4 & (1 << 23) == 0, state.cr4 & (1 << 32) == 0 else { throw .notRepairable }
    switch mode {
    case .real: try returnReal()
    case .virtual8086: throw .notRepairable
    case .protected, .compatibility, .long:
      if state.rflags & RFLAGS.nt != 0 {
        // A return to another task; IA-32e mode has none.
        throw state.isLongModeActive ? .generalProtection() : .notRepairable
      }
      try returnProtected()
    }
  }

  private mutating func returnReal() throws(ProcessorFault) {
    let isWide = instruction.operandBits == 32
    var stack = currentStack
    let frame = try pop(3, size: isWide ? 4 : 2, from: &stack)
    guard frame[0] <= UInt64(state.cs.limit) else { throw .generalProtection() }
    setStackPointer(stack)
    state.rip = frame[0]
    state.cs.selector = UInt16(truncatingIfNeeded: frame[1])
    state.cs.base = UInt64(state.cs.selector) << 4
    // VIP, VIF and VM are kept by the wide form.
    let loaded: UInt64 = isWide ? 0x25_7FD5 : 0x7FD5
    state.rflags = frame[2] & loaded | state.rflags & ~loaded | 2
  }

  private mutating func returnProtected() throws(ProcessorFault) {
    let size = instruction.operandBits / 8
    let isFromLong = mode == .long
    let privilege = state.privilege
    var stack = currentStack
    var frame = try pop(3, size: size, from: &stack)
    let selector = UInt16(truncatingIfNeeded: frame[1])
    if !state.isLongModeActive, size == 4, frame[2] & RFLAGS.vm != 0, privilege == 0 {
      // To virtual-8086 mode.
      throw .notRepairable
    }
    guard selector & 0xFFFC != 0 else { throw .generalProtection() }
    let code = UInt32(selector & 0xFFFC)
    guard let located = try descriptor(selector) else { throw .generalProtection(code) }
    let descriptor = located.descriptor
    let target = UInt8(selector & 3)
    guard descriptor.isCode, target >= privilege,
      descriptor.isConforming ? descriptor.dpl <= target : descriptor.dpl == target
    else { throw .generalProtection(code) }
    let isToLong = state.isLongModeActive && descriptor.l
    if isToLong, descriptor.db { throw .generalProtection(code) }
    guard descriptor.present else { throw .notPresent(code) }
    var newStack: SegmentRegister?
    if target > privilege || isFromLong {
      frame += try pop(2, size: size, from: &stack)
      newStack = try returnStack(UInt16(truncatingIfNeeded: frame[4]), target, isToLong: isToLong)
    }
    let rip = frame[0]
    guard isToLong ? state.isCanonical(rip) : rip <= UInt64(descriptor.limit) else {
      throw .generalProtection()
    }
    try markAccessed(located)
    if let newStack {
      state.ss = newStack
      // To a 16-bit stack only SP is loaded; the upper half stays, as on every processor.
      setRegister(4, isToLong ? 64 : newStack.db ? 32 : 16, frame[3])
    } else {
      setStackPointer(stack)
    }
    state.cs = descriptor.register(selector)
    state.rip = rip
    loadFlags(frame[2], size: size, privilege: privilege)
    if target > privilege { dropInnerSegments(target) }
  }

  /// The stack segment that a return loads.
  private mutating func returnStack(
    _ selector: UInt16, _ target: UInt8, isToLong: Bool
  ) throws(ProcessorFault) -> SegmentRegister {
    if selector & 0xFFFC == 0 {
      // Null is a stack for 64-bit code that is not a user's, with the same RPL.
      guard isToLong, target != 3, UInt8(selector & 3) == target else {
        throw .generalProtection()
      }
      return .null(selector: selector, dpl: target)
    }
    let code = UInt32(selector & 0xFFFC)
    guard let located = try descriptor(selector) else { throw .generalProtection(code) }
    let descriptor = located.descriptor
    guard UInt8(selector & 3) == target, descriptor.isWritableData, descriptor.dpl == target else {
      throw .generalProtection(code)
    }
    guard descriptor.present else { throw .stackFault(code) }
    try markAccessed(located)
    return descriptor.register(selector)
  }

  private mutating func loadFlags(_ value: UInt64, size: Int, privilege: UInt8) {
    var loaded = RFLAGS.status | RFLAGS.tf | RFLAGS.df | RFLAGS.nt
    if size > 2 { loaded |= RFLAGS.rf | RFLAGS.ac | RFLAGS.id }
    if privilege <= UInt8(truncatingIfNeeded: state.rflags >> 12) & 3 { loaded |= RFLAGS.if }
    if privilege == 0 {
      loaded |= RFLAGS.iopl
      if size > 2 { loaded |= RFLAGS.vif | RFLAGS.vip }
    }
    // A 16-bit or 32-bit IRET resets RF only through its operand; what was set for this instruction
    // ends with it.
    if size == 2 { state.rflags &= ~RFLAGS.rf }
    state.rflags = value & loaded | state.rflags & ~loaded | 2
  }

  /// Data segments that the new privilege may not use become null (SDM vol. 3, 5.8.6).
  private mutating func dropInnerSegments(_ privilege: UInt8) {
    for name in [SegmentName.es, .fs, .gs, .ds] {
      let segment = state[name]
      let isConforming = segment.s && segment.type & 0xC == 0xC
      guard !segment.unusable, segment.dpl < privilege, !isConforming else { continue }
      state[name] = .null(selector: 0, dpl: segment.dpl)
      // FS and GS keep the base that the MSRs show.
      if name == .fs || name == .gs { state[name].base = segment.base }
    }
  }
}
