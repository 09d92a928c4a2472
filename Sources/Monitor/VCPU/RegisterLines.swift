import Telemetry
import Themes

/// The registers, and the bits of those that have names.
enum RegisterLines {
  /// Two registers a line in 42 columns, else one. `marks`: whether what changed since the look before has a
  /// star.
  static func lines(_ looks: VCPULooks, width: Int, marks: Bool) -> [[Span]] {
    guard let detail = looks.detail else {
      return LinesOfText.wrapped(looks.waiting, .warning, width: width, rows: 3) + [
        [Span(" rip ", .dim), Span(RegisterWords.hex(looks.vcpu.rip, 16))],
        [Span(" (the instruction of its last exit)", .dim)],
      ]
    }
    let now = detail.registers
    let before = marks ? looks.earlier?.registers : nil
    func item(
      _ name: String, _ digits: Int, _ value: (VCPURegisters) -> UInt64?
    ) -> [Span] {
      let isChanged = before.map { value($0) != value(now) } ?? false
      let mark = isChanged ? "*" : " "
      let role: Role = isChanged ? .warning : .text
      return [
        Span(mark, .warning), Span("\(name) ", .dim),
        Span(RegisterWords.hex(value(now) ?? 0, digits), role),
      ]
    }
    func general(_ index: Int) -> [Span] {
      let name = VCPURegisters.names[index].rightAligned(3)
      return item(name, 16) { $0.general.indices.contains(index) ? $0.general[index] : nil }
    }
    let isWide = width >= VCPUViewLayout.registerColumns
    let flags = [Span(" " + RegisterWords.letters(now.rflags), .title)]
    let rip = item("rip", 16) { $0.rip }
    let rflags = item("fl", 6) { $0.rflags } + flags
    var lines: [[Span]] =
      isWide
      ? (0..<8).map { general($0) + general($0 + 8) } + [rip + rflags]
      : [rip, rflags] + (0..<16).map(general)
    guard now.systemTimeNanoseconds != 0 else {
      return lines + [[Span(" cr0 and the like: not looked at yet", .dim)]]
    }
    let gap = [Span(" ")]
    let (cr2, cr3) = (item("cr2", 16) { $0.cr2 }, item("cr3", 16) { $0.cr3 })
    lines.append(item("cr0", 8) { $0.cr0 } + gap + item("cr4", 8) { $0.cr4 })
    if isWide {
      lines[lines.count - 1] += gap + item("efer", 8) { $0.efer }
      lines.append(cr2 + cr3)
    } else {
      lines += [item("efer", 8) { $0.efer }, cr2, cr3]
    }
    let names = ["cs", "ds", "es", "ss", "fs", "gs"]
    let selectors = names.enumerated().map { index, name in
      item(name, 1) { registers in
        registers.selectors.indices.contains(index) ? UInt64(registers.selectors[index]) : nil
      } + (index < names.count - 1 ? gap : [])
    }
    lines.append(selectors.flatMap { $0 })
    return lines
  }

  /// The bits that are set, by name.
  static func control(_ looks: VCPULooks, width: Int) -> [[Span]] {
    guard let registers = looks.detail?.registers else { return [] }
    func line(_ name: String, _ value: UInt64, _ bits: [RegisterWords.Bit]) -> [[Span]] {
      let words = LinesOfText.wrap(
        RegisterWords.names(value, bits), width: max(1, width - 8), rows: 4)
      return words.enumerated().map { index, text in
        [Span(" \((index == 0 ? name : "").leftAligned(7))", .dim), Span(text)]
      }
    }
    let level = registers.rflags >> 12 & 3
    let flags = line("rflags", registers.rflags, RegisterWords.flags)
    var lines = flags
    lines[lines.count - 1].append(Span("  IOPL \(level)", .dim))
    guard registers.systemTimeNanoseconds != 0 else { return lines }
    return line("cr0", registers.cr0, RegisterWords.cr0)
      + line("cr4", registers.cr4, RegisterWords.cr4)
      + line("efer", registers.efer, RegisterWords.efer) + lines
  }
}

/// Text in several lines.
enum LinesOfText {
  /// `text` in at most `rows` lines of at most `width` columns; what does not fit ends in `…` when painted.
  static func wrap(_ text: String, width: Int, rows: Int) -> [String] {
    InjectView.wrap(text, width: width, rows: rows)
  }

  /// The same as spans, with a margin of a blank.
  static func wrapped(_ text: String, _ role: Role, width: Int, rows: Int) -> [[Span]] {
    wrap(text, width: width - 1, rows: rows).map { [Span(" "), Span($0, role)] }
  }
}
