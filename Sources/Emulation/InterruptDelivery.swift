/// Delivers interrupts and exceptions where a host's KVM does it wrongly: pure, on a copy of the vcpu's
/// state.
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

  /// The processor's part of taking `exception`, a fault of the instruction at RIP, whose error code is
  /// pushed in all modes but real mode; a page fault's `address` becomes CR2. What faults on the way is
  /// handled by the rules of SDM vol. 3, table 6-5: in place of the first, or as a double fault.
  ///
  /// False, with the state as it was, where that cannot be done here or ends in shutdown: that is left to
  /// KVM.
  public static func deliver<Access: GuestAccess>(
    exception: UInt8, errorCode: UInt32?, address: UInt64?, to state: inout ProcessorState,
    access: inout Access
  ) -> Bool {
    var vector = exception
    var code = errorCode
    var page = address
    // Benign, contributory or page fault, double fault: no chain of them is longer than this.
    for _ in 0..<4 {
      var execution = Execution(state: state, access: access)
      if let page { execution.state.cr2 = page }
      // The pushed flags of a fault have RF; a double fault is an abort.
      if vector != doubleFault { execution.state.rflags |= RFLAGS.rf }
      do throws(ProcessorFault) {
        try execution.interrupt(vector, .exception(errorCode: code))
        access = execution.access
        state = execution.state
        return true
      } catch {
        access = execution.access
        guard case .exception(let second, let secondCode, let secondAddress) = error,
          vector != doubleFault
        else { return false }
        if isDouble(vector, second.rawValue) {
          (vector, code) = (doubleFault, 0)
        } else {
          (vector, code) = (second.rawValue, secondCode)
        }
        // A page fault sets CR2, whatever becomes of it.
        page = secondAddress ?? page
      }
    }
    return false
  }

  private static let doubleFault: UInt8 = 8

  /// Whether `second`, met while `first` is delivered, makes a double fault (SDM vol. 3, table 6-5).
  private static func isDouble(_ first: UInt8, _ second: UInt8) -> Bool {
    // #DE, #TS, #NP, #SS and #GP are contributory.
    let contributory: Set<UInt8> = [0, 10, 11, 12, 13]
    let pageFault: UInt8 = 14
    if first == pageFault { return second == pageFault || contributory.contains(second) }
    return contributory.contains(first) && contributory.contains(second)
  }
}
