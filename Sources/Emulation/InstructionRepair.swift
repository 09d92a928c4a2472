/// What came of a repair.
public enum RepairOutcome: Sendable, Equatable {
  /// Done: the state is the one after the instruction, for the caller to write back. An interrupt
  /// shadow (STI, MOV SS) is over; after ``RepairKind/iret`` NMIs are not blocked any more.
  case resumed
  /// Done as by ``resumed``, and RFLAGS.TF was set: the caller injects #DB with DR6.BS.
  case resumedWithSingleStep
  /// Nothing changed; the caller injects this exception. A page fault has its address for CR2.
  case exception(vector: UInt8, errorCode: UInt32?, faultAddress: UInt64?)
  /// Nothing changed: not known, switched off, or not to be done exactly.
  case notRepairable
}

/// Does by itself what a host's KVM cannot emulate: pure, on a copy of the vcpu's state.
public enum InstructionRepair {
  /// Repairs the instruction at `state.rip`. The kind is nil if it is none of ours. On any outcome but
  /// the two of "resumed" state and x87/SSE registers are as before; memory too, but for accessed bits
  /// of descriptors, which a processor sets early as well.
  public static func repair<Access: GuestAccess>(
    _ state: inout ProcessorState, access: inout Access, enabled: RepairKinds = .all
  ) -> (kind: RepairKind?, outcome: RepairOutcome) {
    var execution = Execution(state: state, access: access)
    defer { access = execution.access }
    var kind: RepairKind?
    do throws(ProcessorFault) {
      // Faults of decoding are those of an instruction that no processor has, or of its fetch.
      kind = .undefined
      try execution.decode()
      kind = execution.kind
      guard let kind, enabled.contains(kind) else { return (kind, .notRepairable) }
      let isSingleStep = state.rflags & RFLAGS.tf != 0
      try execution.perform(kind)
      guard execution.storeImage() else { return (kind, .notRepairable) }
      if kind != .iret { execution.state.rflags &= ~RFLAGS.rf }
      let isInterrupt = kind == .int3 || kind == .intN || kind == .into || kind == .int1
      // A taken interrupt has cleared TF; an INTO that was not taken has not.
      let isStepped = isSingleStep && !(isInterrupt && execution.state.rflags & RFLAGS.tf == 0)
      state = execution.state
      return (kind, isStepped ? .resumedWithSingleStep : .resumed)
    } catch {
      switch error {
      case .notRepairable: return (execution.kind, .notRepairable)
      case .exception(let exception, let errorCode, let address):
        guard let kind, enabled.contains(kind) else { return (kind, .notRepairable) }
        return (
          kind,
          .exception(
            vector: exception.rawValue, errorCode: state.mode == .real ? nil : errorCode,
            faultAddress: address)
        )
      }
    }
  }
}
