/// Instructions about cache lines and translations (SDM vol. 2, by name).
extension Execution {
  /// CLWB (66 0F AE /6), CLFLUSHOPT (66 0F AE /7) and CLDEMOTE (0F 1C /0). Guest memory is the host's, and
  /// coherent: what is left of the first two is the check of the address, as of a byte that is read.
  mutating func touchCacheLine() throws(ProcessorFault) {
    // CLDEMOTE is a hint, and a NOP where it does not exist: it raises nothing.
    if instruction.opcode == 0x1C { return }
    try require(instruction.extensionField == 6 ? .clwb : .clflushopt)
    // Unlike a read, these may touch code that only executes: left alone.
    if let memory = instruction.memory, mode == .protected || mode == .compatibility {
      let segment = state[memory.segment]
      if !segment.unusable, segment.type & 0xA == 8 { throw .notRepairable }
    }
    let address = try range(try operandAddress(1, isWrite: false), 1)
    do throws(LinearFault) {
      _ = try access.read(address, count: 1, LinearAccess(kind: .read, isUser: isUser))
    } catch {
      // Devices have no lines in a cache.
      guard error != .notMemory else { return }
      throw ProcessorFault(error)
    }
  }

  /// INVPCID. Every type invalidates everything, which a processor may do at any time (SDM vol. 3,
  /// 4.10.4.1).
  mutating func invalidateByContext() throws(ProcessorFault) {
    try require(.invpcid)
    guard instruction.memory != nil else { throw .undefined }
    guard state.privilege == 0 else { throw .generalProtection() }
    let type = register(instruction.register, mode == .long ? 64 : 32)
    let descriptor = try readMemory(16)
    let context = integer(descriptor[..<8])
    let address = integer(descriptor[8...])
    guard type <= 3, context >> 12 == 0 else { throw .generalProtection() }
    if type == 0, !state.isCanonical(address) { throw .generalProtection() }
    let hasContexts = state.cr4 & (1 << 17) != 0
    if type <= 1, !hasContexts, context != 0 { throw .generalProtection() }
    guard access.invalidateTranslations() else { throw .notRepairable }
  }
}
