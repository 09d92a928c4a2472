import Testing

/// Every kind of injection through the dialog of the real program, on real KVM: what the dialog answers,
/// what the counters show, and what the guest itself counted. The guest idles, so nothing else moves.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(3))) struct InjectionTests {
  /// A monitor whose guest has booted: 24 redirection entries programmed, one INIT, two SIPIs, silence.
  private func withIdleGuest(
    _ body: (Tmux, InjectHand, MonitorScreen) async throws -> Void
  ) async throws {
    try await Tmux.withTryst(["--scenario", "idle", "--cpus", "4"]) { terminal in
      // A sample reads counters first and the console last: on a busy host those may be of before the boot's end
      // and this of after it.
      let screen = try await terminal.wait("an idle guest") {
        $0.contains("[demo] scenario idle") && $0.number("rdv by INIT") == 1
          && $0.number("rdv by redirect.") == 24 && $0.number("SIPIs") == 2
          && (0...3).allSatisfy { [screen = $0] vcpu in
            screen.row(vcpu)?.state == "halt"
          }
      }
      #expect(screen.contains("3 APs answered INIT-SIPI-SIPI"))
      try await body(terminal, InjectHand(terminal: terminal), screen)
      try await terminal.press("q")
      expect(try await terminal.awaitEnd(), is: 0)
    }
  }

  @Test func fixedIPI() async throws {
    try await withIdleGuest { terminal, hand, start in
      let one = try await hand.inject(
        "FIXED IPI", [("vector", "0x40"), ("targets", "1")], key: "F7")
      #expect(one.hasPrefix("FIXED 0x40 → 1: delivered after"))
      try await terminal.wait("vcpu 1 saw it") { $0.saw(1) == start.saw(1) + 1 }
      let several = try await hand.inject("FIXED IPI", [("vector", "200"), ("targets", "0,2-3")])
      #expect(several.hasPrefix("FIXED 0xc8 → 0,2-3:"))
      try await hand.awaitAnswer("delivered after up to")
      try await terminal.wait("the others saw it") { screen in
        [0, 2, 3].allSatisfy { screen.saw($0) == start.saw($0) + 1 }
      }
      let end = try await hand.close()
      #expect(end.saw(1) == start.saw(1) + 1)
      #expect(end.number("FIXED IPIs") == 2)
      #expect(end.operatorShare("FIXED IPIs") == 2)
      // Never a cause of a rendezvous.
      #expect(end.number("requested") == start.number("requested"))
    }
  }

  @Test func nmi() async throws {
    try await withIdleGuest { terminal, hand, start in
      // self is the selected vcpu.
      try await terminal.press("j")
      let one = try await hand.inject("NMI IPI", [("targets", "self")])
      #expect(one.hasPrefix("NMI → 1: delivered after"))
      let answer = try await hand.inject("NMI IPI", [("targets", "others")])
      #expect(answer.hasPrefix("NMI → 0,2-3:"))
      let end = try await terminal.wait("an NMI each") { screen in
        (0...3).allSatisfy { screen.saw($0) == start.saw($0) + 1 }
      }
      #expect(end.number("NMI IPIs") == 2)
      #expect(end.number("requested") == start.number("requested"))
      try await hand.close()
    }
  }

  @Test func initThenSIPI() async throws {
    try await withIdleGuest { terminal, hand, start in
      let early = try await hand.inject("SIPI", [("vector", "0x10"), ("targets", "2")])
      #expect(early == "SIPI 0x10 → 2: ignored: vcpu 2 does not wait for SIPI")

      let reset = try await hand.inject("INIT IPI", [("targets", "2")])
      #expect(reset.hasPrefix("INIT → 2: done after"))
      #expect(reset.contains("rendezvous #"))
      let waiting = try await terminal.wait("vcpu 2 waits for SIPI") { $0.row(2)?.state == "sipi" }
      #expect(waiting.row(2)?.letter == "I")
      #expect(waiting.row(1)?.state == "halt")
      try await terminal.wait("a rendezvous by INIT") { $0.number("rdv by INIT") == 2 }

      // Only a SIPI starts it: INIT has disabled its local APIC.
      let dropped = try await hand.inject("FIXED IPI", [("vector", "0x40"), ("targets", "2")])
      #expect(dropped == "FIXED 0x40 → 2: ignored: the local APIC of vcpu 2 is disabled")
      expect(try await terminal.screen().row(2)?.state, is: "sipi")

      let started = try await hand.inject("SIPI", [("vector", "0x08"), ("targets", "2")])
      #expect(started.hasPrefix("SIPI 0x08 → 2: done after"))
      try await terminal.wait("vcpu 2 runs again") { $0.row(2)?.state == "halt" }
      let alive = try await hand.inject("FIXED IPI", [("vector", "0x40"), ("targets", "2")])
      #expect(alive.hasPrefix("FIXED 0x40 → 2: delivered after"))
      try await terminal.wait("vcpu 2 saw it") { $0.saw(2) == start.saw(2) + 1 }

      let end = try await hand.close()
      #expect(end.number("INIT IPIs") == 2)
      #expect(end.number("SIPIs") == 4)
      let line = try #require(end.lines.last { $0.contains(" rdv ") })
      #expect(line.contains("INIT operator → 2 "))
    }
  }

  @Test func message() async throws {
    try await withIdleGuest { terminal, hand, start in
      let fixed = try await hand.inject(
        "MSI", [("destination", "3"), ("vector", "0x45"), ("delivery mode", "fixed")])
      #expect(fixed.hasPrefix("MSI 0x45 → APIC id 3: delivered after"))
      try await terminal.wait("vcpu 3 saw it") { $0.saw(3) == start.saw(3) + 1 }
      // Logical id 2 is vcpu 1's in the demo guest's flat model.
      let logical = try await hand.inject(
        "MSI",
        [
          ("destination", "2"), ("vector", "0x46"), ("delivery mode", "lowest"),
          ("dest mode", "logical"),
        ])
      #expect(logical.hasPrefix("MSI 0x46 → APIC id 2: delivered after"))
      try await terminal.wait("vcpu 1 saw it") { $0.saw(1) == start.saw(1) + 1 }
      let nobody = try await hand.inject(
        "MSI", [("destination", "9"), ("delivery mode", "fixed"), ("dest mode", "physical")])
      #expect(nobody == "MSI 0x46 → APIC id 9: ignored: no vcpu has that destination")
      let end = try await hand.close()
      #expect(end.number("MSIs") == 3)
      #expect(end.number("requested") == start.number("requested"))
    }
  }

  @Test func edgePin() async throws {
    try await withIdleGuest { terminal, hand, start in
      let answer = try await hand.inject("I/O APIC pin", [("pin", "4"), ("action", "pulse")])
      #expect(answer.hasPrefix("pin 4 pulse: delivered after"))
      let end = try await terminal.wait("vcpu 0 saw it") { $0.saw(0) == start.saw(0) + 1 }
      #expect(end.number("pin interrupts") == 1)
      #expect(end.number("requested") == start.number("requested"))
      try await hand.close()
    }
  }

  @Test func levelPin() async throws {
    try await withIdleGuest { terminal, hand, start in
      // Nothing takes the cause away, so each EOI brings the next interrupt.
      let asserted = try await hand.inject("I/O APIC pin", [("pin", "20"), ("action", "assert")])
      #expect(asserted.hasPrefix("pin 20 assert: delivered after"))
      try await terminal.wait("a storm") { $0.saw(0) > start.saw(0) + 100 }
      let again = try await hand.inject("I/O APIC pin", [("pin", "20"), ("action", "assert")])
      #expect(again == "pin 20 assert: ignored: the pin was at that level already")
      let deasserted = try await hand.inject(
        "I/O APIC pin", [("pin", "20"), ("action", "deassert")])
      #expect(deasserted.hasPrefix("pin 20 deassert: done after"))
      let calm = try await terminal.wait("calm") {
        $0.row(0)?.exitRate == "0" && $0.row(0)?.state == "halt"
      }
      let later = try await terminal.wait("a later picture") { $0.clock != calm.clock }
      #expect(later.saw(0) == calm.saw(0))
      #expect(try #require(later.number("pin interrupts")) > 100)
      #expect(later.number("requested") == start.number("requested"))
      try await hand.close()
    }
  }

  @Test func redirectionEntry() async throws {
    try await withIdleGuest { terminal, hand, start in
      let entry = [("pin", "6"), ("vector", "0x66"), ("destination", "2")]
      let rewritten = try await hand.inject("redirection entry", entry)
      #expect(rewritten.hasPrefix("entry 6 = 0x200000000000066: done after"))
      #expect(rewritten.contains("rendezvous #"))
      try await terminal.wait("a rendezvous by redirection") {
        $0.number("rdv by redirect.") == 25
      }
      let same = try await hand.inject("redirection entry", entry)
      #expect(same.hasSuffix("ignored: nothing in the entry changed"))

      let pulse = try await hand.inject("I/O APIC pin", [("pin", "6"), ("action", "pulse")])
      #expect(pulse.hasPrefix("pin 6 pulse: delivered after"))
      try await terminal.wait("the new destination saw it") { $0.saw(2) == start.saw(2) + 1 }

      // The mask alone changes: no rendezvous.
      let masked = try await hand.inject("redirection entry", entry + [("masked", "yes")])
      #expect(masked.hasPrefix("entry 6 = 0x200000000010066: done after"))
      #expect(!masked.contains("rendezvous"))
      let refused = try await hand.inject("I/O APIC pin", [("pin", "6"), ("action", "pulse")])
      #expect(refused == "pin 6 pulse: ignored: pin masked")

      let end = try await hand.close()
      #expect(end.number("rdv by redirect.") == 25)
      #expect(end.number("pin interrupts") == 1)
      #expect(end.saw(0) == start.saw(0))
      let line = try #require(end.lines.last { $0.contains(" rdv ") })
      #expect(line.contains("RTE  operator → 0-3 "))
    }
  }

  @Test func bareRendezvous() async throws {
    try await withIdleGuest { terminal, hand, start in
      let answer = try await hand.inject("bare rendezvous", [("targets", "1-2")])
      #expect(answer.hasPrefix("rendezvous → 1-2: done after"))
      try await hand.close()
      let first = try await terminal.wait("it counted") { $0.number("rdv by operator") == 1 }
      let line = try #require(first.lines.last { $0.contains(" rdv ") })
      #expect(line.contains("bare operator → 1-2 "))
      try await terminal.press("F8")
      let second = try await terminal.wait("F8 counted") {
        $0.number("rdv by operator") == 2 && $0.contains("bare operator → 0-3 ")
      }
      #expect(second.number("bystander") == 0)
      #expect(second.saw(1) == start.saw(1))
    }
  }

  @Test func intoAStoppedGuest() async throws {
    try await withIdleGuest { terminal, hand, start in
      try await terminal.press("F9")
      try await terminal.wait(for: "STOPPED")
      try await terminal.wait("every vcpu stopped") { screen in
        (0...3).allSatisfy { screen.row($0)?.letter == "S" }
      }
      let pending = try await hand.inject("FIXED IPI", [("vector", "0x40"), ("targets", "1")])
      #expect(pending == "FIXED 0x40 → 1: pending: the guest is stopped")
      // Stopped vcpus take part in rendezvous all the same.
      let met = try await hand.inject("bare rendezvous", [("targets", "all")])
      #expect(met.hasPrefix("rendezvous → 0-3: done after"))
      try await hand.close()
      try await terminal.press("F9")
      try await terminal.wait("vcpu 1 saw it at last") { $0.saw(1) == start.saw(1) + 1 }
    }
  }

  /// Every field that can be wrong, what is typed, and what the dialog says.
  private static let refusals: [(kind: String, field: String, value: String, words: String)] = [
    ("FIXED IPI", "vector", "15", "vector 15: FIXED takes 16-255 (0-15 are reserved)"),
    ("FIXED IPI", "vector", "256", "vector 256: FIXED takes 16-255 (0-15 are reserved)"),
    ("FIXED IPI", "vector", "0xzz", "vector: '0xzz' is no number; give 0x10-0xff or 16-255"),
    ("FIXED IPI", "vector", "", "vector: nothing given; give 0x10-0xff or 16-255"),
    ("NMI IPI", "targets", "4", "vcpu 4: this guest has vcpus 0-3"),
    ("NMI IPI", "targets", "3-1", "targets: '3-1' runs backwards; give the lower vcpu first"),
    (
      "INIT IPI", "targets", "boot",
      "targets: 'boot' is no vcpu; give vcpus as 0,2-3, or all, others, self"
    ),
    ("SIPI", "vector", "256", "vector 256: SIPI takes 0-255, the page to start at"),
    ("SIPI", "targets", "", "targets: nothing given; give vcpus as 0,2-3, or all, others, self"),
    ("MSI", "destination", "256", "destination 256: an APIC id here has 8 bits: 0-255"),
    ("MSI", "vector", "3", "vector 3: fixed takes 16-255 (0-15 are reserved)"),
    ("I/O APIC pin", "pin", "24", "pin 24: the I/O APIC has pins 0-23"),
    ("redirection entry", "pin", "-1", "pin: '-1' is no number; give 0-23 or 0x.."),
    ("redirection entry", "vector", "2", "vector 2: fixed takes 16-255 (0-15 are reserved)"),
    ("redirection entry", "destination", "999", "destination 999: an APIC id here has 8 bits"),
    ("bare rendezvous", "targets", "0-9", "vcpu 9: this guest has vcpus 0-3"),
  ]

  @Test func badInputIsRefusedInWords() async throws {
    try await withIdleGuest { terminal, hand, start in
      for refusal in Self.refusals {
        // From good values: a refused field must not hide the next.
        var fields = [(name: refusal.field, value: refusal.value)]
        if refusal.kind == "SIPI" && refusal.field == "targets" {
          fields.insert((name: "vector", value: "8"), at: 0)
        }
        if refusal.field == "vector" && refusal.kind == "MSI" {
          fields.insert((name: "destination", value: "0"), at: 0)
        }
        if refusal.kind == "redirection entry" {
          let good = [("pin", "5"), ("vector", "0x55"), ("destination", "0")]
          fields = good.map { name, value in
            (name: name, value: name == refusal.field ? refusal.value : value)
          }
        }
        let answer = try await hand.inject(refusal.kind, fields)
        #expect(answer.hasPrefix("refused: \(refusal.words)"), "\(refusal.kind)")
        // The focus is on the field at fault.
        let focus = try await terminal.screen().dialog?.first { $0.hasPrefix(">") }
        #expect(focus?.hasPrefix(">\(refusal.field)") == true)
      }
      let end = try await hand.close()
      #expect(!end.contains(" inj "))
      #expect(end.number("requested") == start.number("requested"))
    }
  }
}
