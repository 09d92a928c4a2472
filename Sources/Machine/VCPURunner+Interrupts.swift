import CKVM
import Interrupts
import KVM
import Rendezvous
import Synchronization
import Telemetry

/// The 8259 pair's interrupts, and interrupt windows that a host opens late.
extension VCPURunner {
  /// How many instructions are stepped through for one pending interrupt before the host's own window
  /// must do: a short `sti; nop; cli` window is near, a long stretch with interrupts off is not worth
  /// 10 us an instruction.
  static var stepLimit: Int { 256 }

  /// Whether the 8259 pair's interrupt is this vcpu's to take.
  var isExtINTPending: Bool {
    cell.extINTPosted.load(ordering: .relaxed)
      || cell.acceptsExtINT.load(ordering: .relaxed) && platform.chipset.lines.isRequesting
  }

  /// The processor's two INTA cycles. Another vcpu may have been faster: the pair then gives its
  /// spurious vector, as hardware would.
  func acknowledgeExtINT() -> UInt8 {
    cell.extINTPosted.store(false, ordering: .relaxed)
    return platform.chipset.lines.acknowledge()
  }

  /// An interrupt cannot get in now. kvm_pvm interprets guest code in batches and looks for a window
  /// between these only, so that it misses short ones; there the guest is stepped (kvm.md 0.3). False
  /// where KVM fails.
  mutating func stepTowardsWindow() -> Bool {
    guard stepsLeft > 0 else { return stopStepping() }
    if isStepping { return true }
    // A guest that steps itself keeps its trap flag.
    guard let registers = try? vcpu.registers(), registers.rflags & 0x100 == 0 else { return true }
    do throws(KVMError) { try vcpu.setSingleStep(true) } catch {
      end(error)
      return false
    }
    isStepping = true
    stepStart = vcpu.instructionPointer
    return true
  }

  /// No more steps. False where KVM fails.
  mutating func stopStepping() -> Bool {
    guard isStepping else { return true }
    isStepping = false
    do throws(KVMError) { try vcpu.setSingleStep(false) } catch {
      end(error)
      return false
    }
    return true
  }

  /// An instruction was stepped through. On kvm_pvm a stepped HLT is a debug exit behind it, and no HLT
  /// exit comes (kvm.md 0.3).
  mutating func noteStep() {
    counters.add(.singleSteps)
    stepsLeft -= 1
    let rip = vcpu.instructionPointer
    defer { stepStart = rip }
    guard rip == stepStart &+ 1, isHLT(at: stepStart) else { return }
    counters.countExit(.hlt)
    activity = .halted
    lookAtInterrupts()
  }

  private func isHLT(at rip: UInt64) -> Bool {
    guard let system = try? vcpu.systemRegisters(),
      let physical = vcpu.translate(system.cs.base &+ rip)
    else { return false }
    return platform.memory.read(at: physical, count: 1) == [0xf4]
  }
}
