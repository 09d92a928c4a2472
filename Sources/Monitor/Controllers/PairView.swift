import Commands
import Telemetry
import Themes

/// The 8259 pair: three lines with a bit map of each register, or one line in hexadecimal.
enum PairView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ controllers: InterruptControllers) {
    guard !rect.isEmpty else { return }
    let intr = controllers.isPairRequesting
    guard rect.height >= 3 else {
      let (master, slave) = (controllers.master, controllers.slave)
      let spans = [
        Span(rect.width >= 46 ? "8259 INTR " : "INTR ", .title),
        Span(intr ? "on " : "off", intr ? .stateWaiting : .dim),
        Span(" IRR ", .dim), Span(pair(master.interruptRequest, slave.interruptRequest)),
        Span(" ISR ", .dim), Span(pair(master.inService, slave.inService)),
        Span(" IMR ", .dim), Span(pair(master.interruptMask, slave.interruptMask)),
      ]
      frame.put(rect.x + 1, rect.y, spans, limit: rect.width - 1)
      return
    }
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1),
      title: "8259 pair: INTR \(intr ? "on, an interrupt is asked for" : "off")",
      note: "digits: the IRQs", hasFocus: false)
    for (line, chip) in [controllers.master, controllers.slave].enumerated() {
      let spans = spans(chip, isMaster: line == 0, isWide: rect.width >= 100)
      frame.put(rect.x + 1, rect.y + 1 + line, spans, limit: rect.width - 1)
    }
  }

  private static func spans(
    _ chip: InterruptControllers.PIC8259, isMaster: Bool, isWide: Bool
  ) -> [Span] {
    var spans = [
      Span(isMaster ? "master" : "slave ", .title),
      Span(" base \(NumberText.hexadecimal(UInt64(chip.vectorBase)))"),
    ]
    let registers: [(String, UInt8, Role)] = [
      ("IRR", chip.interruptRequest, .ipi), ("ISR", chip.inService, .stateRunning),
      ("IMR", chip.interruptMask, .dim), ("ELCR", chip.levelTriggered, .text),
    ]
    for (name, value, role) in registers {
      spans.append(Span(isWide ? "   \(name) " : "  \(name) ", .dim))
      if isWide { spans.append(Span("\(NumberText.hexadecimal(UInt64(value))) ", .dim)) }
      spans.append(Span(bits(value, from: isMaster ? 0 : 8), value == 0 ? .dim : role))
    }
    return spans
  }

  /// Bit 0 first: the digit of the IRQ where it is set, a dot where not; `a` to `f` are 10 to 15.
  static func bits(_ value: UInt8, from first: Int) -> String {
    (0..<8).map { bit in
      value >> UInt8(bit) & 1 == 0 ? "·" : String(first + bit, radix: 16)
    }.joined()
  }

  private static func pair(_ master: UInt8, _ slave: UInt8) -> String {
    [master, slave].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: "/")
  }
}
