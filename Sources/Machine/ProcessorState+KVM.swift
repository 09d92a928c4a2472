import CKVM
import Emulation

extension ProcessorState {
  /// The state in KVM's structures. What they lack (XCR0, features) is to be filled in.
  init(_ registers: kvm_regs, _ system: kvm_sregs) {
    self.init()
    gprs = [
      registers.rax, registers.rcx, registers.rdx, registers.rbx, registers.rsp, registers.rbp,
      registers.rsi, registers.rdi, registers.r8, registers.r9, registers.r10, registers.r11,
      registers.r12, registers.r13, registers.r14, registers.r15,
    ]
    rip = registers.rip
    rflags = registers.rflags
    cr0 = system.cr0
    cr2 = system.cr2
    cr3 = system.cr3
    cr4 = system.cr4
    efer = system.efer
    cs = SegmentRegister(system.cs)
    ds = SegmentRegister(system.ds)
    es = SegmentRegister(system.es)
    fs = SegmentRegister(system.fs)
    gs = SegmentRegister(system.gs)
    ss = SegmentRegister(system.ss)
    tr = SegmentRegister(system.tr)
    ldt = SegmentRegister(system.ldt)
    gdt = DescriptorTable(base: system.gdt.base, limit: system.gdt.limit)
    idt = DescriptorTable(base: system.idt.base, limit: system.idt.limit)
  }

  /// The general registers in KVM's structure.
  var generalRegisters: kvm_regs {
    kvm_regs(
      rax: gprs[0], rbx: gprs[3], rcx: gprs[1], rdx: gprs[2], rsi: gprs[6], rdi: gprs[7],
      rsp: gprs[4], rbp: gprs[5], r8: gprs[8], r9: gprs[9], r10: gprs[10], r11: gprs[11],
      r12: gprs[12], r13: gprs[13], r14: gprs[14], r15: gprs[15], rip: rip, rflags: rflags)
  }

  /// Puts the segment and control registers that an instruction can change into `system`; false where
  /// they are as they were.
  func update(_ system: inout kvm_sregs, from before: ProcessorState) -> Bool {
    var isChanged = false
    func adopt(
      _ path: WritableKeyPath<kvm_sregs, kvm_segment>, _ new: SegmentRegister,
      _ old: SegmentRegister
    ) {
      guard new != old else { return }
      system[keyPath: path] = new.segment
      isChanged = true
    }
    adopt(\.cs, cs, before.cs)
    adopt(\.ds, ds, before.ds)
    adopt(\.es, es, before.es)
    adopt(\.fs, fs, before.fs)
    adopt(\.gs, gs, before.gs)
    adopt(\.ss, ss, before.ss)
    return isChanged
  }
}

extension SegmentRegister {
  init(_ segment: kvm_segment) {
    self.init(
      selector: segment.selector, base: segment.base, limit: segment.limit, type: segment.type,
      dpl: segment.dpl, present: segment.present != 0, db: segment.db != 0, l: segment.l != 0,
      g: segment.g != 0, s: segment.s != 0, avl: segment.avl != 0, unusable: segment.unusable != 0)
  }

  var segment: kvm_segment {
    kvm_segment(
      base: base, limit: limit, selector: selector, type: type, present: present ? 1 : 0, dpl: dpl,
      db: db ? 1 : 0, s: s ? 1 : 0, l: l ? 1 : 0, g: g ? 1 : 0, avl: avl ? 1 : 0,
      unusable: unusable ? 1 : 0, padding: 0)
  }
}
