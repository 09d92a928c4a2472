import CKVM
import Emulation
import Interrupts
import KVM
import Rendezvous
import Synchronization
import Telemetry
import Threads

/// The 8259 pair's interrupts, and interrupt windows that a host opens late.
extension VCPURunner {
  /// How many instructions are stepped through for one pending interrupt before the host's own window
  /// must do: a short `sti; nop; cli` window is near, a long stretch with interrupts off is not worth
  /// 10 us an instruction.
  static var stepLimit: Int { 256 }

  /// Whether the 8259 pair's interrupt is this vcpu's to take.
  var isExtINTPending: Bool {
    cell.extINTPosted.load(ordering: .relaxed)
      || apic.acceptsExtINT && platform.chipset.lines.isRequesting
  }

  /// The line at LINT0 is up: in another mode than ExtINT the local APIC makes of it what its entry says.
  mutating func driveLINT0() {
    guard platform.chipset.lines.isRequesting else { return }
    if !apic.acceptsExtINT {
      switch apic.assertLVT(.lint0, now: MonotonicClock.nanoseconds()) {
      case .nmi: _ = cell.postNMI()
      // INIT and SMI by a pin are not for a board like this.
      case .fixed, .remoteIRRSet, .smi, .extINT, .initialize, .masked, .reserved: break
      }
    }
    lookAtInterrupts()
  }

  /// The processor's two INTA cycles. Another vcpu may have been faster: the pair then gives its
  /// spurious vector, as hardware would.
  func acknowledgeExtINT() -> UInt8 {
    cell.extINTPosted.store(false, ordering: .relaxed)
    return platform.chipset.lines.acknowledge()
  }

  /// An interrupt cannot get in now. kvm_pvm interprets guest code in batches and looks for a window
  /// between these only, so that it misses short ones; there the guest is stepped (kvm.md 0.3).
  mutating func stepTowardsWindow() -> EntryDecision {
    if isNMIBlocked { return stepTowardsNMI() }
    guard stepsLeft > 0 else { return stopStepping() }
    return step()
  }

  /// An NMI waits for the end of another's handler. kvm_pvm delivers it where its batch ends, which may be
  /// long after the handler's IRET: there the handler is stepped through, so that the NMI comes right
  /// behind that (SDM vol. 3, 6.7.1).
  mutating func stepTowardsNMI() -> EntryDecision {
    guard isNMIBlocked, platform.stepsToWindows, stepsToNMI.left > 0 else { return stopStepping() }
    return step()
  }

  private mutating func step() -> EntryDecision {
    // Never with an NMI or another event on its way in: it would take the trap flag with it onto its
    // handler's stack (seen on 6.18).
    guard !vcpu.isNMIDue, !vcpu.isEventInFlight else { return stopStepping() }
    if isAccessPending { return endAccess() }
    do throws(KVMError) {
      let registers = try vcpu.registers()
      // A guest that steps itself keeps its trap flag.
      guard registers.rflags & 0x100 == 0 else { return stopStepping() }
      if try stepByOurselves(registers) { return .lookAgain }
      if !isStepping { try vcpu.setSingleStep(true) }
    } catch {
      end(error)
      return .fail
    }
    isStepping = true
    return .enter
  }

  /// The next entry does what is left of an instruction, and no more: kvm_pvm steps through the one behind
  /// a port's access, too, before it exits (seen on 6.18).
  func endAccess() -> EntryDecision {
    vcpu.runArea.latchImmediateExit()
    return .enter
  }

  /// Two instructions that kvm_pvm does not step as a processor would are done here: behind an IRET the
  /// next instruction is executed, too, before the exit; and an interrupt that is injected behind a
  /// stepped HLT sends the vcpu astray. Both seen on 6.18. False where the instruction is another.
  private mutating func stepByOurselves(_ registers: kvm_regs) throws(KVMError) -> Bool {
    let system = try vcpu.systemRegisters()
    let walk = PageWalk(
      ProcessorState(registers, system), physicalBits: platform.physicalAddressBits)
    var paging = PagingMemory(memory: platform.memory)
    // HLT and IRET of an outer level are KVM's.
    guard system.ss.dpl == 0 || system.cr0 & 1 == 0,
      let place =
        (try? walk.translate(
          system.cs.base &+ registers.rip, LinearAccess(kind: .fetch), in: &paging))?.physical
    else { return false }
    let bytes = platform.memory.read(at: place, count: 4)
    switch bytes.first(where: { !Self.isPrefix($0, isLong: system.cs.l != 0) }) {
    case 0xf4 where bytes.first == 0xf4:
      var next = registers
      next.rip &+= 1
      try vcpu.setRegisters(next)
      try vcpu.endInterruptShadow()
      counters.countExit(.hlt)
      activity = .halted
    case 0xcf:
      guard repairInstruction() else { return false }
    default: return false
    }
    noteStep()
    // What KVM says of windows is of the last exit: an entry that returns at once brings it up to date.
    vcpu.completePendingAccess()
    if activity == .halted { lookAtInterrupts() }
    return true
  }

  /// Whether `byte` is a prefix that an IRET may have: of a size, or REX.
  private static func isPrefix(_ byte: UInt8, isLong: Bool) -> Bool {
    byte == 0x66 || byte == 0x67 || isLong && byte & 0xf0 == 0x40
  }

  /// No more steps.
  mutating func stopStepping() -> EntryDecision {
    guard isStepping else { return .enter }
    isStepping = false
    do throws(KVMError) { try vcpu.setSingleStep(false) } catch {
      end(error)
      return .fail
    }
    return .enter
  }

  /// An instruction was stepped through.
  mutating func noteStep() {
    counters.add(.singleSteps)
    if isNMIBlocked { stepsToNMI.spend() } else { stepsLeft -= 1 }
  }
}

/// What comes after a look at the interrupts.
enum EntryDecision {
  /// The guest.
  case enter
  /// Another look: the vcpu's state is another now.
  case lookAgain
  /// Nothing: KVM failed.
  case fail
}
