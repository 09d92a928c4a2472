/// The XSAVE instructions and MXCSR (SDM vol. 1, chapter 13; vol. 2, by name). IA32_XSS is 0.
extension Execution {
  /// XGETBV: ECX 0 is XCR0, 1 the components of it that are in use.
  mutating func readExtendedControl() throws(ProcessorFault) {
    try require(.xsave)
    guard state.cr4 & (1 << 18) != 0 else { throw .undefined }
    let value: UInt64
    switch register(1, 32) {
    case 0: value = state.xcr0
    case 1 where state.features.contains(.xgetbv1): value = state.xcr0 & (try inUse())
    default: throw .generalProtection()
    }
    setRegister(0, 32, value & 0xFFFF_FFFF)
    setRegister(2, 32, value >> 32)
  }

  /// XINUSE, with SSE's bit also for an MXCSR that is not the initial one.
  private mutating func inUse() throws(ProcessorFault) -> UInt64 {
    let image = try extendedImage()
    let isMXCSRInitial = UInt64(image.mxcsr) == ExtendedImage.initialMXCSR
    return image.inUse | (isMXCSRInitial ? 0 : ExtendedImage.sse)
  }

  /// The requested components: XCR0 and EDX:EAX.
  private func requested() throws(ProcessorFault) -> UInt64 {
    guard state.xcr0 & ~ExtendedImage.known == 0 else { throw .notRepairable }
    return state.xcr0 & (register(2, 32) << 32 | register(0, 32))
  }

  /// The area's linear address: aligned to 64, and `count` bytes of it may be touched.
  private func area(_ count: Int, isWrite: Bool) throws(ProcessorFault) -> UInt64 {
    let address = try operandAddress(count, isWrite: isWrite)
    guard address & 63 == 0 else { throw .generalProtection() }
    return address
  }

  /// XSAVE and XSAVEOPT, the standard form.
  mutating func save(optimized: Bool) throws(ProcessorFault) {
    try checkXSAVE()
    if optimized { try require(.xsaveopt) }
    let wanted = try requested()
    let image = try extendedImage()
    // Unlike XSAVEC's, this one's SSE bit does not look at MXCSR.
    let used = image.inUse
    // XSAVEOPT leaves out what is initial; it may leave out more, and does not here.
    let saved = optimized ? wanted & used : wanted
    let extended = ExtendedImage.extended.filter { wanted & $0.bit != 0 }
    let address = try area(extended.map { $0.offset + $0.size }.max() ?? 576, isWrite: true)
    let old = integer(try readLinear(address &+ 512, 8))
    try saveLegacy(address, saved, mxcsr: wanted & 6 != 0, image)
    for component in extended where saved & component.bit != 0 {
      try writeLinear(
        address &+ UInt64(component.offset), image.slice(component.offset, component.size))
    }
    try writeLinear(
      address &+ 512, Emulation.bytes(old & ~wanted | used & wanted, 8))
  }

  /// XSAVEC and XSAVES, the compacted form: XCOMP_BV says what has a place.
  mutating func saveCompacted(supervisor: Bool) throws(ProcessorFault) {
    try checkXSAVE()
    try require(supervisor ? .xsaves : .xsavec)
    if supervisor, state.privilege != 0 { throw .generalProtection() }
    let wanted = try requested()
    let saved = wanted & (try inUse())
    let image = try extendedImage()
    let places = Self.compacted(wanted)
    let address = try area(places.last.map { $0.offset + $0.component.size } ?? 576, isWrite: true)
    try saveLegacy(address, saved, mxcsr: saved & ExtendedImage.sse != 0, image)
    for place in places where saved & place.component.bit != 0 {
      try writeLinear(
        address &+ UInt64(place.offset), image.slice(place.component.offset, place.component.size))
    }
    try writeLinear(
      address &+ 512, Emulation.bytes(saved, 8) + Emulation.bytes(wanted | 1 << 63, 8))
  }

  /// Where each extended component lies in the compacted form (none of ours is aligned to 64).
  private static func compacted(_ map: UInt64) -> [(
    component: ExtendedImage.Component, offset: Int
  )] {
    var offset = 576
    var result: [(component: ExtendedImage.Component, offset: Int)] = []
    for component in ExtendedImage.extended where map & component.bit != 0 {
      result.append((component, offset))
      offset += component.size
    }
    return result
  }

  /// The x87 and SSE parts. Without REX.W the x87 pointers have 32 bits and their selectors read 0, as
  /// on a processor that does not keep them (CPUID.7.EBX[13]).
  private mutating func saveLegacy(
    _ address: UInt64, _ saved: UInt64, mxcsr: Bool, _ image: ExtendedImage
  ) throws(ProcessorFault) {
    if saved & ExtendedImage.x87 != 0 {
      var head = image.slice(0, 24)
      if !instruction.isWide {
        for index in [12, 13, 14, 15, 20, 21, 22, 23] { head[index] = 0 }
      }
      try writeLinear(address, head)
      try writeLinear(address &+ 32, image.slice(32, 128))
    }
    if mxcsr {
      try writeLinear(
        address &+ 24, Emulation.bytes(UInt64(image.mxcsr) | 0xFFFF << 32, 8))
    }
    if saved & ExtendedImage.sse != 0 {
      try writeLinear(address &+ 160, image.slice(160, 256))
    }
  }

