public import CKVM
import Glibc

/// A vcpu. All of it but ``runArea``'s kick belongs to the one thread that runs it: KVM wants a vcpu's
/// ioctls from one thread (api.rst, section 2), and being noncopyable it can have one owner only.
@safe public struct VCPU: ~Copyable {
  @usableFromInline let descriptor: Descriptor
  /// The area shared with the kernel; others may keep it for kicks.
  public let runArea: RunArea
  @usableFromInline let run: UnsafeMutablePointer<kvm_run>
  @usableFromInline let sync: UnsafeMutablePointer<kvm_sync_regs>
  /// Whether registers and events come with every exit (KVM_CAP_SYNC_REGS).
  @usableFromInline let hasSyncRegisters: Bool

  init(descriptor: consuming Descriptor, runAreaSize: Int, syncRegisters: Int) throws(KVMError) {
    runArea = try RunArea(vcpu: descriptor, size: runAreaSize)
    self.descriptor = descriptor
    unsafe run = runArea.run
    unsafe sync = ckvm_sync_regs(run)
    let wanted = Int(KVM_SYNC_X86_REGS | KVM_SYNC_X86_EVENTS)
    hasSyncRegisters = syncRegisters & wanted == wanted
    // 0.7 % of a PIO exit here (9.95 against 9.88 µs), where one GET_REGS costs 8.6 µs.
    if hasSyncRegisters { unsafe run.pointee.kvm_valid_regs = UInt64(wanted) }
  }

  // MARK: Running

  /// KVM_RUN, once: EINTR is an exit like others, never retried here, for a retry would eat a kick.
  @inlinable public borrowing func enter() -> VCPUExit {
    let result = ckvm_call(descriptor.number, CKVM_RUN, 0)
    if result < 0 {
      let code = Int32(truncatingIfNeeded: -result)
      return code == EINTR || code == EAGAIN ? .interrupted : .failed(errno: code)
    }
    switch unsafe Int32(bitPattern: run.pointee.exit_reason) {
    case KVM_EXIT_IO:
      let io = unsafe run.pointee.io
      return .io(
        PortAccess(
          port: io.port, size: io.size, isOut: io.direction == UInt8(KVM_EXIT_IO_OUT),
          count: io.count, offset: io.data_offset))
    case KVM_EXIT_MMIO: return mmioExit()
    case KVM_EXIT_HLT: return .hlt
    case KVM_EXIT_INTR: return .interrupted
    case KVM_EXIT_IRQ_WINDOW_OPEN: return .irqWindow
    default: return rareExit()
    }
  }

  @usableFromInline borrowing func mmioExit() -> VCPUExit {
    let mmio = unsafe run.pointee.mmio
    let size = UInt8(min(8, mmio.len))
    let isWrite = mmio.is_write != 0
    var value: UInt64 = 0
    if isWrite {
      // The kernel's array of 8 bytes, little endian; bytes past the size are not the guest's.
      value = unsafe withUnsafeBytes(of: mmio.data) { unsafe $0.loadUnaligned(as: UInt64.self) }
      if size < 8 { value &= (1 << (UInt64(size) * 8)) - 1 }
    }
    return .mmio(MMIOAccess(address: mmio.phys_addr, size: size, isWrite: isWrite, value: value))
  }

  @usableFromInline borrowing func rareExit() -> VCPUExit {
    let reason = unsafe run.pointee.exit_reason
    switch Int32(bitPattern: reason) {
    case KVM_EXIT_SET_TPR: return .setTPR
    case KVM_EXIT_SHUTDOWN: return .shutdown
    case KVM_EXIT_FAIL_ENTRY:
      return unsafe .failEntry(reason: run.pointee.fail_entry.hardware_entry_failure_reason)
    case KVM_EXIT_INTERNAL_ERROR:
      return unsafe .internalError(suberror: run.pointee.`internal`.suberror)
    case KVM_EXIT_X86_RDMSR: return unsafe .rdmsr(index: run.pointee.msr.index)
    case KVM_EXIT_X86_WRMSR:
      let msr = unsafe run.pointee.msr
      return .wrmsr(index: msr.index, value: msr.data)
    case KVM_EXIT_DEBUG: return .debug
    default: return .unknown(reason: reason)
    }
  }

