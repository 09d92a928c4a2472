import CKVM
import Interrupts
import KVM
import Rendezvous
import Synchronization
import Telemetry
import Threads

extension VCPURunner {
  private static var localAPICPage: UInt64 { 0xfee0_0000 }
  private static var ioapicPage: UInt64 { 0xfec0_0000 }

  /// An access where no memory is. Nothing answers with all ones, as an empty bus does.
  mutating func handle(_ access: MMIOAccess) {
    let page = access.address & ~0xfff
    let offset = UInt32(truncatingIfNeeded: access.address & 0xfff)
    if page == Self.localAPICPage {
      // Any access may set an error's vector, and most writes change what is deliverable.
      watchesInterrupts = true
      if access.isWrite {
        writeLocalAPIC(offset, access)
      } else {
        let now = MonotonicClock.nanoseconds()
        vcpu.setMMIOValue(Self.part(of: access) { apic.read(offset: $0, now: now) })
      }
    } else if page == Self.ioapicPage {
      if access.isWrite {
        writeIOAPIC(offset, access)
      } else {
        vcpu.setMMIOValue(
          Self.part(of: access) { register in
            platform.fabric.ioapic.withLock { $0.read(offset: register) }
          })
      }
    } else if !access.isWrite {
      vcpu.setMMIOValue(.max)
    }
  }

  /// The bytes that a read of 1 to 8 bytes sees of the 32-bit register that holds the first of them; the
  /// rest of an 8-byte read is reserved space, which reads 0.
  private static func part(of access: MMIOAccess, _ read: (UInt32) -> UInt32) -> UInt64 {
    let offset = UInt32(truncatingIfNeeded: access.address & 0xfff)
    return UInt64(read(offset & ~3)) >> (UInt64(offset & 3) * 8)
  }

  // MARK: Local APIC

  private mutating func writeLocalAPIC(_ offset: UInt32, _ access: MMIOAccess) {
    // Registers are 32 bits wide and take effect as a whole (SDM vol. 3, "Local APIC Status and
    // Capabilities"): what starts elsewhere is no write to one.
    guard offset & 3 == 0 else { return }
    let now = MonotonicClock.nanoseconds()
    let value = UInt32(truncatingIfNeeded: access.value)
    switch apic.write(offset: offset, value: value, now: now) {
    case .none: break
    case .sendIPI(let command): send(command)
    case .endOfInterrupt(let vector, let broadcast):
      counters.add(.eois, 1)
      if broadcast, let vector { platform.fabric.broadcastEOI(vector) }
      acceptPosted()
    case .timerChanged: armTimer()
    case .routingChanged:
      publishRouting()
      platform.fabric.members.recomputeTriggerModes(of: cell)
      armTimer()
    case .priorityChanged:
      taskPriorityClass = UInt8(truncatingIfNeeded: apic.cr8)
      vcpu.taskPriorityClass = taskPriorityClass
      publishRouting()
    case .localVectorChanged: break
    }
  }

  private mutating func send(_ command: InterruptCommand) {
    // The sender may wait in a rendezvous now, its own or another's, and observers see that.
    if command.deliveryMode == .initialize {
      cell.activity.store(Activity.rendezvous.rawValue, ordering: .relaxed)
    }
    let taken = platform.fabric.send(command, from: cell)
    cell.activity.store(activity.rawValue, ordering: .relaxed)
    if taken != 0 { counters.add(.rendezvousTaken, UInt64(taken)) }
  }

  /// The guest changed CR8, or KVM did with an INIT.
  mutating func adoptTaskPriority() {
    taskPriorityClass = vcpu.taskPriorityClass
    apic.setTaskPriority(cr8: UInt64(taskPriorityClass))
    publishRouting()
    watchesInterrupts = true
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
      if index == Self.apicBaseMSR { vcpu.setMSRValue(apicBase) } else { vcpu.failMSR() }
      return true
    case .wrmsr(let index, let value):
      counters.countExit(.wrmsr)
      isAccessPending = true
      // The page and the mode stay: anything else is refused with #GP, as an MSR that is not there.
      if index == Self.apicBaseMSR && value == apicBase {
        vcpu.setMSRValue(value)
      } else {
        vcpu.failMSR()
      }
      return true
    case .shutdown:
      counters.countExit(.shutdown)
      report("triple fault", as: .shutdown)
    case .failEntry(let reason):
      counters.countExit(.failEntry)
      report("the processor refused the guest's state, reason 0x\(String(reason, radix: 16))")
    case .internalError(let suberror):
      counters.countExit(.internalError)
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

  private static var apicBaseMSR: UInt32 { 0x1b }
  /// IA32_APIC_BASE: the default page, enabled, and which processor is the bootstrap one.
  private var apicBase: UInt64 { Self.localAPICPage | 0x800 | (id == 0 ? 0x100 : 0) }
}
