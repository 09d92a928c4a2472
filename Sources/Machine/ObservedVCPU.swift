import CKVM
import Interrupts
import Synchronization
import Telemetry
import Threads

/// A copy of a vcpu's registers and local APIC for observers: its thread writes it, anybody reads it without
/// a lock. A reader that meets a writer tries again; the writer never waits.
final class ObservedVCPU: Sendable {
  /// Whether anybody looks: without, nothing is copied.
  let isWatched = Atomic<Bool>(false)
  private let words = AtomicBuffer(count: Word.count)

  private enum Word {
    /// Odd while the others are being written.
    static let sequence = 0
    static let time = 1
    static let general = 2
    static let rip = 18
    static let rflags = 19
    /// cr0, cr2, cr3, cr4, efer.
    static let control = 20
    /// Four selectors, then two and the L bit.
    static let selectors = 25
    static let systemTime = 27
    static let flags = 28
    static let identity = 29
    static let base = 30
    static let priorities = 31
    static let logical = 32
    static let spurious = 33
    static let command = 34
    /// Three times four words.
    static let sets = 35
    /// Two entries a word.
    static let localVectors = 47
    static let counts = 51
    static let count = 52
  }

  // MARK: The vcpu's thread

  /// Writes down what is not asked of KVM.
  func store(
    time: UInt64, _ registers: kvm_regs, _ apic: LocalAPIC, flags: UInt64, now: UInt64
  ) {
    write { words in
      words.store(Word.time, time)
      let general = [
        registers.rax, registers.rbx, registers.rcx, registers.rdx, registers.rsi, registers.rdi,
        registers.rsp, registers.rbp, registers.r8, registers.r9, registers.r10, registers.r11,
        registers.r12, registers.r13, registers.r14, registers.r15, registers.rip, registers.rflags,
      ]
      for (index, value) in general.enumerated() { words.store(Word.general + index, value) }
      words.store(Word.flags, flags)
      store(apic, now: now)
    }
  }

  private func store(_ apic: LocalAPIC, now: UInt64) {
    func value(_ register: LocalAPICRegister) -> UInt64 {
      UInt64(apic.value(of: register, now: now))
    }
    func pair(_ low: LocalAPICRegister, _ high: LocalAPICRegister) -> UInt64 {
      value(low) | value(high) << 32
    }
    words.store(Word.identity, UInt64(apic.id))
    words.store(Word.base, apic.apicBase)
    words.store(Word.priorities, pair(.taskPriority, .processorPriority))
    words.store(Word.logical, pair(.logicalDestination, .destinationFormat))
    words.store(Word.spurious, pair(.spuriousVector, .errorStatus))
    words.store(Word.command, pair(.interruptCommandLow, .interruptCommandHigh))
    for index in 0..<4 {
      let (low, high) = (2 * index, 2 * index + 1)
      words.store(Word.sets + index, pair(.interruptRequest(low), .interruptRequest(high)))
      words.store(Word.sets + 4 + index, pair(.inService(low), .inService(high)))
      words.store(Word.sets + 8 + index, pair(.triggerMode(low), .triggerMode(high)))
    }
    words.store(Word.localVectors, pair(.localVector(.cmci), .localVector(.timer)))
    words.store(Word.localVectors + 1, pair(.localVector(.thermal), .localVector(.performance)))
    words.store(Word.localVectors + 2, pair(.localVector(.lint0), .localVector(.lint1)))
    words.store(Word.localVectors + 3, value(.localVector(.error)))
    words.store(Word.counts, pair(.initialCount, .currentCount))
  }

  /// Writes down what costs an ioctl.
  func store(systemTime: UInt64, _ system: kvm_sregs) {
    write { words in
      let control = [system.cr0, system.cr2, system.cr3, system.cr4, system.efer]
      for (index, value) in control.enumerated() { words.store(Word.control + index, value) }
      let first =
        UInt64(system.cs.selector) | UInt64(system.ds.selector) << 16
        | UInt64(system.es.selector) << 32 | UInt64(system.ss.selector) << 48
      words.store(Word.selectors, first)
      words.store(
        Word.selectors + 1,
        UInt64(system.fs.selector) | UInt64(system.gs.selector) << 16 | UInt64(system.cs.l) << 32)
      words.store(Word.systemTime, systemTime)
    }
  }

  private func write(_ body: (AtomicBuffer) -> Void) {
    // The stores release, so a reader that sees a new word sees the odd number before it.
    words.add(Word.sequence)
    body(words)
    words.add(Word.sequence)
  }

  // MARK: Anybody

  /// What was written last, or nil where nothing was or the writer is always in the way.
  func detail(of vcpu: Int) -> VCPUDetail? {
    for _ in 0..<16 {
      let before = words.load(Word.sequence)
      guard before != 0 else { return nil }
      guard before & 1 == 0 else { continue }
      // The loads acquire: none of them moves behind the second look at the number.
      let copy = (0..<Word.count).map { words.load($0) }
      if words.load(Word.sequence) == before { return Self.decoded(copy, vcpu) }
    }
    return nil
  }

  private static func decoded(_ words: [UInt64], _ vcpu: Int) -> VCPUDetail {
    var detail = VCPUDetail()
    detail.vcpu = vcpu
    detail.timeNanoseconds = words[Word.time]
    detail.registers.general = Array(words[Word.general..<Word.rip])
    detail.registers.rip = words[Word.rip]
    detail.registers.rflags = words[Word.rflags]
    detail.registers.cr0 = words[Word.control]
    detail.registers.cr2 = words[Word.control + 1]
    detail.registers.cr3 = words[Word.control + 2]
    detail.registers.cr4 = words[Word.control + 3]
    detail.registers.efer = words[Word.control + 4]
    detail.registers.selectors = (0..<6).map { index in
      UInt16(truncatingIfNeeded: words[Word.selectors + index / 4] >> UInt64(16 * (index % 4)))
    }
    detail.registers.isLongMode = words[Word.selectors + 1] >> 32 & 1 == 1
    detail.registers.systemTimeNanoseconds = words[Word.systemTime]
    let flags = words[Word.flags]
    detail.interruptFlag = flags & 1 != 0
    detail.hasInterruptShadow = flags & 2 != 0
    detail.isNMIBlocked = flags & 4 != 0
    detail.pendingReason = PendingReason(rawValue: UInt8(truncatingIfNeeded: flags >> 8))
    detail.localAPIC = apic(words)
    return detail
  }

  private static func apic(_ words: [UInt64]) -> LocalAPICDetail {
    var apic = LocalAPICDetail()
    func low(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: words[index]) }
    func high(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: words[index] >> 32) }
    apic.id = low(Word.identity)
    apic.base = words[Word.base]
    apic.taskPriority = UInt8(truncatingIfNeeded: low(Word.priorities))
    apic.processorPriority = UInt8(truncatingIfNeeded: high(Word.priorities))
    apic.logicalDestination = low(Word.logical)
    apic.destinationFormat = high(Word.logical)
    apic.spuriousVector = low(Word.spurious)
    apic.errorStatus = high(Word.spurious)
    apic.interruptCommand = words[Word.command]
    func registers(_ first: Int) -> [UInt32] {
      (first..<(first + 4)).flatMap { [low($0), high($0)] }
    }
    apic.interruptRequest = registers(Word.sets)
    apic.inService = registers(Word.sets + 4)
    apic.triggerMode = registers(Word.sets + 8)
    apic.localVectors = Array(registers(Word.localVectors).prefix(7))
    apic.initialCount = low(Word.counts)
    apic.currentCount = high(Word.counts)
    return apic
  }
}
