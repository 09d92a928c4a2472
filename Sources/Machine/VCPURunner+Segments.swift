import CKVM
import Emulation
import KVM

extension VCPURunner {
  /// Delivers `vector` where the host's KVM would not do it right: kvm_pvm writes the frame of an interrupt
  /// in 32-bit mode to ESP without the base of SS (seen on 6.18). False where KVM does it.
  ///
  /// Only guests that start in real mode are asked for their segments, which costs an ioctl: those are what
  /// code of segments runs in. All others are given flat ones.
  mutating func deliverToSegmentedStack(_ vector: UInt8) throws(KVMError) -> Bool {
    guard platform.deliversToSegmentedStacks, platform.program.bios != nil else { return false }
    // Registers are as the instruction leaves them only once it has ended.
    if isAccessPending { vcpu.completePendingAccess() }
    isAccessPending = false
    var system = try vcpu.systemRegisters()
    // PE, but not LMA.
    guard system.cr0 & 1 == 1, system.efer & 0x400 == 0, system.ss.base != 0 else { return false }
    let before = ProcessorState(try vcpu.registers(), system)
    var state = before
    var access = RepairAccess(walk: try pageWalk(state), memory: platform.memory)
    guard InterruptDelivery.deliver(vector, to: &state, access: &access) else { return false }
    if state.update(&system, from: before) { try vcpu.setSystemRegisters(system) }
    try vcpu.setRegisters(state.generalRegisters)
    // What KVM says of windows is of the last exit: an entry that returns at once brings it up to date.
    vcpu.completePendingAccess()
    return true
  }
}
