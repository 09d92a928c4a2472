/// Delivers an external interrupt where a host's KVM does it wrongly: pure, on a copy of the vcpu's state.
public enum InterruptDelivery {
  /// The processor's part of taking interrupt `vector` between two instructions, in real or protected mode
  /// or IA-32e mode (SDM vol. 3, 6.12 and 6.14): flags and return address are pushed, the handler is
  /// entered. The caller sees to it that RFLAGS.IF is set and no shadow of STI or MOV SS is in force.
  ///
  /// False, with the state as it was, where the guest's tables do not allow it or a task gate is met:
  /// that is left to KVM.
  public static func deliver<Access: GuestAccess>(
    _ vector: UInt8, to state: inout ProcessorState, access: inout Access
  ) -> Bool {
    var execution = Execution(state: state, access: access)
    defer { access = execution.access }
    do throws(ProcessorFault) {
      // No instruction was decoded, so that the return address is RIP itself. As for INT1, the gate's DPL
      // does not count.
      try execution.interrupt(vector, .privileged)
    } catch { return false }
    state = execution.state
    return true
  }
}