  /// Finishes a PIO, MMIO or MSR instruction whose exit was handled, without running guest code:
  /// state that is changed before that would be overwritten by the instruction's end (kvm.md 0.6).
  /// An instruction of several accesses asks again; those are answered with what lies in the run area.
  public borrowing func completePendingAccess() {
    // A crossing or repeated access is 2 to a few thousand parts; the bound only keeps a broken
    // kernel from keeping us.
    for _ in 0..<65536 {
      runArea.latchImmediateExit()
      let result = ckvm_call(descriptor.number, CKVM_RUN, 0)
      if result < 0 { break }
    }
    runArea.clearImmediateExit()
  }

  // MARK: Data of an exit

  /// Element `index` of a port write; 0 where the kernel's description makes no sense.
  @inlinable public borrowing func value(of access: PortAccess, element index: UInt32) -> UInt32 {
    guard let place = unsafe place(of: access, element: index) else { return 0 }
    switch access.size {
    case 1: return unsafe UInt32(place.loadUnaligned(as: UInt8.self))
    case 2: return unsafe UInt32(place.loadUnaligned(as: UInt16.self))
    default: return unsafe place.loadUnaligned(as: UInt32.self)
    }
  }

  /// Answers element `index` of a port read.
  @inlinable public borrowing func setValue(
    _ value: UInt32, of access: PortAccess, element index: UInt32
  ) {
    guard let place = unsafe place(of: access, element: index) else { return }
    switch access.size {
    case 1: unsafe place.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
    case 2: unsafe place.storeBytes(of: UInt16(truncatingIfNeeded: value), as: UInt16.self)
    default: unsafe place.storeBytes(of: value, as: UInt32.self)
    }
  }

  /// Where an element lies, if wholly inside the run area.
  @inlinable borrowing func place(
    of access: PortAccess, element index: UInt32
  ) -> UnsafeMutableRawPointer? {
    let start = access.offset &+ UInt64(index) &* UInt64(access.size)
    guard index < access.count, start < UInt64(runArea.size),
      start &+ UInt64(access.size) <= UInt64(runArea.size)
    else { return nil }
    return unsafe UnsafeMutableRawPointer(run) + Int(start)
  }

  /// Answers an MMIO read (little endian; bytes past the access's size are ignored by the kernel).
  @inlinable public borrowing func setMMIOValue(_ value: UInt64) {
    unsafe withUnsafeMutableBytes(of: &run.pointee.mmio.data) {
      unsafe $0.storeBytes(of: value, as: UInt64.self)
    }
  }

  /// Answers an RDMSR.
  public borrowing func setMSRValue(_ value: UInt64) {
    unsafe run.pointee.msr.data = value
    unsafe run.pointee.msr.error = 0
  }

  /// Whether KVM knows the MSR of the last exit, and only refuses what the guest does with it.
  public var isMSRKnown: Bool {
    unsafe run.pointee.msr.reason & UInt32(KVM_MSR_EXIT_REASON_INVAL) != 0
  }

  /// Makes the RDMSR or WRMSR of the last exit raise #GP.
  public borrowing func failMSR() { unsafe run.pointee.msr.error = 1 }

  // MARK: Interrupts

  /// Whether a vector can be injected at the next entry: what KVM said at the last exit, any exit.
  @inlinable public var canInjectInterrupt: Bool {
    unsafe run.pointee.ready_for_interrupt_injection != 0 && run.pointee.if_flag != 0
  }

  /// RFLAGS.IF at the last exit.
  @inlinable public var interruptFlag: Bool { unsafe run.pointee.if_flag != 0 }

  /// Whether an event that was injected has not reached the guest's handler yet, as of the last exit;
  /// false where it costs an ioctl to know.
  public var isEventInFlight: Bool {
    guard hasSyncRegisters else { return false }
    return unsafe sync.pointee.events.interrupt.injected != 0
      || sync.pointee.events.exception.injected != 0 || sync.pointee.events.nmi.injected != 0
  }

  /// Asks for (or stops asking for) an exit as soon as a vector could be injected.
  @inlinable public borrowing func requestInterruptWindow(_ wanted: Bool) {
    let value: UInt8 = wanted ? 1 : 0
    if unsafe run.pointee.request_interrupt_window != value {
      unsafe run.pointee.request_interrupt_window = value
    }
  }

