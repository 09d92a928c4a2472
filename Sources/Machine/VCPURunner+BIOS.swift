import Boot
import CKVM
import KVM
import Telemetry
import Threads

/// Services of the BIOS, which the guest asks for by an OUT of a stub in its firmware segment.
extension VCPURunner {
  /// Serves the call; false where the vcpu cannot go on.
  mutating func serveBIOS() -> Bool {
    // An OUT of more than one element is none of ours; its first call has been served.
    guard isAccessPending else { return true }
    // Registers that are changed before the instruction has ended would be lost with it (kvm.md 0.6).
    vcpu.completePendingAccess()
    isAccessPending = false
    do throws(KVMError) {
      var general = try vcpu.registers()
      var system = try vcpu.systemRegisters()
      // The stubs are for real mode: elsewhere a segment's base and the stack would be something else.
      guard system.cr0 & 1 == 0,
        let vector = BIOSImage.vector(callReturningTo: system.cs.base &+ general.rip)
      else { return true }
      let frame = system.ss.base &+ general.rsp & 0xffff
      let before = Self.registers(general, system, self.platform.memory.read(at: frame, count: 4))
      var registers = before
      let board = BIOSMachineBoard(chipset: platform.chipset, memory: platform.memory)
      let outcome = platform.chipset.bios.withLock { services in
        services?.perform(vector, &registers, on: board) ?? .returned
      }
      switch outcome {
      case .restarts:
        platform.requestReset(by: "vcpu \(id)")
        return true
      case .ended(let why):
        platform.end(because: [why])
        return true
      case .returned, .waits, .asksAgain: break
      }
      setFlags(registers, at: frame &+ 4)
      general.rip = UInt64(
        truncatingIfNeeded: Int64(truncatingIfNeeded: general.rip)
          &+ BIOSServices.offset(for: outcome))
      general.set(registers)
      try vcpu.setRegisters(general)
      if registers.es != before.es {
        system.es.selector = registers.es
        system.es.base = UInt64(registers.es) << 4
        try vcpu.setSystemRegisters(system)
      }
    } catch {
      end(error)
      return false
    }
    return true
  }

  private static func registers(
    _ general: kvm_regs, _ system: kvm_sregs, _ frame: [UInt8]
  ) -> BIOSRegisters {
    var result = BIOSRegisters()
    result.eax = UInt32(truncatingIfNeeded: general.rax)
    result.ebx = UInt32(truncatingIfNeeded: general.rbx)
    result.ecx = UInt32(truncatingIfNeeded: general.rcx)
    result.edx = UInt32(truncatingIfNeeded: general.rdx)
    result.edi = UInt32(truncatingIfNeeded: general.rdi)
    result.es = system.es.selector
    if frame.count == 4 {
      result.caller = (
        segment: UInt16(frame[2]) | UInt16(frame[3]) << 8,
        offset: UInt16(frame[0]) | UInt16(frame[1]) << 8
      )
    }
    return result
  }

  /// CF and ZF, in the flags that the stub's IRET takes from the stack at `address`.
  private func setFlags(_ registers: BIOSRegisters, at address: UInt64) {
    guard registers.carry != nil || registers.zero != nil,
      var flags = platform.memory.read(at: address, count: 1).first
    else { return }
    if let carry = registers.carry { flags = flags & ~1 | (carry ? 1 : 0) }
    if let zero = registers.zero { flags = flags & ~0x40 | (zero ? 0x40 : 0) }
    platform.memory.write([flags], at: address)
  }
}

extension kvm_regs {
  fileprivate mutating func set(_ registers: BIOSRegisters) {
    rax = rax & ~0xffff_ffff | UInt64(registers.eax)
    rbx = rbx & ~0xffff_ffff | UInt64(registers.ebx)
    rcx = rcx & ~0xffff_ffff | UInt64(registers.ecx)
    rdx = rdx & ~0xffff_ffff | UInt64(registers.edx)
    rdi = rdi & ~0xffff_ffff | UInt64(registers.edi)
  }
}
