import Interrupts
import KVM
import Rendezvous
import Synchronization
import Telemetry
import Threads

/// The vcpu's own local APIC: its page, its MSRs, and what they bring about.
extension VCPURunner {
  /// An access to the page of the local APIC.
  mutating func handleLocalAPIC(_ access: MMIOAccess) {
    let offset = UInt32(truncatingIfNeeded: access.address & 0xfff)
    // Any access may set an error's vector, and most writes change what is deliverable.
    watchesInterrupts = true
    let now = MonotonicClock.nanoseconds()
    guard access.isWrite else {
      return vcpu.setMMIOValue(Self.part(of: access) { apic.read(offset: $0, now: now) })
    }
    // Registers are 32 bits wide and take effect as a whole (SDM vol. 3, "Local APIC Status and
    // Capabilities"): what starts elsewhere is no write to one.
    guard offset & 3 == 0 else { return }
    apply(apic.write(offset: offset, value: UInt32(truncatingIfNeeded: access.value), now: now))
  }

  private mutating func apply(_ effect: LocalAPICEffect) {
    switch effect {
    case .none: break
    case .sendIPI(let command): send(command)
    case .endOfInterrupt(let vector, let broadcast):
      counters.add(.eois, 1)
      if broadcast, let vector { platform.fabric.broadcastEOI(vector) }
      acceptPosted()
      // A level that still is there comes anew.
      if cell.listensToLINT0.load(ordering: .relaxed) && apic.isLevelSensitive(.lint0) {
        driveLINT0()
      }
    case .timerChanged: armTimer()
    case .routingChanged: adoptRouting()
    case .priorityChanged:
      taskPriorityClass = UInt8(truncatingIfNeeded: apic.cr8)
      vcpu.taskPriorityClass = taskPriorityClass
      publishRouting()
    case .localVectorChanged: adoptLocalVectors()
    }
  }

  /// Where messages find this vcpu may be another, and what its masks let through.
  mutating func adoptRouting() {
    publishRouting()
    platform.fabric.members.recomputeTriggerModes(of: cell)
    // A level that nobody took so far may find its way now.
    platform.fabric.deliverPendingLevels()
    armTimer()
    adoptLocalVectors()
  }

  /// LINT0 may have become open for the 8259 pair, or shut.
  private mutating func adoptLocalVectors() {
    let isOpen = apic.listensToLINT0
    // Then the look at the line, as the line stores its state and then looks at this.
    cell.listensToLINT0.store(isOpen, ordering: .sequentiallyConsistent)
    guard isOpen else { return }
    if apic.acceptsExtINT {
      lookAtInterrupts()
    } else if apic.isLevelSensitive(.lint0) {
      driveLINT0()
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

  // MARK: MSRs

  /// RDMSR of an MSR that KVM leaves to us.
  mutating func readMSR(_ index: UInt32) {
    let now = MonotonicClock.nanoseconds()
    switch index {
    case Self.apicBaseMSR: vcpu.setMSRValue(apic.apicBase)
    case Self.deadlineMSR:
      apic.advance(to: now)
      vcpu.setMSRValue(apic.tscDeadline)
    case LocalAPIC.msrs:
      watchesInterrupts = true
      // As a read of the page does by itself: an expired timer has requested its interrupt.
      apic.advance(to: now)
      guard let value = apic.readMSR(index, now: now) else { return vcpu.failMSR() }
      vcpu.setMSRValue(value)
    default: refuseMSR(index, isWrite: false)
    }
  }

  /// WRMSR of an MSR that KVM leaves to us.
  mutating func writeMSR(_ index: UInt32, _ value: UInt64) {
    let now = MonotonicClock.nanoseconds()
    switch index {
    case Self.apicBaseMSR: writeAPICBase(value)
    case Self.deadlineMSR:
      watchesInterrupts = true
      vcpu.setMSRValue(value)
      apply(apic.writeTSCDeadline(value, expiresAt: time(ofTimestamp: value, now: now), now: now))
    case LocalAPIC.msrs:
      watchesInterrupts = true
      guard let effect = apic.writeMSR(index, value, now: now) else { return vcpu.failMSR() }
      vcpu.setMSRValue(value)
      apply(effect)
    default: refuseMSR(index, isWrite: true)
    }
  }

  private mutating func refuseMSR(_ index: UInt32, isWrite: Bool) {
    counters.add(.unknownMSRs)
    platform.noteRefusedMSR(index, isWrite: isWrite, isKnown: vcpu.isMSRKnown, vcpu: id)
    vcpu.failMSR()
  }

  private mutating func writeAPICBase(_ value: UInt64) {
    switch apic.writeAPICBase(
      value, physicalAddressBits: platform.physicalAddressBits,
      offersX2APIC: platform.offersX2APIC)
    {
    case .generalProtection: vcpu.failMSR()
    case .unchanged: vcpu.setMSRValue(value)
    case .changed:
      vcpu.setMSRValue(value)
      // CPUID follows the enable bit in KVM's own copy, which is written once the instruction has
      // ended: registers that are set before would be lost with it (kvm.md 0.6).
      vcpu.completePendingAccess()
      isAccessPending = false
      do throws(KVMError) { try vcpu.setAPICBase(value) } catch {
        platform.log(.message("vcpu \(id): KVM refuses APIC base 0x\(String(value, radix: 16))"))
      }
      watchesInterrupts = true
      adoptRouting()
    }
  }

  /// The monotonic time at which the guest's time-stamp counter reaches `deadline`.
  private func time(ofTimestamp deadline: UInt64, now: UInt64) -> UInt64 {
    let counter = vcpu.timestampCounter
    guard deadline > counter, timestampKilohertz > 0 else { return now }
    let wide = (deadline - counter).multipliedFullWidth(by: 1_000_000)
    let divisor = UInt64(timestampKilohertz)
    // Centuries ahead is as good as never.
    guard wide.high < divisor else { return .max / 2 }
    let (sum, overflow) = now.addingReportingOverflow(divisor.dividingFullWidth(wide).quotient)
    return overflow ? .max / 2 : sum
  }

  private static var apicBaseMSR: UInt32 { 0x1b }
  private static var deadlineMSR: UInt32 { 0x6e0 }
}
