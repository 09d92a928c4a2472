import Telemetry
import Themes

/// One vcpu closely: registers, local APIC, what waits and why, what it costs.
enum VCPUView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    guard let looks = VCPULooks(model) else {
      frame.putClipped(rect.x + 1, rect.y, "no vcpus yet", .dim, limit: rect.width - 1)
      return
    }
    let layout = VCPUViewLayout(rect, showsMore: model.ui.vcpuView.showsMore)
    VCPUStateLine.paint(&frame, layout.state, looks)
    if let page = layout.page {
      let lines = VCPUPage.lines(model, looks, width: page.width)
      let top = max(0, min(model.ui.vcpuView.pageTop, lines.count - page.height))
      for (row, line) in lines.dropFirst(top).prefix(page.height).enumerated() {
        frame.put(page.x, page.y + row, line, limit: page.width)
      }
      return
    }
    for part in VCPUViewLayout.Part.allCases {
      guard let rect = layout.parts[part], rect.height > 0 else { continue }
      paint(&frame, rect, part, model, looks)
    }
    separators(&frame, layout)
  }

  private static func paint(
    _ frame: inout Frame, _ rect: Rect, _ part: VCPUViewLayout.Part, _ model: MonitorModel,
    _ looks: VCPULooks
  ) {
    let head = Rect(x: rect.x, y: rect.y, width: rect.width, height: 1)
    let note = part == .exits ? "" : note(part, model, looks)
    frame.rule(head, title: title(part, looks), note: note, hasFocus: false)
    if part == .exits { exitTitles(&frame, head) }
    let body = rect.dropping(1)
    let lines = lines(part, model, looks, width: rect.width, rows: body.height)
    for (row, line) in lines.prefix(body.height).enumerated() {
      frame.put(body.x, body.y + row, line, limit: body.width)
    }
  }

  /// The titles of the exits stand over their numbers, in the rule.
  private static func exitTitles(_ frame: inout Frame, _ head: Rect) {
    let shape = VCPUActivityLines.ExitShape(width: head.width)
    let words = Array((" " + shape.titles + " ").unicodeScalars)
    let start = head.x + 6 + shape.bar
    for (index, scalar) in words.enumerated() where start + index < head.x + head.width {
      // A blank on either side of a word, the rule elsewhere.
      let isNear = [index - 1, index + 1].contains {
        words.indices.contains($0) && words[$0] != " "
      }
      if scalar != " " || isNear { frame[start + index, head.y] = Cell(scalar, .dim) }
    }
  }

  /// The lines of a part, below its title.
  static func lines(
    _ part: VCPUViewLayout.Part, _ model: MonitorModel, _ looks: VCPULooks, width: Int, rows: Int
  ) -> [[Span]] {
    let marks = model.ui.vcpuView.marksChanges
    switch part {
    case .registers:
      let lines = RegisterLines.lines(looks, width: width, marks: marks)
      return rows < lines.count + 3
        ? lines : lines + RegisterLines.control(looks, width: width)
    case .localAPIC: return LocalAPICLines.lines(looks, width: width, rows: rows)
    case .localVectors: return LocalAPICLines.localVectors(looks)
    case .rendezvous, .counters: return VCPUActivityLines.rendezvous(looks, width: width)
    case .exits: return VCPUActivityLines.exits(looks, width: width)
    case .control: return RegisterLines.control(looks, width: width)
    case .events:
      let log = model.shown.log
      let lines = VCPUEventLines.lines(
        looks, log, before: model.ui.vcpuView.eventAnchor, rows: rows)
      return lines.isEmpty
        ? [[Span(" no rendezvous and no injection with this vcpu in the log", .dim)]] : lines
    }
  }

  static func title(_ part: VCPUViewLayout.Part, _ looks: VCPULooks) -> String {
    switch part {
    case .registers:
      guard let registers = looks.detail?.registers, registers.systemTimeNanoseconds != 0 else {
        return "Registers"
      }
      return "Registers, \(RegisterWords.mode(registers))"
    case .localAPIC:
      guard let apic = looks.detail?.localAPIC else { return "Local APIC" }
      return "Local APIC id \(apic.id) \(LocalAPICWords.mode(apic.base))"
    case .localVectors: return "LVT, ICR"
    case .rendezvous: return "Rendezvous"
    case .counters: return "Rendezvous, counters"
    case .exits: return "Exits"
    case .control: return "Flags and control bits that are set"
    case .events: return "Last events of vcpu \(looks.vcpu.id)"
    }
  }

  private static func note(
    _ part: VCPUViewLayout.Part, _ model: MonitorModel, _ looks: VCPULooks
  ) -> String {
    switch part {
    case .registers:
      guard let detail = looks.detail else { return "" }
      return model.ui.vcpuView.marksChanges
        ? "* changed" : Quantity.duration(looks.age(detail.timeNanoseconds)) + " ago"
    case .localAPIC: return looks.detail == nil ? "" : "class"
    case .rendezvous, .counters: return "total /s"
    case .events:
      let up = model.keyName(.up, in: .vcpu, usual: .up).map { ", \($0) follows" } ?? ""
      return model.ui.vcpuView.eventAnchor == nil ? "newest first" : "scrolled\(up)"
    case .localVectors, .exits, .control: return ""
    }
  }

  /// Lines between parts that stand beside each other, joined to the titles above and below.
  private static func separators(_ frame: inout Frame, _ layout: VCPUViewLayout) {
    let rects = Array(layout.parts.values)
    for left in rects {
      let x = left.x + left.width
      guard rects.contains(where: { $0.x == x + 1 && $0.y == left.y }) else { continue }
      let isBelow = rects.contains { $0.x + $0.width == x && $0.bottom == left.y }
      frame[x, left.y] = Cell(isBelow ? "┼" : "┬", .border)
      for y in (left.y + 1)..<max(left.y + 1, left.bottom) { frame[x, y] = Cell("│", .border) }
      let under = rects.contains { $0.y == left.bottom && $0.x <= x && $0.x + $0.width > x }
      if under && frame[x, left.bottom].scalar == 0x2500 {
        frame[x, left.bottom] = Cell("┴", .border)
      }
    }
  }
}

