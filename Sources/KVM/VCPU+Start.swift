import CKVM

extension VCPU {
  /// Puts the vcpu into the state of `start`. To be called after ``resetForPowerOn()``.
  public borrowing func enter(at start: VCPUStart) throws(KVMError) {
    var system = try systemRegisters()
    var general = kvm_regs()
    general.rflags = 2
    switch start {
    case .realMode(let segment, let offset, let data, let stack):
      system.cs.selector = segment
      system.cs.base = UInt64(segment) << 4
      var flat = system.ds
      flat.selector = data
      flat.base = UInt64(data) << 4
      setData(of: &system, flat)
      general.rip = UInt64(offset)
      general.rsp = UInt64(stack)
    case .protected32(let entry, let eax, let ebx, let esi, let edi, let ebp, let esp, let flat):
      setFlat(&system, flat, isLong: false)
      // PE and ET; paging off.
      system.cr0 = 0x11
      general.rip = UInt64(entry)
      general.rax = UInt64(eax)
      general.rbx = UInt64(ebx)
      general.rsi = UInt64(esi)
      general.rdi = UInt64(edi)
      general.rbp = UInt64(ebp)
      general.rsp = UInt64(esp)
    case .long64(let entry, let rsi, let rsp, let pageTable, let flat):
      setFlat(&system, flat, isLong: true)
      // PG, PE, ET; PAE; LME and LMA.
      system.cr0 = 0x8000_0011
      system.cr4 = 0x20
      system.cr3 = pageTable
      system.efer = 0x500
      general.rip = entry
      general.rsi = rsi
      general.rsp = rsp
    }
    try descriptor.pass(CKVM_SET_SREGS, system, "KVM_SET_SREGS")
    try set(general)
  }

  /// The state after power-on: as after INIT, and also what INIT keeps (SDM vol. 3, "Processor State
  /// After RESET or INIT"): cache control, the FPU, and those MSRs that would go on acting, above all
  /// kvmclock's, through which KVM writes into guest memory.
  public borrowing func resetForPowerOn() throws(KVMError) {
    try resetForINIT()
    var system = try systemRegisters()
    // CD and NW, ET.
    system.cr0 = 0x6000_0010
    try descriptor.pass(CKVM_SET_SREGS, system, "KVM_SET_SREGS")
    var fpu = kvm_fpu()
    fpu.fcw = 0x40
    fpu.ftwx = 0
    fpu.mxcsr = 0x1f80
    try descriptor.pass(CKVM_SET_FPU, fpu, "KVM_SET_FPU")
    for msr in Self.powerOnMSRs {
      // One by one: KVM stops at the first that this processor lacks, and then none is owed.
      _ = setMSR(msr.index, msr.value)
    }
  }

  private static var powerOnMSRs: [(index: UInt32, value: UInt64)] {
    [
      // kvmclock, new and old numbers.
      (0x4b56_4d01, 0), (0x4b56_4d00, 0), (0x12, 0), (0x11, 0),
      // SYSENTER, SYSCALL, FS/GS bases.
      (0x174, 0), (0x175, 0), (0x176, 0), (0xc000_0081, 0), (0xc000_0082, 0), (0xc000_0083, 0),
      (0xc000_0084, 0), (0xc000_0102, 0), (0xc000_0103, 0),
      // PAT and the default memory type.
      (0x277, 0x0007_0406_0007_0406), (0x2ff, 0),
      // IA32_MISC_ENABLE: fast strings.
      (0x1a0, 1),
    ]
  }

  private func setData(of system: inout kvm_sregs, _ segment: kvm_segment) {
    system.ds = segment
    system.es = segment
    system.fs = segment
    system.gs = segment
    system.ss = segment
  }

  private func setFlat(_ system: inout kvm_sregs, _ flat: FlatSegments, isLong: Bool) {
    var segment = kvm_segment()
    segment.limit = 0xffff_ffff
    segment.present = 1
    segment.s = 1
    segment.g = 1
    segment.db = 1
    segment.selector = flat.data
    // Data, writable, accessed.
    segment.type = 3
    setData(of: &system, segment)
    segment.selector = flat.code
    // Code, readable, accessed.
    segment.type = 11
    segment.l = isLong ? 1 : 0
    segment.db = isLong ? 0 : 1
    system.cs = segment
    var task = kvm_segment()
    task.limit = 0x67
    task.present = 1
    task.selector = flat.task
    // A busy TSS, which VMX wants in every mode.
    task.type = 11
    system.tr = task
    system.gdt = kvm_dtable(base: flat.tableAddress, limit: flat.tableLimit, padding: (0, 0, 0))
    system.idt = kvm_dtable(base: 0, limit: 0, padding: (0, 0, 0))
  }
}
