extension LocalAPIC {
  /// What is always true of an APIC, whatever a guest wrote: for tests. Returns the first rule that
  /// does not hold, or nil.
  public func checkInvariants() -> String? {
    for (name, set) in [
      ("IRR", interruptRequest), ("ISR", inService), ("TMR", triggerMode),
    ] where set.register(0) & 0xFFFF != 0 {
      return "\(name) holds a vector below 16"
    }
    for entry in LVTEntry.allCases {
      let value = localVectors[entry]
      if !isSoftwareEnabled && !localVectors.isMasked(entry) {
        return "\(entry) is unmasked in a disabled APIC"
      }
      let remoteIRR = entry == .lint0 ? LocalVectorTable.remoteIRRBit : 0
      if value & ~(entry.writableBits | remoteIRR) != 0 { return "\(entry) has reserved bits" }
    }
    if localVectors.isRemoteIRRSet && !localVectors.isLevelSensitive(.lint0) {
      return "remote IRR without level"
    }
    if timer.isCounting && (timer.count == 0 || timer.initialCount == 0) {
      return "the timer counts from or to nothing"
    }
    if timer.isCounting && timer.mode != .oneShot && timer.mode != .periodic {
      return "the timer counts in mode \(timer.mode)"
    }
    if timer.count > 0 && !timer.isCounting { return "the timer holds a count and stands" }
    if UInt8(truncatingIfNeeded: localVectors[.timer] >> 17 & 3) != timer.mode.rawValue {
      return "the timer's mode is not that of its entry"
    }
    if timer.divideConfiguration & ~0xB != 0 { return "TDCR has reserved bits" }
    if spuriousVectorRegister & ~Self.spuriousVectorWritableBits != 0 {
      return "SVR has reserved bits"
    }
    if destinationFormat & 0x0FFF_FFFF != 0x0FFF_FFFF { return "DFR lost its ones" }
    if timer.deadline != 0 && timer.mode != .deadline {
      return "a deadline is armed in mode \(timer.mode)"
    }
    if LocalAPICMode(apicBase: apicBase) == nil { return "EXTD without EN" }
    if mode == .disabled && (isSoftwareEnabled || !interruptRequest.isEmpty || !inService.isEmpty) {
      return "a globally disabled APIC holds interrupts or takes them"
    }
    let errors: ErrorStatus = [
      .sendIllegalVector, .receiveIllegalVector, .illegalRegisterAddress,
    ]
    if !errors.isSuperset(of: errorStatus.union(pendingErrors)) { return "ESR has reserved bits" }
    if commandLow & ~InterruptCommand.lowWritableBits != 0
      || mode != .x2APIC && commandHigh & ~InterruptCommand.highWritableBits != 0
    {
      return "ICR has reserved bits"
    }
    if let vector = deliverableVector(), vector >> 4 <= processorPriority >> 4 {
      return "vector \(vector) is deliverable below PPR"
    }
    return nil
  }
}