/// The first line of the view: which vcpu, what it does, where its time goes.
enum VCPUStateLine {
  /// The columns of the arrows that the mouse can press.
  static func arrows(_ rect: Rect, _ looks: VCPULooks) -> (left: Int, right: Int) {
    (rect.x + 1, rect.x + 3 + CellWidth.columns(name(looks)) + 1)
  }

  private static func name(_ looks: VCPULooks) -> String {
    "vcpu \(looks.vcpu.id), \(looks.index + 1) of \(looks.snapshot.vcpus.count)"
  }

  static func paint(_ frame: inout Frame, _ rect: Rect, _ looks: VCPULooks) {
    guard !rect.isEmpty else { return }
    let vcpu = looks.vcpu
    let short = rect.width < 60
    let exits = looks.change.map { Quantity.rate($0.rate(\.exits.total)) + " exits/s" } ?? ""
    let spurious = looks.change.map { Quantity.rate($0.rate(\.spurious)) + " spurious/s" } ?? ""
    var spans = [
      Span(" ← ", .barKey), Span(name(looks), .title), Span(" →  ", .barKey),
      Span("\(vcpu.state.letter) \(vcpu.state.word)", vcpu.state.role),
    ]
    // What does not fit as a whole is left out.
    for part in short ? [exits] : [VCPUActivityLines.time(looks), exits, spurious]
    where !part.isEmpty {
      let used = spans.reduce(0) { $0 + CellWidth.columns($1.text) }
      if used + 2 + CellWidth.columns(part) <= rect.width { spans.append(Span("  " + part)) }
    }
    frame.put(rect.x, rect.y, spans, limit: rect.width)
  }
}

/// Everything below each other, for screens without room for columns: the most important lines first.
enum VCPUPage {
  static func lines(_ model: MonitorModel, _ looks: VCPULooks, width: Int) -> [[Span]] {
    guard width > 0 else { return [] }
    var lines: [[Span]] = []
    if let detail = looks.detail {
      lines = LocalAPICLines.reason(looks, detail, width: width, rows: 3)
      lines += LocalAPICLines.summary(looks, detail, width: width)
      lines += RegisterLines.lines(
        looks, width: min(width, 41), marks: model.ui.vcpuView.marksChanges
      ).prefix(2)
    } else {
      lines = LinesOfText.wrapped(looks.waiting, .warning, width: width, rows: 3)
      lines.append([Span(" rip ", .dim), Span(RegisterWords.hex(looks.vcpu.rip, 16))])
    }
    let order: [VCPUViewLayout.Part] = [
      .exits, .counters, .events, .registers, .localAPIC, .localVectors, .control,
    ]
    for part in order {
      if looks.detail == nil && [.registers, .localAPIC, .localVectors, .control].contains(part) {
        continue
      }
      let title = VCPUView.title(part, looks)
      let rest = max(0, width - CellWidth.columns(title) - 3)
      lines.append([
        Span("─ ", .border), Span(title, .title),
        Span(" " + String(repeating: "─", count: rest), .border),
      ])
      if part == .exits {
        let shape = VCPUActivityLines.ExitShape(width: width)
        lines.append([Span(String(repeating: " ", count: 7 + shape.bar) + shape.titles, .dim)])
      }
      lines += VCPUView.lines(part, model, looks, width: width, rows: 10)
    }
    return lines
  }
}
