import CKVM
import Devices
import Interrupts
import KVM
import Rendezvous
import Synchronization
import Telemetry
import Threads

extension VCPURunner {
  private static var ioapicPage: UInt64 { 0xfec0_0000 }

  /// An access where no memory is. Nothing answers with all ones, as an empty bus does.
  mutating func handle(_ access: MMIOAccess) {
    let page = access.address & ~0xfff
    if page == apic.pageAddress && apic.mode == .xAPIC {
      handleLocalAPIC(access)
    } else if page == Self.ioapicPage {
      if access.isWrite {
        writeIOAPIC(UInt32(truncatingIfNeeded: access.address & 0xfff), access)
      } else {
        vcpu.setMMIOValue(
          Self.part(of: access) { register in
            platform.fabric.ioapic.withLock { $0.read(offset: register) }
          })
      }
    } else if access.address & ~0xffff == TestMemory.base && !platform.program.isDemo {
      let offset = access.address - TestMemory.base
      if access.isWrite {
        platform.chipset.writeTestMemory(offset: offset, size: access.size, value: access.value)
      } else {
        vcpu.setMMIOValue(platform.chipset.readTestMemory(offset: offset, size: access.size))
      }
    } else if !access.isWrite {
      vcpu.setMMIOValue(.max)
    }
  }

  /// The bytes that a read of 1 to 8 bytes sees of the 32-bit register that holds the first of them; the
  /// rest of an 8-byte read is reserved space, which reads 0.
  static func part(of access: MMIOAccess, _ read: (UInt32) -> UInt32) -> UInt64 {
    let offset = UInt32(truncatingIfNeeded: access.address & 0xfff)
    return UInt64(read(offset & ~3)) >> (UInt64(offset & 3) * 8)
  }

  // MARK: I/O APIC

  private mutating func writeIOAPIC(_ offset: UInt32, _ access: MMIOAccess) {
    guard offset & 3 == 0 else { return }
    let value = UInt32(truncatingIfNeeded: access.value)
    let effect = platform.fabric.ioapic.withLock { $0.write(offset: offset, value: value) }
    guard effect != .none else { return }
    cell.activity.store(Activity.rendezvous.rawValue, ordering: .relaxed)
    let result = platform.fabric.apply(effect, by: id)
    cell.activity.store(activity.rawValue, ordering: .relaxed)
    if let result { counters.add(.rendezvousTaken, UInt64(result.taken)) }
  }

  // MARK: Everything else

  /// Exits that a guest causes rarely. False where the vcpu cannot go on.
  mutating func handleRare(_ exit: VCPUExit) -> Bool {
    switch exit {
    case .setTPR:
      counters.countExit(.setTPR)
      adoptTaskPriority()
      return true
    case .rdmsr(let index):
      counters.countExit(.rdmsr)
      isAccessPending = true
      readMSR(index)
      return true
    case .wrmsr(let index, let value):
      counters.countExit(.wrmsr)
      isAccessPending = true
      writeMSR(index, value)
      return true
    case .debug where isStepping:
      counters.countExit(.other)
      noteStep()
      return true
    case .shutdown:
      counters.countExit(.shutdown)
      report("triple fault", as: .shutdown)
    case .failEntry(let reason):
      counters.countExit(.failEntry)
      report("the processor refused the guest's state, reason 0x\(String(reason, radix: 16))")
    case .internalError(let suberror):
      counters.countExit(.internalError)
      if suberror == 1 && repairInstruction() { return true }
      let data = vcpu.internalErrorData().map { "0x" + String($0, radix: 16) }.joined(
        separator: " ")
      let what = suberror == 1 ? ": this KVM cannot emulate the instruction" : ""
      report("KVM internal error, sub-error \(suberror)\(what); data \(data)")
    case .failed(let code):
      counters.countExit(.other)
      report("KVM_RUN failed with errno \(code)")
    case .debug:
      counters.countExit(.other)
      report("an unexpected debug exit")
    case .unknown(let reason):
      counters.countExit(.other)
      report("exit reason \(reason), which tryst does not know")
    case .io, .mmio, .hlt, .interrupted, .irqWindow: return true
    }
    return false
  }
}
