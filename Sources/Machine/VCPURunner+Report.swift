import CKVM
import KVM
import Rendezvous
import Synchronization
import Telemetry

extension VCPURunner {
  /// The guest cannot go on: where it was, what it was about to execute, its registers.
  mutating func report(_ what: String, as end: Activity = .fault) {
    activity = end
    var lines = ["vcpu \(id): \(what), rip \(Self.hex(vcpu.instructionPointer))"]
    if let registers = try? vcpu.registers(), let system = try? vcpu.systemRegisters() {
      let linear = system.cs.base &+ registers.rip
      if let physical = vcpu.translate(linear) {
        let bytes = platform.memory.read(at: physical, count: 15)
        let text = bytes.map { byte in
          let digits = String(byte, radix: 16)
          return digits.count == 1 ? "0" + digits : digits
        }.joined(separator: " ")
        lines[0] += ", bytes \(text.isEmpty ? "outside memory" : text)"
      } else {
        lines[0] += ", which is not mapped"
      }
      lines.append(
        "  rax \(Self.hex(registers.rax)) rbx \(Self.hex(registers.rbx)) rcx \(Self.hex(registers.rcx)) rdx \(Self.hex(registers.rdx))"
      )
      lines.append(
        "  rsi \(Self.hex(registers.rsi)) rdi \(Self.hex(registers.rdi)) rbp \(Self.hex(registers.rbp)) rsp \(Self.hex(registers.rsp)) rflags \(Self.hex(registers.rflags))"
      )
      lines.append(
        "  cs \(Self.hex(UInt64(system.cs.selector))) base \(Self.hex(system.cs.base)) cr0 \(Self.hex(system.cr0)) cr2 \(Self.hex(system.cr2)) cr3 \(Self.hex(system.cr3)) cr4 \(Self.hex(system.cr4)) efer \(Self.hex(system.efer))"
      )
    }
    // Before others learn of the end, who then look at this vcpu.
    cell.activity.store(activity.rawValue, ordering: .releasing)
    platform.end(because: lines)
  }

  /// The demo guest met an exception that nothing of its own raises.
  mutating func reportPanic(_ vector: UInt32) {
    report("the guest reports exception \(vector)")
  }

  /// An ioctl failed.
  mutating func end(_ error: KVMError) { report("\(error)") }

  /// The thread ends: nobody may wait for this vcpu any more.
  mutating func finish() {
    cell.activity.store(activity.rawValue, ordering: .relaxed)
    // Idle first, so that a rendezvous that still wants this vcpu finds it so.
    cell.runState.store(RunState.idle.rawValue, ordering: .sequentiallyConsistent)
    platform.fabric.coordinator.deactivate(id)
  }

  private static func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}
