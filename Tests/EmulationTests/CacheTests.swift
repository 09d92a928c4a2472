import Emulation
import Testing

/// CLWB, CLFLUSHOPT, CLDEMOTE, INVPCID, RDPRU, and who may use MMX (SDM vol. 2, by name; AMD APM vol. 3, RDPRU).
@Suite struct CacheTests {
  private static let clwb: [UInt8] = [0x66, 0x0F, 0xAE, 0x36]
  private static let clflushopt: [UInt8] = [0x66, 0x0F, 0xAE, 0x3E]
  private static let invpcid: [UInt8] = [0x66, 0x0F, 0x38, 0x82, 0x06]

  @Test("CLWB and CLFLUSHOPT check the address as a read of a byte, and change nothing")
  func lines() {
    for (code, feature) in [
      (Self.clwb, ProcessorFeatures.clwb), (Self.clflushopt, .clflushopt),
    ] {
      var machine = TestMachine.long(code)
      machine.state.gprs[6] = 0x9FFF
      machine.missing = [0xA]
      let before = machine
      #expect(machine.repair() == (.cacheLine, .resumed))
      #expect(machine.state.rip == TestMachine.code + 4)
      #expect(machine.memory == before.memory)
      machine = before
      machine.state.gprs[6] = 0xA000
      #expect(
        machine.outcome() == .exception(vector: 14, errorCode: 0, faultAddress: 0xA000))
      machine.state.gprs[6] = 1 << 60
      #expect(machine.outcome() == .fault(13, 0))
      // A device's register: there is nothing to write back.
      machine.state.gprs[6] = 0xFEE0_0000
      #expect(machine.outcome() == .resumed)
      machine = before
      machine.state.features.remove(feature)
      #expect(machine.outcome() == .undefined)
    }
  }

  @Test("CLDEMOTE is a hint: it raises nothing, wherever it points")
  func demote() {
    var machine = TestMachine.real([0x0F, 0x1C, 0x07])
    machine.missing = [8]
    machine.state.gprs[3] = TestMachine.data
    #expect(machine.repair() == (.cacheLine, .resumed))
  }

  /// What INVPCID of this type, context and address does.
  private func invalidate(
    _ type: UInt64, context: UInt64 = 0, address: UInt64 = 0, cr4: UInt64 = 0, user: Bool = false
  ) -> (outcome: RepairOutcome, count: Int) {
    var machine = TestMachine.long(Self.invpcid, user: user)
    machine.state.cr4 |= cr4
    machine.state.gprs[6] = TestMachine.data
    machine.state.gprs[0] = type
    machine[TestMachine.data, 8] = context
    machine[TestMachine.data + 8, 8] = address
    let outcome = machine.outcome()
    return (outcome, machine.invalidations)
  }

  @Test("INVPCID forgets translations, and checks type, context and address")
  func invpcid() {
    let pcide: UInt64 = 1 << 17
    let done = (RepairOutcome.resumed, 1)
    let refused = (RepairOutcome.fault(13, 0), 0)
    for type in UInt64(0)...3 { #expect(invalidate(type) == done) }
    #expect(invalidate(4) == refused)
    #expect(invalidate(1 << 32) == refused)
    #expect(invalidate(2, context: 0x1000) == refused)
    #expect(invalidate(1, context: 5) == refused)
    #expect(invalidate(1, context: 5, cr4: pcide) == done)
    #expect(invalidate(2, context: 5) == done)
    #expect(invalidate(0, address: 1 << 47) == refused)
    #expect(invalidate(0, address: 1 << 47, cr4: 1 << 12) == done)
    #expect(invalidate(1, address: 1 << 47) == done)
    #expect(invalidate(2, user: true) == refused)
    var machine = TestMachine.long(Self.invpcid)
    machine.state.features.remove(.invpcid)
    #expect(machine.outcome() == .undefined)
  }

  @Test("RDPRU raises #UD where CPUID has none, and is left alone where it has")
  func rdpru() {
    var machine = TestMachine.long([0x0F, 0x01, 0xFD])
    #expect(machine.repair() == (.undefined, .undefined))
    machine.state.features.insert(.rdpru)
    #expect(machine.outcome() == .notRepairable)
  }

  @Test("MMX: #UD by CR0.EM and CPUID, #NM by CR0.TS, #MF for a pending x87 exception")
  func mmx() {
    /// What `movq mm2, rax` does.
    func outcome(_ change: (inout TestMachine) -> Void) -> RepairOutcome {
      var machine = TestMachine.long([0x48, 0x0F, 0x6E, 0xD0])
      change(&machine)
      return machine.outcome()
    }
    #expect(outcome { _ in } == .resumed)
    #expect(outcome { $0.state.cr0 |= 4 } == .undefined)
    #expect(outcome { $0.state.features.remove(.mmx) } == .undefined)
    let unavailable = RepairOutcome.exception(vector: 7, errorCode: nil, faultAddress: nil)
    #expect(outcome { $0.state.cr0 |= 8 } == unavailable)
    let pending = outcome {
      // The image says that x87 is in use, with the error summary.
      $0.image?[512] = 1
      $0.image?[2] = 0x81
      $0.image?[0] = 0x7E
    }
    #expect(pending == .exception(vector: 16, errorCode: nil, faultAddress: nil))
  }
}
