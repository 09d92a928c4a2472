import Commands
import Telemetry
import Themes

/// The selected redirection entry, a field a line, with its bits.
enum PinDetail {
  static func paint(
    _ frame: inout Frame, _ rect: Rect, _ number: Int, _ pin: InterruptControllers.Pin, vcpus: Int
  ) {
    guard !rect.isEmpty else { return }
    let delivered = "\(Quantity.count(pin.delivered)) interrupt\(pin.delivered == 1 ? "" : "s")"
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1),
      title: "Pin \(number): \(BoardWiring.words(number)), \(delivered)",
      note: "entry \(NumberText.padded(pin.entry, digits: 16))", hasFocus: false)
    let columns = rect.width >= InterruptsLayout.twoColumns ? 2 : 1
    let lines = fields(pin, vcpus: vcpus)
    let rows = (lines.count + columns - 1) / columns
    let width = rect.width / columns
    for (index, line) in lines.enumerated() {
      let (x, y) = (rect.x + index / rows * width, rect.y + 1 + index % rows)
      guard y < rect.bottom else { continue }
      let spans = [
        Span(line.bits.rightAligned(5), .dim), Span(" " + line.name.leftAligned(17), .title),
        Span(line.value),
      ]
      frame.put(x + 1, y, spans, limit: width - 1)
    }
  }

  private static func fields(
    _ pin: InterruptControllers.Pin, vcpus: Int
  ) -> [(bits: String, name: String, value: String)] {
    let entry = PinEntry(rawValue: pin.entry)
    let vector = NumberText.hexadecimal(UInt64(entry.vector))
    return [
      ("63:56", "destination", entry.receiversInFull(vcpus: vcpus)),
      ("16", "mask", entry.isMasked ? "1, masked" : "0, open"),
      ("15", "trigger mode", entry.isLevel ? "1, level" : "0, edge"),
      (
        "14", "remote IRR",
        entry.hasRemoteIRR ? "1, accepted, its EOI is awaited" : "0, no EOI is awaited"
      ),
      ("13", "polarity", entry.isActiveLow ? "1, active low" : "0, active high"),
      ("12", "delivery status", entry.isSendPending ? "1, send pending" : "0, idle"),
      (
        "11:8", "modes",
        "\(entry.isLogical ? "logical" : "physical") destination, \(entry.modeWord)"
      ),
      ("7:0", "vector", entry.usesVector ? vector : "\(vector), not used in this mode"),
    ]
  }
}