  /// XRSTOR and XRSTORS.
  mutating func restore(supervisor: Bool) throws(ProcessorFault) {
    try checkXSAVE()
    if supervisor {
      try require(.xsaves)
      guard state.privilege == 0 else { throw .generalProtection() }
    }
    let wanted = try requested()
    let address = try area(576, isWrite: false)
    let header = try readLinear(address &+ 512, 64)
    let present = integer(header[..<8])
    let map = integer(header[8..<16])
    let isCompacted = map & 1 << 63 != 0
    if isCompacted {
      guard state.features.contains(.xsavec) || supervisor,
        map & ~(1 << 63) & ~state.xcr0 == 0, present & ~map == 0, present & 1 << 63 == 0,
        header[16...].allSatisfy({ $0 == 0 })
      else { throw .generalProtection() }
    } else {
      guard !supervisor, present & ~state.xcr0 == 0, header[8..<24].allSatisfy({ $0 == 0 }) else {
        throw .generalProtection()
      }
    }
    var image = try extendedImage()
    try restoreLegacy(address, wanted, present, isCompacted: isCompacted, &image)
    let places =
      isCompacted
      ? Self.compacted(map & ~(1 << 63)) : ExtendedImage.extended.map { ($0, $0.offset) }
    for (component, offset) in places where wanted & present & component.bit != 0 {
      let last = try area(offset + component.size, isWrite: false)
      image.replace(component.offset, try readLinear(last &+ UInt64(offset), component.size))
      image.inUse |= component.bit
    }
    for component in ExtendedImage.extended where wanted & ~present & component.bit != 0 {
      image.initialize(component.bit)
    }
    setImage(image)
  }

  private mutating func restoreLegacy(
    _ address: UInt64, _ wanted: UInt64, _ present: UInt64, isCompacted: Bool,
    _ image: inout ExtendedImage
  ) throws(ProcessorFault) {
    if wanted & ExtendedImage.x87 != 0 {
      image.initialize(ExtendedImage.x87)
      if present & ExtendedImage.x87 != 0 {
        var head = try readLinear(address, 24)
        if !instruction.isWide {
          for index in [12, 13, 14, 15, 20, 21, 22, 23] { head[index] = 0 }
        }
        image.replace(0, head)
        image.replace(32, try readLinear(address &+ 32, 128))
        image.inUse |= ExtendedImage.x87
        image.settleX87()
      }
    }
    // The standard form loads MXCSR whatever XSTATE_BV says, and for AVX too (SDM vol. 1, 13.8.1).
    let isSSEPresent = present & ExtendedImage.sse != 0
    if isCompacted ? wanted & present & ExtendedImage.sse != 0 : wanted & 6 != 0 {
      let value = integer(try readLinear(address &+ 24, 4))
      guard value & ~0xFFFF == 0 else { throw .generalProtection() }
      image.mxcsr = UInt32(truncatingIfNeeded: value)
    } else if wanted & ExtendedImage.sse != 0 {
      image.mxcsr = UInt32(ExtendedImage.initialMXCSR)
    }
    if wanted & ExtendedImage.sse != 0 {
      image.initialize(ExtendedImage.sse)
      if isSSEPresent {
        image.replace(160, try readLinear(address &+ 160, 256))
        image.inUse |= ExtendedImage.sse
      }
    }
  }

  /// LDMXCSR and STMXCSR, with VEX or without.
  mutating func mxcsr() throws(ProcessorFault) {
    if let vex = instruction.vex {
      try checkAVX()
      guard !vex.is256, vex.register == 0, vex.prefix == 0 else { throw .undefined }
    } else {
      try checkSSE()
    }
    if instruction.extensionField == 2 {
      let value = integer(try readMemory(4))
      guard value & ~0xFFFF == 0 else { throw .generalProtection() }
      var image = try extendedImage()
      image.mxcsr = UInt32(truncatingIfNeeded: value)
      // A KVM_SET_XSAVE takes MXCSR along with SSE.
      image.inUse |= ExtendedImage.sse
      setImage(image)
    } else {
      try writeMemory(Emulation.bytes(UInt64(try extendedImage().mxcsr), 4))
    }
  }
}

extension ExtendedImage {
  /// What loading the x87 state makes of words that no processor keeps: reserved bits of the control
  /// word, and the error summary, which follows the flags and masks (SDM vol. 1, 8.1.3.3).
  mutating func settleX87() {
    controlWord = controlWord & 0x1F3F | 0x40
    let isPending = statusWord & ~controlWord & 0x3F != 0
    statusWord = statusWord & 0x7F7F | (isPending ? 0x8080 : 0)
  }
}
