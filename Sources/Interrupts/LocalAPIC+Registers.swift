/// What the outside must do after a write to a local APIC.
public enum LocalAPICEffect: Sendable, Equatable {
  /// Nothing.
  case none
  /// Send this. Only commands with ``InterruptCommand/Validity/isSent`` come out, and their trigger
  /// mode is edge.
  case sendIPI(InterruptCommand)
  /// The vector's service ended (nil: there was none in service). With `broadcast`, the I/O APICs are
  /// to be told.
  case endOfInterrupt(vector: UInt8?, broadcast: Bool)
  /// ``LocalAPIC/nextDeadline()`` may be another.
  case timerChanged
  /// ``LocalAPIC/routing`` may be another (ID, LDR, DFR, SVR), and for SVR also the deadline and what
  /// is deliverable.
  case routingChanged
  /// TPR was written: ``LocalAPIC/routing`` and what is deliverable may be others.
  case priorityChanged
  /// An LVT entry other than the timer's was written: a line held at it may now get through.
  case localVectorChanged(LVTEntry)
}

extension LocalAPIC {
  /// The value of the register at `offset`, 0 to 0xFFF bytes into the page, at `now`, ns. A reserved
  /// or unaligned offset, and any beyond, reads 0 and sets ESR bit 7. Write-only registers read 0. The
  /// timer is brought to `now` first: who sees it expired finds its interrupt requested.
  ///
  /// But in xAPIC mode there is no page: everything reads as ones, as an empty bus does.
  public mutating func read(offset: UInt32, now: UInt64) -> UInt32 {
    guard mode == .xAPIC else { return .max }
    advance(to: now)
    guard let register = LocalAPICRegister(offset: offset) else {
      record(.illegalRegisterAddress)
      return 0
    }
    return value(of: register, now: now)
  }

  /// What a read of `register` at `now`, ns, gives, ID and LDR in the form of the mode; reading changes
  /// nothing.
  public func value(of register: LocalAPICRegister, now: UInt64) -> UInt32 {
    switch register {
    case .id: mode == .x2APIC ? initialID : UInt32(registerID) << 24
    case .version: Self.versionRegister
    case .taskPriority: UInt32(taskPriority)
    case .processorPriority: UInt32(processorPriority)
    case .arbitrationPriority, .endOfInterrupt, .remoteRead: 0
    case .logicalDestination:
      mode == .x2APIC
        ? LocalAPICRouting.extendedLogicalID(of: initialID) : UInt32(logicalID) << 24
    case .destinationFormat: destinationFormat
    case .spuriousVector: spuriousVectorRegister
    case .inService(let index): inService.register(index)
    case .triggerMode(let index): triggerMode.register(index)
    case .interruptRequest(let index): interruptRequest.register(index)
    case .errorStatus: errorStatus.rawValue
    case .interruptCommandLow: commandLow
    case .interruptCommandHigh: commandHigh
    case .localVector(let entry): localVectors[entry]
    case .initialCount: timer.initialCount
    case .currentCount: timer.currentCount(at: now)
    case .divideConfiguration: timer.divideConfiguration
    }
  }

  /// Writes the register at `offset`, 0 to 0xFFF bytes into the page, at `now`, ns. A reserved or
  /// unaligned offset, and any beyond, sets ESR bit 7; a read-only register and reserved bits keep
  /// their value. But in xAPIC mode there is no page, and nothing happens.
  public mutating func write(offset: UInt32, value: UInt32, now: UInt64) -> LocalAPICEffect {
    guard mode == .xAPIC else { return .none }
    guard let register = LocalAPICRegister(offset: offset) else {
      record(.illegalRegisterAddress)
      return .none
    }
    return write(register, value, now: now)
  }

  /// Writes `register`, whichever way the write came.
  mutating func write(
    _ register: LocalAPICRegister, _ value: UInt32, now: UInt64
  ) -> LocalAPICEffect {
    switch register {
    case .id:
      registerID = UInt8(truncatingIfNeeded: value >> 24)
      return .routingChanged
    case .taskPriority:
      taskPriority = UInt8(truncatingIfNeeded: value)
      return .priorityChanged
    case .endOfInterrupt: return endOfInterrupt()
    case .logicalDestination:
      logicalID = UInt8(truncatingIfNeeded: value >> 24)
      return .routingChanged
    case .destinationFormat:
      destinationFormat = value | 0x0FFF_FFFF
      return .routingChanged
    case .spuriousVector: return writeSpuriousVector(value, now: now)
    case .errorStatus:
      errorStatus = pendingErrors
      pendingErrors = []
      isErrorInterruptArmed = true
      return .none
    case .interruptCommandLow: return writeCommand(value)
    case .interruptCommandHigh:
      commandHigh = value & InterruptCommand.highWritableBits
      return .none
    case .localVector(let entry): return writeLocalVector(entry, value, now: now)
    case .initialCount:
      advance(to: now)
      timer.start(value, at: now)
      return .timerChanged
    case .divideConfiguration:
      advance(to: now)
      timer.setDivide(value, at: now)
      return .timerChanged
    case .version, .arbitrationPriority, .processorPriority, .remoteRead, .inService, .triggerMode,
      .interruptRequest, .currentCount:
      return .none
    }
  }

  private mutating func writeSpuriousVector(_ value: UInt32, now: UInt64) -> LocalAPICEffect {
    // What expired before the write still counts under the old masks.
    advance(to: now)
    spuriousVectorRegister = value & Self.spuriousVectorWritableBits
    if !isSoftwareEnabled { localVectors.maskAll() }
    return .routingChanged
  }

  private mutating func writeCommand(_ value: UInt32) -> LocalAPICEffect {
    commandLow = value & InterruptCommand.lowWritableBits
    return send(interruptCommand)
  }

  /// What becomes of a command: ESR bit 5 for an illegal vector (and bit 6 for one to the sender alone),
  /// and nothing where it is not sent.
  mutating func send(_ command: InterruptCommand) -> LocalAPICEffect {
    var command = command
    let validity = command.validity
    if validity == .illegalVector {
      record(.sendIllegalVector)
      // "... or via a self IPI" (SDM, ESR bit 6): here the sender is the receiver.
      if command.shorthand == .selfOnly { record(.receiveIllegalVector) }
    }
    guard validity.isSent else { return .none }
    command.triggerMode = .edge
    return .sendIPI(command)
  }

  private mutating func writeLocalVector(
    _ entry: LVTEntry, _ value: UInt32, now: UInt64
  ) -> LocalAPICEffect {
    guard entry == .timer else {
      localVectors.write(entry, value, isSoftwareEnabled: isSoftwareEnabled)
      return .localVectorChanged(entry)
    }
    // What expired before the write still counts under the old mask, vector and mode.
    advance(to: now)
    localVectors.write(entry, value, isSoftwareEnabled: isSoftwareEnabled)
    timer.setMode(
      TimerMode(rawValue: UInt8(truncatingIfNeeded: localVectors[entry] >> 17 & 3)) ?? .reserved)
    return .timerChanged
  }
}