  /// CR8 at the last exit, and for the next entry: the class of the task priority (0 to 15).
  @inlinable public var taskPriorityClass: UInt8 {
    get { unsafe UInt8(truncatingIfNeeded: run.pointee.cr8 & 15) }
    nonmutating set { unsafe run.pointee.cr8 = UInt64(newValue & 15) }
  }

  /// Puts `vector` into the guest at the next entry. Only when ``canInjectInterrupt`` is true: KVM does
  /// not check (kvm.md 0.5). Through the run area where the kernel can, since an ioctl costs an exit.
  public borrowing func inject(vector: UInt8) throws(KVMError) {
    var events = try currentEvents()
    events.interrupt.injected = 1
    events.interrupt.nr = vector
    events.interrupt.soft = 0
    try store(events)
    // KVM says anew at the next exit; until then a second vector would take the first one's place
    // (kvm.md 0.5), and there may be no entry between two looks: a rendezvous can come first.
    unsafe run.pointee.ready_for_interrupt_injection = 0
  }

  /// Makes `count` NMIs pending, as far as the processor can hold them: one is latched while another
  /// is handled (SDM vol. 3, "Handling Multiple NMIs"), so two where none is.
  public borrowing func injectNMI(count: UInt8 = 1) throws(KVMError) -> NMIAcceptance {
    var events = try currentEvents()
    let isBusy = events.nmi.masked != 0 || events.nmi.injected != 0
    let limit: UInt8 = isBusy ? 1 : 2
    guard events.nmi.pending < limit else { return .merged }
    events.nmi.pending = min(limit, events.nmi.pending + min(2, count))
    events.flags |= UInt32(KVM_VCPUEVENT_VALID_NMI_PENDING)
    try store(events)
    return isBusy ? .blocked : .accepted
  }

  /// Whether an NMI gets in with the next entry, before any interrupt (SDM vol. 3, "Priority Among
  /// Concurrent Events"), as of the last exit or injection; false where it costs an ioctl to know.
  public var isNMIDue: Bool {
    guard hasSyncRegisters else { return false }
    return unsafe sync.pointee.events.nmi.pending != 0 && sync.pointee.events.nmi.masked == 0
  }

  /// Whether an NMI waits to be delivered, as of the last exit.
  public borrowing func isNMIPending() throws(KVMError) -> Bool {
    try currentEvents().nmi.pending != 0
  }

  /// What is in flight, as of the last exit (or of the last injection since).
  public borrowing func currentEvents() throws(KVMError) -> kvm_vcpu_events {
    if hasSyncRegisters { return unsafe sync.pointee.events }
    var events = kvm_vcpu_events()
    try descriptor.fetch(CKVM_GET_VCPU_EVENTS, into: &events, "KVM_GET_VCPU_EVENTS")
    return events
  }

  borrowing func store(_ events: kvm_vcpu_events) throws(KVMError) {
    if hasSyncRegisters {
      unsafe sync.pointee.events = events
      unsafe run.pointee.kvm_dirty_regs |= UInt64(KVM_SYNC_X86_EVENTS)
    } else {
      try descriptor.pass(CKVM_SET_VCPU_EVENTS, events, "KVM_SET_VCPU_EVENTS")
    }
  }

  // MARK: Registers

  /// The instruction pointer at the last exit; 0 where it costs an ioctl to know.
  @inlinable public var instructionPointer: UInt64 {
    hasSyncRegisters ? unsafe sync.pointee.regs.rip : 0
  }

  /// The general registers at the last exit.
  public borrowing func registers() throws(KVMError) -> kvm_regs {
    if hasSyncRegisters { return unsafe sync.pointee.regs }
    var registers = kvm_regs()
    try descriptor.fetch(CKVM_GET_REGS, into: &registers, "KVM_GET_REGS")
    return registers
  }

  /// The segment and control registers, by ioctl.
  public borrowing func systemRegisters() throws(KVMError) -> kvm_sregs {
    var registers = kvm_sregs()
    try descriptor.fetch(CKVM_GET_SREGS, into: &registers, "KVM_GET_SREGS")
    return registers
  }

