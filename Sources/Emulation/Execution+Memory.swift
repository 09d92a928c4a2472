extension Execution {
  // MARK: Operands in memory

  /// The offset of the memory operand within its segment (SDM vol. 1, 3.7.5).
  func effectiveAddress(_ memory: Instruction.Memory) -> UInt64 {
    var address = memory.displacement
    if memory.isRelativeToRIP { address &+= state.rip &+ UInt64(instruction.length) }
    if let base = memory.base { address &+= state.gprs[Int(base & 15)] }
    if let index = memory.index {
      address &+= state.gprs[Int(index & 15)] << UInt64(memory.scale & 3)
    }
    return address & mask(instruction.addressBits)
  }

  /// The linear address of `count` bytes at `offset` of a segment, checked (SDM vol. 3, 5.3 to 5.5).
  /// `selector` goes into a stack fault's error code.
  func linear(
    _ name: SegmentName, _ offset: UInt64, _ count: Int, isWrite: Bool
  ) throws(ProcessorFault) -> UInt64 {
    let segment = state[name]
    if mode == .long {
      let base = name == .fs || name == .gs ? segment.base : 0
      let first = base &+ offset
      guard state.isCanonical(first), state.isCanonical(first &+ UInt64(count) &- 1) else {
        throw name == .ss ? .stackFault() : .generalProtection()
      }
      return first
    }
    let fault: ProcessorFault = name == .ss ? .stackFault() : .generalProtection()
    if mode == .protected || mode == .compatibility {
      guard !segment.unusable, segment.s else { throw fault }
      let isCode = segment.type & 8 != 0
      let isOpen = segment.type & 2 != 0
      // A code segment is never written and read only if bit 1 says so; a data segment is always read.
      if isWrite ? isCode || !isOpen : isCode && !isOpen { throw fault }
    }
    guard segment.holds(offset, count) else { throw fault }
    return (segment.base &+ offset) & 0xFFFF_FFFF
  }

  /// The linear address of the memory operand.
  func operandAddress(_ count: Int, isWrite: Bool) throws(ProcessorFault) -> UInt64 {
    guard let memory = instruction.memory else { throw .undefined }
    return try linear(memory.segment, effectiveAddress(memory), count, isWrite: isWrite)
  }

  /// Raises #AC for a misaligned access of a user with CR0.AM and RFLAGS.AC (SDM vol. 3, 6.15).
  func checkAlignment(_ address: UInt64, _ count: Int) throws(ProcessorFault) {
    guard isUser, state.cr0 & (1 << 18) != 0, state.rflags & RFLAGS.ac != 0 else { return }
    let alignment = count <= 1 ? 1 : count == 2 ? 2 : count <= 4 ? 4 : 8
    if address & UInt64(alignment - 1) != 0 { throw .exception(.alignmentCheck, errorCode: 0) }
  }

  /// Reads the memory operand. One of 16 bytes or more may have to be aligned to `alignment`.
  mutating func readMemory(_ count: Int, aligned alignment: Int = 1) throws(ProcessorFault)
    -> [UInt8]
  {
    let address = try operandAddress(count, isWrite: false)
    if address & UInt64(alignment - 1) != 0 { throw .generalProtection() }
    if alignment == 1 { try checkAlignment(address, count) }
    return try readLinear(address, count)
  }

  /// Writes the memory operand.
  mutating func writeMemory(_ data: [UInt8], aligned alignment: Int = 1) throws(ProcessorFault) {
    let address = try operandAddress(data.count, isWrite: true)
    if address & UInt64(alignment - 1) != 0 { throw .generalProtection() }
    if alignment == 1 { try checkAlignment(address, data.count) }
    try writeLinear(address, data)
  }

  // MARK: Linear memory

  /// Reads with the rights of the current privilege level, or implicitly, as a supervisor.
  mutating func readLinear(_ address: UInt64, _ count: Int, implicit: Bool = false)
    throws(ProcessorFault) -> [UInt8]
  {
    let kind = LinearAccess(kind: .read, isUser: !implicit && isUser, isImplicit: implicit)
    let address = try range(address, count)
    let result: [UInt8]
    do throws(LinearFault) {
      result = try access.read(address, count: count, kind)
    } catch { throw ProcessorFault(error) }
    guard result.count == count else { throw .notRepairable }
    return result
  }

  /// Writes with the rights of the current privilege level, or implicitly, as a supervisor.
  mutating func writeLinear(_ address: UInt64, _ data: [UInt8], implicit: Bool = false)
    throws(ProcessorFault)
  {
    let kind = LinearAccess(kind: .write, isUser: !implicit && isUser, isImplicit: implicit)
    let address = try range(address, data.count)
    do throws(LinearFault) {
      try access.write(address, data, kind)
    } catch { throw ProcessorFault(error) }
  }

  /// Linear addresses have 32 bits outside IA-32e mode. What wraps at their end is left alone, so that
  /// ``GuestAccess`` never sees it.
  func range(_ address: UInt64, _ count: Int) throws(ProcessorFault) -> UInt64 {
    let last: UInt64 = state.isLongModeActive ? .max : 0xFFFF_FFFF
    let first = address & last
    guard last - first >= UInt64(count) &- 1 else { throw .notRepairable }
    return first
  }
}

extension SegmentRegister {
  /// Whether `count` bytes (1 or more) from `offset` on lie within the limit, which for an expand-down
  /// data segment is a lower one (SDM vol. 3, 5.3).
  func holds(_ offset: UInt64, _ count: Int) -> Bool {
    let last = offset &+ UInt64(count) &- 1
    guard last >= offset else { return false }
    let isExpandDown = s && type & 0xC == 4
    if isExpandDown { return offset > UInt64(limit) && last <= (db ? 0xFFFF_FFFF : 0xFFFF) }
    return last <= UInt64(limit)
  }
}
