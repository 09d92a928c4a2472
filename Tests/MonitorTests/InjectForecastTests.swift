import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct InjectForecastTests {
  /// A guest of four: running, halted, waiting for SIPI, ended by a triple fault.
  static func live(
    _ change: (inout Snapshot) -> Void = { _ in }, detail: VCPUDetail? = nil
  ) -> Recording {
    var snapshot = Fixture.snapshot(vcpus: 4, step: 0)
    let states: [VCPUState] = [.running, .halted, .waitForSIPI, .shutdown]
    for (index, state) in states.enumerated() { snapshot.vcpus[index].state = state }
    snapshot.controllers.pins[4].entry = 0x0100_0000_0000_0034
    snapshot.controllers.pins[5].entry = 0x0300_0000_0000_0834
    snapshot.controllers.pins[9].entry = 0x0000_0000_0000_c039
    snapshot.detail = detail
    change(&snapshot)
    var recording = Recording()
    recording.absorb(snapshot)
    return recording
  }

  static func words(
    _ injection: Injection, detail: VCPUDetail? = nil,
    _ change: (inout Snapshot) -> Void = { _ in }
  ) -> String {
    InjectForecast.words(injection, live(change, detail: detail))
  }
  static func fixed(_ vector: UInt8, _ targets: Int...) -> Injection {
    .fixed(vector: vector, targets: CPUSet(targets))
  }

  /// vcpu 0 with vector 0x40 in service, 0x31 and 0x4f requested, IF 1.
  static func detail(_ change: (inout VCPUDetail) -> Void = { _ in }) -> VCPUDetail {
    var detail = Fixture.detail(0, step: 0)
    change(&detail)
    return detail
  }

  /// Only a class above that of PPR is delivered (SDM vol. 3, "Task and Processor Priorities").
  @Test func byTheLocalAPIC() {
    let facts = "vcpu 0 run, IF 1 TPR 0x00 PPR 0x40 ISR 0x40 IRR 0x4f. "
    #expect(
      Self.words(Self.fixed(0x51, 0), detail: Self.detail())
        == facts + "0x51 is taken at the next entry.")
    #expect(
      Self.words(Self.fixed(0x4f, 0), detail: Self.detail())
        == facts + "coalesces: 0x4f is pending in IRR already.")
    #expect(
      Self.words(Self.fixed(0x42, 0), detail: Self.detail())
        == facts + "0x42 goes into IRR, after 0x4f. 0x4f waits: its class 4 is not above PPR"
        + " class 4 (0x40 is in service, no EOI yet).")
    let disabled = Self.detail { $0.interruptFlag = false }
    #expect(
      Self.words(Self.fixed(0x51, 0), detail: disabled).hasSuffix("0x51 waits: IF is 0."))
    let off = Self.detail { $0.localAPIC.spuriousVector = 0xff }
    #expect(
      Self.words(Self.fixed(0x51, 0), detail: off)
        .hasSuffix("ignored: the local APIC of vcpu 0 is disabled."))
    // What the last exit left as the reason is about what pended then.
    #expect(Self.detail().pendingReason != nil)
    #expect(
      Self.words(.nmi(targets: CPUSet([0])), detail: Self.detail { $0.isNMIBlocked = true })
        == "the NMI waits until the handler that runs on vcpu 0 ends.")
  }

  @Test func byTheStateAlone() {
    #expect(
      Self.words(Self.fixed(0x40, 0))
        == "0x40 is taken if IF is 1 and PPR lets it: no look at vcpu 0 yet.")
    #expect(Self.words(Self.fixed(0x40, 1)).hasPrefix("0x40 ends HLT if IF is 1"))
    #expect(
      Self.words(Self.fixed(0x40, 2)) == "vcpu 2 waits for SIPI: nothing is delivered before one.")
    #expect(Self.words(Self.fixed(0x40, 3)) == "ignored: vcpu 3 has stopped for good.")
    #expect(
      Self.words(Self.fixed(0x40, 0)) { $0.isStopped = true }
        == "0x40 goes into IRR of vcpu 0 and waits: stopped by the operator.")
    // A look at another vcpu is none at this one.
    #expect(Self.words(Self.fixed(0x40, 1), detail: Self.detail()).hasSuffix("at vcpu 1 yet."))
    // INIT disables the local APIC.
    var reset = Self.detail { $0.localAPIC.spuriousVector = 0xff }
    reset.vcpu = 2
    #expect(
      Self.words(Self.fixed(0x40, 2), detail: reset)
        == "ignored: the local APIC of vcpu 2 is disabled, as INIT leaves it.")
  }

  @Test func theOtherTargets() {
    let all = CPUSet.first(4)
    #expect(
      Self.words(.fixed(vector: 0x40, targets: all))
        .hasSuffix(" 2 of 4 targets differ (vcpu 2 waits for SIPI)."))
    #expect(
      Self.words(.startup(vector: 8, targets: CPUSet([2, 3])))
        == "vcpu 2 starts at 0x8000. 1 of 2 targets differ (vcpu 3 has stopped for good).")
    #expect(
      Self.words(.startup(vector: 8, targets: CPUSet([0])))
        == "ignored: vcpu 0 does not wait for SIPI.")
    #expect(!Self.words(Self.fixed(0x40, 0, 1)).contains("differ"))
  }

  @Test func rendezvousAndResets() {
    #expect(
      Self.words(.initIPI(targets: CPUSet([1])))
        == "vcpu 1 meets alone, is reset, and waits for SIPI.")
    #expect(
      Self.words(.initIPI(targets: CPUSet([0, 1])))
        == "2 vcpus meet, are reset, and wait for SIPI.")
    #expect(
      Self.words(.rendezvous(targets: .first(4)))
        .hasPrefix("3 vcpus meet and do nothing there. 2 of 4 targets differ"))
    #expect(
      Self.words(.rendezvous(targets: CPUSet([3]))) == "ignored: vcpu 3 has stopped for good.")
    #expect(
      Self.words(.nmi(targets: CPUSet([1])))
        == "vcpu 1 takes the NMI at the next entry, whatever IF is.")
    #expect(Self.words(.nmi(targets: CPUSet([2]))).contains("waits for SIPI"))
  }

  @Test func messagesAndPins() {
    #expect(
      Self.words(.message(address: 0xfee0_0000, data: 0x51), detail: Self.detail())
        .hasSuffix("0x51 is taken at the next entry."))
    #expect(
      Self.words(.message(address: 0xfee0_9000, data: 0x40))
        == "to physical 0x09: no vcpu has it: ignored.")
    #expect(
      Self.words(.message(address: 0xfee0_300c, data: 0x140))
        == "to logical 0x03: LDR bits 0-1; each vcpu's LDR decides.")
    #expect(Self.words(.message(address: 0xfeef_f000, data: 0x40)).contains("2 of 4 targets"))
    #expect(
      Self.words(.pin(4, .pulse)).hasPrefix(
        "pulses pin 4: edge, fixed 0x34 to vcpu 1; no rendezvous. 0x34 ends HLT"))
    #expect(Self.words(.pin(5, .pulse)).hasSuffix("each vcpu's LDR decides."))
    #expect(
      Self.words(.pin(9, .assert))
        == "asserts pin 9: remote IRR is set, waits for the EOI; no rendezvous.")
    #expect(Self.words(.pin(0, .pulse)).contains("masked, nothing is delivered"))
    #expect(
      Self.words(.redirectionEntry(pin: 4, value: 0x0100_0000_0000_0035))
        .contains(", makes all vcpus meet: "))
  }

  @Test func nobodyAndNothing() {
    #expect(InjectForecast.words(Self.fixed(0x40, 0), Recording()) == "no vcpus yet.")
    #expect(Self.words(Self.fixed(0x40, 0)) { $0.guestEnded = "triple fault" }.contains("ended"))
    #expect(Self.words(Self.fixed(0x40, 9)) == "nobody is meant: ignored.")
    #expect(Self.words(.pin(99, .pulse)) == "nobody is meant: ignored.")
  }

  /// The dialog asks for a close look at the first target, and gives it back.
  @Test func theTargetIsWatched() {
    var model = Fixture.model(vcpus: 4)
    _ = model.handle(.down)
    #expect(model.handle(.character("i")) == [.watch(vcpu: 1)])
    for _ in 0..<2 { _ = model.handle(.tab) }
    #expect(model.handle(.delete) == [.watch(vcpu: nil)], "nobody is meant")
    #expect(model.handle(.character("3")) == [.watch(vcpu: 3)])
    #expect(model.handle(.escape) == [.watch(vcpu: nil)])
    // Over the vCPU view the look goes back to the selected one.
    #expect(model.handle(.character("4")) == [.watch(vcpu: 1)])
    #expect(model.handle(.character("i")).isEmpty)
    for _ in 0..<2 { _ = model.handle(.tab) }
    _ = model.handle(.delete)
    _ = model.handle(.character("0"))
    #expect(model.ui.watched == 0)
    #expect(model.handle(.escape) == [.watch(vcpu: 1)])
  }
}