  /// What INIT does to the processor (SDM vol. 3, "Processor State After RESET or INIT"): registers,
  /// segments, control and debug registers, events; MSRs, FPU, TSC and the APIC base are kept.
  /// A pending access must have been completed.
  public borrowing func resetForINIT() throws(KVMError) {
    var system = try systemRegisters()
    func segment(_ type: UInt8, selector: UInt16 = 0, base: UInt64 = 0) -> kvm_segment {
      var result = kvm_segment()
      result.base = base
      result.limit = 0xffff
      result.selector = selector
      result.type = type
      result.present = 1
      // LDT (2) and TSS (11) are system segments.
      result.s = type == 2 || type == 11 ? 0 : 1
      return result
    }
    system.cs = segment(11, selector: 0xf000, base: 0xffff_0000)
    system.ds = segment(3)
    system.es = segment(3)
    system.fs = segment(3)
    system.gs = segment(3)
    system.ss = segment(3)
    system.ldt = segment(2)
    system.tr = segment(11)
    system.gdt = kvm_dtable(base: 0, limit: 0xffff, padding: (0, 0, 0))
    system.idt = kvm_dtable(base: 0, limit: 0xffff, padding: (0, 0, 0))
    // CD and NW keep their values, ET is fixed to 1, the rest is cleared.
    system.cr0 = system.cr0 & 0x6000_0000 | 0x10
    system.cr2 = 0
    system.cr3 = 0
    system.cr4 = 0
    system.cr8 = 0
    system.efer = 0
    system.interrupt_bitmap = (0, 0, 0, 0)
    try descriptor.pass(CKVM_SET_SREGS, system, "KVM_SET_SREGS")
    taskPriorityClass = 0
    var registers = kvm_regs()
    registers.rip = 0xfff0
    registers.rflags = 2
    // Family, model and stepping.
    registers.rdx = UInt64(cpuid(1).eax)
    try set(registers)
    var debug = kvm_debugregs()
    debug.dr6 = 0xffff_0ff0
    debug.dr7 = 0x400
    try descriptor.pass(CKVM_SET_DEBUGREGS, debug, "KVM_SET_DEBUGREGS")
    var events = kvm_vcpu_events()
    events.flags = UInt32(KVM_VCPUEVENT_VALID_NMI_PENDING | KVM_VCPUEVENT_VALID_SHADOW)
    // By ioctl, and what the area holds is replaced too: nothing may bring the old events back.
    try descriptor.pass(CKVM_SET_VCPU_EVENTS, events, "KVM_SET_VCPU_EVENTS")
    unsafe sync.pointee.events = events
    unsafe run.pointee.kvm_dirty_regs = 0
  }

  /// Where a startup IPI starts the processor: CS = vector << 8, base vector << 12, IP = 0.
  public borrowing func start(atPage vector: UInt8) throws(KVMError) {
    var system = try systemRegisters()
    system.cs.selector = UInt16(vector) << 8
    system.cs.base = UInt64(vector) << 12
    try descriptor.pass(CKVM_SET_SREGS, system, "KVM_SET_SREGS")
    var registers = try registers()
    registers.rip = 0
    try set(registers)
  }

  borrowing func set(_ registers: kvm_regs) throws(KVMError) {
    try descriptor.pass(CKVM_SET_REGS, registers, "KVM_SET_REGS")
    if hasSyncRegisters { unsafe sync.pointee.regs = registers }
  }

  // MARK: Reports

  /// The guest's time-stamp counter frequency, kHz (KVM_GET_TSC_KHZ); 0 where KVM does not know.
  public var timestampKilohertz: UInt32 {
    UInt32(truncatingIfNeeded: max(0, ckvm_call(descriptor.number, CKVM_GET_TSC_KHZ, 0)))
  }

  /// The sub-error's data words of KVM_EXIT_INTERNAL_ERROR, as many as the kernel filled.
  public borrowing func internalErrorData() -> [UInt64] {
    let error = unsafe run.pointee.`internal`
    return unsafe withUnsafeBytes(of: error.data) { bytes in
      (0..<Int(min(16, error.ndata))).map {
        unsafe bytes.load(fromByteOffset: $0 * 8, as: UInt64.self)
      }
    }
  }

  /// The guest-physical address of a linear one under the vcpu's own paging (KVM_TRANSLATE), or nil.
  public borrowing func translate(_ linear: UInt64) -> UInt64? {
    var translation = kvm_translation()
    translation.linear_address = linear
    do throws(KVMError) {
      try descriptor.fetch(CKVM_TRANSLATE, into: &translation, "KVM_TRANSLATE")
    } catch { return nil }
    return translation.valid != 0 ? translation.physical_address : nil
  }
}
