import Telemetry
import Themes

/// The local APIC: priorities, the three sets of vectors, and why the highest pending one waits.
enum LocalAPICLines {
  /// Twelve lines where `width` has room for a set of vectors; without the cells where not.
  static func lines(_ looks: VCPULooks, width: Int, rows: Int) -> [[Span]] {
    guard let detail = looks.detail else {
      return LinesOfText.wrapped(looks.waiting, .warning, width: width, rows: 3)
    }
    let hasCells = width >= VCPUViewLayout.setColumns
    var lines = hasCells ? [ruler(detail)] : []
    for set in sets(detail.localAPIC) {
      lines += self.set(set, looks, detail, width: width, hasCells: hasCells)
    }
    lines += priorities(detail)
    return lines + reason(looks, detail, width: width, rows: max(1, min(6, rows - lines.count)))
  }

  /// Why what is pending waits.
  static func reason(
    _ looks: VCPULooks, _ detail: VCPUDetail, width: Int, rows: Int
  ) -> [[Span]] {
    let text = DeliveryWords.text(
      detail, looks.vcpu, isStopped: looks.snapshot.isStopped,
      isPairRequesting: looks.snapshot.controllers.isPairRequesting)
    let waits = text.contains(" waits: ")
    return LinesOfText.wrapped(text, waits ? .warning : .text, width: width, rows: rows)
  }

  /// The sets by name and the priorities, for a small screen.
  static func summary(_ looks: VCPULooks, _ detail: VCPUDetail, width: Int) -> [[Span]] {
    sets(detail.localAPIC).prefix(2).flatMap {
      set($0, looks, detail, width: width, hasCells: false)
    } + [priorities(detail, isShort: true).flatMap { $0 }]
  }

  private struct Set {
    let name: String
    let role: Role
    let vectors: VectorSet
  }

  private static func sets(_ apic: LocalAPICDetail) -> [Set] {
    [
      Set(name: "IRR", role: .ipi, vectors: VectorSet(apic.interruptRequest)),
      Set(name: "ISR", role: .title, vectors: VectorSet(apic.inService)),
      Set(name: "TMR", role: .graph, vectors: VectorSet(apic.triggerMode)),
    ]
  }

  private static func set(
    _ set: Set, _ looks: VCPULooks, _ detail: VCPUDetail, width: Int, hasCells: Bool
  ) -> [[Span]] {
    let names = set.vectors.names(width: max(1, width - 6)) { vector in
      LocalAPICWords.source(of: vector, detail.localAPIC, looks.snapshot.controllers)
    }
    let role: Role = names == "none" ? .dim : set.role
    let head = Span(" \(set.name) ", .dim)
    guard hasCells else { return [[head, Span(names, role)]] }
    return [[head, Span(set.vectors.cells, role)], [Span("     "), Span(names, role)]]
  }

  /// Two lines; `isShort`: so that both fit into one of 40 columns.
  private static func priorities(_ detail: VCPUDetail, isShort: Bool = false) -> [[Span]] {
    let apic = detail.localAPIC
    let gap = isShort ? "" : " "
    func field(_ name: String, _ value: String, _ role: Role = .text) -> [Span] {
      [Span(" \(name) ", .dim), Span(value + gap, role)]
    }
    func hex(_ value: UInt8) -> String { RegisterWords.hex(UInt64(value), 2) }
    let first = field("TPR", hex(apic.taskPriority)) + field("PPR", hex(apic.processorPriority))
    let second =
      field("IF", detail.interruptFlag ? "1" : "0", detail.interruptFlag ? .text : .warning)
      + field("shadow", detail.hasInterruptShadow ? "yes" : "no")
      + field("NMI", detail.isNMIBlocked ? "blocked" : "open")
    if isShort { return [first, second] }
    let isEnabled = apic.spuriousVector >> 8 & 1 == 1
    let spurious = RegisterWords.hex(UInt64(apic.spuriousVector), 3)
    let errors = RegisterWords.hex(UInt64(apic.errorStatus), 2)
    return [
      first + field("SVR", spurious + (isEnabled ? " on" : " off"), isEnabled ? .text : .warning)
        + field("ESR", errors, apic.errorStatus == 0 ? .text : .error), second,
    ]
  }

  /// The class of every other cell's vectors: 16 vectors, two cells, one hexadecimal digit.
  private static func ruler(_ detail: VCPUDetail) -> [Span] {
    let processor = Int(detail.localAPIC.processorPriority) >> 4
    var spans = [Span("     ")]
    for number in 0..<16 {
      // What is not above PPR is held back.
      let role: Role = number <= processor ? .dim : .text
      spans.append(Span(RegisterWords.hex(UInt64(number)) + " ", role))
    }
    return spans
  }

  /// The local vector table, the ICR and the registers that say what the APIC is.
  static func localVectors(_ looks: VCPULooks) -> [[Span]] {
    guard let apic = looks.detail?.localAPIC else { return [] }
    var lines: [[Span]] = []
    for (index, name) in LocalAPICDetail.localVectorNames.enumerated() {
      let entry = apic.localVectors.indices.contains(index) ? apic.localVectors[index] : 0
      let isMasked = LocalAPICWords.isMasked(entry)
      lines.append([
        Span(" \(name.leftAligned(8))", .dim),
        Span(isMasked ? "masked " : "       ", .dim),
        Span(LocalAPICWords.entry(index, apic), isMasked ? .dim : .text),
      ])
      if name == "timer" {
        lines.append([Span("      \(LocalAPICWords.timerCount(apic))", .dim)])
      }
    }
    func line(_ name: String, _ text: String, _ role: Role = .text) {
      lines.append([Span(" \(name.leftAligned(5))", .dim), Span(text, role)])
    }
    let isExtended = LocalAPICWords.isExtended(apic.base)
    line("ICR", LocalAPICWords.command(apic.interruptCommand, isExtended: isExtended), .ipi)
    line("ESR", LocalAPICWords.errors(apic.errorStatus), apic.errorStatus == 0 ? .text : .error)
    line("SVR", LocalAPICWords.spurious(apic.spuriousVector))
    line("LDR", LocalAPICWords.logical(apic))
    let page = RegisterWords.hex(apic.base & 0xf_ffff_ffff_f000)
    line("base", page + (apic.base >> 8 & 1 == 1 ? ", bootstrap processor" : ""))
    return lines
  }
}
