import Telemetry
import Themes

/// Who receives what: for each destination that an open entry names, the pins that go there.
enum PinReceivers {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ snapshot: Snapshot) {
    guard !rect.isEmpty else { return }
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1),
      title: "Who receives what", note: "entries that are not masked", hasFocus: false)
    let groups = groups(snapshot)
    let room = rect.height - 1
    if groups.isEmpty, room > 0 {
      let text = "every entry is masked: the I/O APIC delivers nothing"
      frame.putClipped(rect.x + 1, rect.y + 1, text, .dim, limit: rect.width - 1)
    }
    let shown = groups.count <= room ? groups.count : max(0, room - 1)
    for (row, group) in groups.prefix(shown).enumerated() {
      let spans = [
        Span(group.receivers.leftAligned(13), .ipi), Span(" ← ", .dim), Span(group.pins),
      ]
      frame.put(rect.x + 1, rect.y + 1 + row, spans, limit: rect.width - 1)
    }
    if shown < groups.count, room > 0 {
      let text = "and \(groups.count - shown) more"
      frame.putClipped(rect.x + 1, rect.bottom - 1, text, .dim, limit: rect.width - 1)
    }
  }

  /// By destination, in the order of their first pins.
  private static func groups(_ snapshot: Snapshot) -> [(receivers: String, pins: String)] {
    var groups: [(receivers: String, pins: String)] = []
    let pins = snapshot.controllers.pins.prefix(PinHistory.pinCount)
    for (number, pin) in pins.enumerated() {
      let entry = PinEntry(rawValue: pin.entry)
      if entry.isMasked { continue }
      let receivers = entry.receivers(vcpus: snapshot.vcpus.count)
      let word = BoardWiring.word(number)
      let text = "\(number)\(word.isEmpty ? "" : " " + word) \(entry.message)"
      if let index = groups.firstIndex(where: { $0.receivers == receivers }) {
        groups[index].pins += ", \(text)"
      } else {
        groups.append((receivers, text))
      }
    }
    return groups
  }
}
