import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// Registers in words, by the names of the SDM.
@Suite struct VCPUViewWordsTests {
  /// SDM vol. 1, "EFLAGS Register".
  @Test func flagsAreLetters() {
    #expect(RegisterWords.letters(0x246) == "..I..Z.P.")
    #expect(RegisterWords.letters(0x2) == ".........")
    #expect(RegisterWords.letters(0xfd5) == "ODITSZAPC")
    #expect(RegisterWords.names(0x20_0246, RegisterWords.flags) == "ID IF ZF PF")
  }

  /// SDM vol. 3, "Control Registers".
  @Test func controlBits() {
    #expect(RegisterWords.names(0x8005_0033, RegisterWords.cr0) == "PG AM WP NE ET MP PE")
    #expect(
      RegisterWords.names(0x37_0ef0, RegisterWords.cr4)
        == "SMAP SMEP OSXSAVE PCIDE FSGSBASE UMIP OSXMMEXCPT OSFXSR PGE MCE PAE PSE")
    #expect(RegisterWords.names(0xd01, RegisterWords.efer) == "NXE LMA LME SCE")
    #expect(RegisterWords.names(0, RegisterWords.efer) == "none")
  }

  /// SDM vol. 3, "Modes of Operation".
  @Test func modes() {
    var registers = VCPURegisters()
    #expect(RegisterWords.mode(registers) == "real mode")
    registers.cr0 = 1
    #expect(RegisterWords.mode(registers) == "protected")
    registers.rflags = 1 << 17
    #expect(RegisterWords.mode(registers) == "virtual-8086")
    registers.efer = 1 << 10
    #expect(RegisterWords.mode(registers) == "compatibility")
    registers.isLongMode = true
    #expect(RegisterWords.mode(registers) == "64-bit")
  }

  /// SDM vol. 3, "x2APIC States".
  @Test func apicModes() {
    #expect(LocalAPICWords.mode(0xfee0_0900) == "xAPIC")
    #expect(LocalAPICWords.mode(0xfee0_0d00) == "x2APIC")
    #expect(LocalAPICWords.mode(0xfee0_0000) == "disabled")
    #expect(LocalAPICWords.mode(0xfee0_0400) == "invalid")
  }

  /// SDM vol. 3, "Interrupt Command Register (ICR)".
  @Test(
    arguments: [
      (0, false, "0, as after a reset"), (0x0200_0000_0000_40fd, false, "FIXED 0xfd → APIC id 2"),
      (0x2_0000_40fd, true, "FIXED 0xfd → APIC id 2"), (0x4_4031, true, "FIXED 0x31 → self"),
      (0x8_4031, false, "FIXED 0x31 → all"), (0xc_4400, false, "NMI → others"),
      (0x0100_0000_0000_4500, false, "INIT → APIC id 1"),
      (0x0100_0000_0000_8500, false, "INIT de-assert → APIC id 1"),
      (0x0100_0000_0000_4610, false, "SIPI 0x10 → APIC id 1"),
      (0x0300_0000_0000_4940, false, "lowest 0x40 → logical 0x03"),
      (0xff00_0000_0000_4040, false, "FIXED 0x40 → all"),
    ] as [(UInt64, Bool, String)])
  func commands(value: UInt64, isExtended: Bool, words: String) {
    #expect(LocalAPICWords.command(value, isExtended: isExtended) == words)
  }

  /// SDM vol. 3, "Local Vector Table" and "APIC Timer".
  @Test func localVectors() {
    var apic = LocalAPICDetail()
    apic.localVectors = [0x1_0200, 0x4_00ec, 0x1_0000, 0x400, 0x1_c731, 0xa031, 0xfe]
    let words = (0..<7).map { LocalAPICWords.entry($0, apic) }
    #expect(
      words == [
        "SMI", "0xec TSC-deadline", "0x00 FIXED", "NMI", "ExtINT level remote IRR",
        "0x31 FIXED level low", "0xfe",
      ])
    #expect(LocalAPICWords.isMasked(0x1_0000) && !LocalAPICWords.isMasked(0xec))
    #expect(LocalAPICWords.timerCount(apic) == "no count in this mode")
    apic.localVectors[1] = 0x2_00ec
    #expect(LocalAPICWords.entry(1, apic) == "0xec periodic")
    #expect(LocalAPICWords.timerCount(apic) == "stands: its initial count is 0")
    apic.initialCount = 9
    apic.currentCount = 4
    #expect(LocalAPICWords.timerCount(apic) == "count 4 of 9")
    apic.localVectors = []
    #expect(LocalAPICWords.entry(1, apic).isEmpty && LocalAPICWords.timerCount(apic).isEmpty)
  }

  /// SDM vol. 3, "Error Handling", "Spurious Interrupt", "Logical Destination Mode and Logical x2APIC ID".
  @Test func otherRegisters() {
    #expect(LocalAPICWords.errors(0) == "no error")
    #expect(LocalAPICWords.errors(0x60) == "send illegal vector, receive illegal vector")
    #expect(LocalAPICWords.spurious(0x1ff) == "vector 0xff, enabled")
    #expect(LocalAPICWords.spurious(0x10ff) == "vector 0xff, software-disabled, no EOI broadcast")
    var apic = LocalAPICDetail()
    apic.base = 0xfee0_0900
    apic.destinationFormat = .max
    apic.logicalDestination = 0x2000_0000
    #expect(LocalAPICWords.logical(apic) == "0x20, flat")
    apic.destinationFormat = 0x0fff_ffff
    #expect(LocalAPICWords.logical(apic) == "0x20, cluster 2 mask 0x0")
    apic.base = 0xfee0_0d00
    apic.logicalDestination = 0x1_0020
    #expect(LocalAPICWords.logical(apic) == "cluster 1 mask 0x0020")
  }

  // MARK: Sets of vectors

  @Test func aCellHasEightVectors() {
    #expect(VectorSet([]).cells == String(repeating: "·", count: 32))
    // Vectors 0 to 3 are the left dots downwards, 4 to 7 the right ones.
    let cells = Array(VectorSet([0x0000_800f, 0, 0, 0, 0, 0, 0, 0xff00_0000]).cells.unicodeScalars)
    #expect(cells[0] == "⡇" && cells[1] == "⢀" && cells[31] == "⣿")
    #expect(GlyphSet.ascii(cells[0].value) == "4" && GlyphSet.ascii(cells[31].value) == "8")
    #expect(GlyphSet.ascii(cells[2].value) == ".")
    #expect(
      VectorSet([0x0000_800f, 0, 0, 0, 0, 0, 0, 0xff00_0000]).vectors.prefix(2) == [255, 254])
    #expect(VectorSet([1, 2, 3, 4, 5, 6, 7, 8, 9]).contains(256) == false)
  }

  @Test func vectorsAreNamedAndCounted() {
    let set = VectorSet([0, 1 << 17, 1, 0, 0, 0, 0, 1 << 12])
    #expect(set.names(width: 40) { $0 == 0x31 ? "pin 4" : nil } == "0xec, 0x40, 0x31 pin 4")
    #expect(set.names(width: 12) { _ in nil } == "0xec +2")
    #expect(set.names(width: 2) { _ in nil } == "3 set")
    #expect(VectorSet([]).names(width: 40) { _ in nil } == "none")
  }

  @Test func vectorsHaveSources() {
    let detail = Fixture.detail(0, step: 1)
    var controllers = InterruptControllers()
    controllers.pins[4].entry = 0x31
    controllers.pins[5].entry = 0x1_0032
    func source(_ vector: Int) -> String? {
      LocalAPICWords.source(of: vector, detail.localAPIC, controllers)
    }
    #expect(source(0xec) == "timer" && source(0xfe) == "error" && source(0x31) == "pin 4")
    #expect(source(0x32) == nil && source(0x00) == nil && source(0x40) == nil)
  }

  // MARK: Why a vector waits

  static func words(
    state: VCPUState = .running, isStopped: Bool = false,
    _ change: (inout VCPUDetail) -> Void
  ) -> String {
    var detail = VCPUDetail()
    detail.interruptFlag = true
    detail.localAPIC.interruptRequest[2] = 1  // 0x40
    change(&detail)
    var vcpu = VCPUSnapshot()
    vcpu.state = state
    return DeliveryWords.text(detail, vcpu, isStopped: isStopped)
  }

  /// SDM vol. 3, "Task and Processor Priorities".
  @Test func priorityHoldsBack() {
    let inService = Self.words { detail in
      detail.localAPIC.inService[2] = 1
      detail.localAPIC.processorPriority = 0x40
    }
    #expect(
      inService
        == "0x40 waits: its class 4 is not above PPR class 4 (0x40 is in service, no EOI yet).")
    let task = Self.words { detail in
      detail.localAPIC.taskPriority = 0x5f
      detail.localAPIC.processorPriority = 0x5f
    }
    #expect(task == "0x40 waits: its class 4 is not above PPR class 5 (TPR is 0x5f).")
  }

  @Test func everyOtherReason() {
    #expect(Self.words { $0.interruptFlag = false } == "0x40 waits: IF is 0.")
    #expect(
      Self.words {
        $0.interruptFlag = false
        $0.isNMIBlocked = true
      } == "0x40 waits: IF is 0, an NMI handler runs.")
    #expect(
      Self.words(state: .halted) { $0.interruptFlag = false }
        == "0x40 waits: halted with IF 0, only an NMI or INIT ends that.")
    #expect(
      Self.words { $0.hasInterruptShadow = true }
        == "0x40 waits: in the shadow of STI or MOV SS.")
    #expect(
      Self.words { $0.pendingReason = .eventInFlight }
        == "0x40 waits: an earlier event is being delivered.")
    #expect(
      Self.words { $0.pendingReason = .notSeen }
        == "0x40 waits: the vcpu has not come out of the guest yet.")
    #expect(Self.words(state: .waitForSIPI) { _ in } == "0x40 waits: the vcpu waits for SIPI.")
    #expect(Self.words(isStopped: true) { _ in } == "0x40 waits: stopped by the operator.")
    #expect(Self.words(state: .fault) { _ in } == "0x40 waits: the vcpu has ended.")
    #expect(
      Self.words(isStopped: true) { $0.interruptFlag = false }
        == "0x40 waits: stopped by the operator; IF is 0.")
  }

  /// MultiProcessor Specification, "virtual wire mode".
  @Test func anInterruptOfThe8259PairWaits() {
    var detail = VCPUDetail()
    detail.pendingReason = .interruptsDisabled
    func text(_ isPairRequesting: Bool) -> String {
      DeliveryWords.text(
        detail, VCPUSnapshot(), isStopped: false, isPairRequesting: isPairRequesting)
    }
    #expect(text(true) == "An interrupt of the 8259 pair waits: IF=0.")
    #expect(text(false) == "Nothing pends in IRR.")
  }

  @Test func whatDoesNotWait() {
    #expect(Self.words { _ in } == "0x40 is taken at the next entry.")
    #expect(Self.words(state: .halted) { _ in } == "0x40 ends HLT: it is taken at the next entry.")
    #expect(Self.words { $0.localAPIC.interruptRequest = [] } == "Nothing pends in IRR.")
    #expect(
      Self.words {
        $0.localAPIC.interruptRequest = []
        $0.isNMIBlocked = true
      } == "Nothing pends in IRR. NMIs wait: an NMI handler runs.")
  }
}
