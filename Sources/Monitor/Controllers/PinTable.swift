import Commands
import Telemetry
import Themes

/// The table of the I/O APIC's pins. Columns are left out by importance where the screen is narrow.
enum PinTable {
  /// A pin with what is known about it.
  struct Row {
    let number: Int
    let pin: InterruptControllers.Pin
    let entry: PinEntry
    let vcpus: Int
    let rate: Double
    let isFresh: Bool
    let age: UInt64?

    init(_ number: Int, _ pin: InterruptControllers.Pin, _ recording: Recording) {
      self.number = number
      self.pin = pin
      entry = PinEntry(rawValue: pin.entry)
      vcpus = recording.snapshot.vcpus.count
      rate = recording.pins.rate(number)
      isFresh = recording.pins.isFresh(number)
      age = recording.pins.age(ofEntry: number)
    }

    /// What a row without anything particular looks like: what is masked is quiet.
    var role: Role { entry.isMasked ? .dim : .text }
  }

  private struct Column: Sendable {
    let title: String
    let width: Int
    /// 0: always there; the higher, the sooner left out.
    let rank: Int
    var isLeft = true
    let text: @Sendable (Row) -> String
    var role: @Sendable (Row) -> Role? = { _ in nil }
  }

  /// What stands for "no" in a column of yes and no.
  private static let no = "·"

  /// A field of the entry; nothing for one as at power-up, which is not programmed.
  private static func field(_ row: Row, _ text: (PinEntry) -> String) -> String {
    row.entry == .powerUp ? no : text(row.entry)
  }

  private static let columns: [Column] = [
    Column(
      title: "PIN", width: 3, rank: 0,
      text: { "\($0.number)".rightAligned(2) + ($0.isFresh ? "*" : "") },
      role: { $0.isFresh ? .warning : nil }),
    Column(title: "WIRED TO", width: 10, rank: 4, text: { BoardWiring.word($0.number) }),
    Column(
      title: "VEC", width: 4, rank: 1,
      text: { field($0) { $0.usesVector ? NumberText.hexadecimal(UInt64($0.vector)) : no } }),
    Column(title: "MODE", width: 6, rank: 10, text: { field($0, \.modeWord) }),
    Column(
      title: "TO", width: 12, rank: 3,
      text: { row in field(row) { $0.receivers(vcpus: row.vcpus) } },
      role: { $0.entry.isMasked ? nil : .ipi }),
    Column(title: "MASK", width: 4, rank: 2, text: { $0.entry.maskWord }),
    Column(title: "TRIG", width: 5, rank: 9, text: { field($0, \.triggerWord) }),
    Column(title: "POL", width: 4, rank: 11, text: { field($0, \.polarityWord) }),
    Column(
      title: "LINE", width: 4, rank: 8, text: { $0.pin.isAsserted ? "on" : no },
      role: { $0.pin.isAsserted ? .title : .dim }),
    Column(
      title: "rIRR", width: 4, rank: 7, text: { $0.entry.hasRemoteIRR ? "wait" : no },
      role: { $0.entry.hasRemoteIRR ? .stateWaiting : .dim }),
    Column(
      title: "SEND", width: 4, rank: 12, text: { $0.entry.isSendPending ? "pend" : no },
      role: { $0.entry.isSendPending ? .stateWaiting : .dim }),
    Column(
      title: "COUNT", width: 5, rank: 5, isLeft: false,
      text: { Quantity.count($0.pin.delivered) }, role: { $0.pin.delivered > 0 ? .text : .dim }),
    Column(
      title: "/s", width: 5, rank: 6, isLeft: false, text: { Quantity.rate($0.rate) },
      role: { $0.rate > 0 ? .text : .dim }),
    Column(
      title: "ENTRY", width: 18, rank: 13,
      text: { NumberText.padded($0.entry.rawValue, digits: 16) }),
    Column(
      title: "REWRITTEN", width: 9, rank: 14, isLeft: false,
      text: { $0.age.map(Self.age) ?? no }, role: { $0.isFresh ? .warning : .dim }),
  ]

  static func paint(
    _ frame: inout Frame, head: Rect, rows: Rect, _ model: MonitorModel
  ) {
    guard !head.isEmpty else { return }
    var columns = columns
    while width(columns) > head.width, columns.count > 1 {
      guard let least = columns.indices.max(by: { columns[$0].rank < columns[$1].rank }) else {
        break
      }
      columns.remove(at: least)
    }
    let room = head.width - width(columns) - 2
    let bars = room >= 6 ? min(room, Recording.sampleCount - 1) : 0
    paintHead(&frame, head, columns, bars: bars)
    let recording = model.shown
    let pins = recording.snapshot.controllers.pins
    let state = model.ui.interrupts
    let shown = state.pins(recording)
    let place = state.place(shown)
    let top = state.visibleTop(shown.count, place: place, rows: rows.height)
    if shown.isEmpty, !rows.isEmpty {
      let text = "every pin is as at power-up: masked; o shows them"
      frame.putClipped(rows.x + 1, rows.y, text, .dim, limit: rows.width - 1)
    }
    for line in 0..<rows.height where shown.indices.contains(top + line) {
      let number = shown[top + line]
      let row = Row(number, pins[number], recording)
      let rect = Rect(x: rows.x, y: rows.y + line, width: rows.width, height: 1)
      paintRow(&frame, rect, row, columns, isSelected: top + line == place)
      guard bars > 0 else { continue }
      let text = frame.glyphs.curve(width: bars) { recording.pins.history(number, $0) }
      let role: Role = top + line == place ? .selection : .graph
      frame.put(rect.x + rect.width - bars, rect.y, text, role)
    }
  }

  /// The marker's column, and a blank before each column but the first.
  private static func width(_ columns: [Column]) -> Int {
    columns.reduce(0) { $0 + $1.width + 1 }
  }

  private static func paintHead(
    _ frame: inout Frame, _ rect: Rect, _ columns: [Column], bars: Int
  ) {
    frame.fill(rect.x, rect.y, width: rect.width, .title)
    var x = rect.x + 1
    for column in columns {
      let text =
        column.isLeft
        ? column.title.leftAligned(column.width) : column.title.rightAligned(column.width)
      frame.putClipped(
        x, rect.y, text, .title, limit: min(column.width, rect.x + rect.width - x))
      x += column.width + 1
    }
    if bars > 0 {
      frame.putClipped(
        rect.x + rect.width - bars, rect.y, bars < 12 ? "RECENT" : "RECENT INTERRUPTS", .title,
        limit: bars)
    }
  }

  private static func paintRow(
    _ frame: inout Frame, _ rect: Rect, _ row: Row, _ columns: [Column], isSelected: Bool
  ) {
    if isSelected {
      frame.fill(rect.x, rect.y, width: rect.width, .selection)
      frame.put(rect.x, rect.y, ">", .selection, limit: rect.width)
    }
    var x = rect.x + 1
    for column in columns {
      let text = column.text(row)
      let cell = column.isLeft ? text : text.rightAligned(column.width)
      let role = isSelected ? .selection : column.role(row) ?? row.role
      frame.putClipped(
        x, rect.y, cell, role, limit: min(column.width, rect.x + rect.width - x))
      x += column.width + 1
    }
  }

  /// How long ago, roughly: `0.3 s`, `12 s`, `5 min`, `3 h`.
  static func age(_ nanoseconds: UInt64) -> String {
    let tenths = nanoseconds / 100_000_000
    if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
    if tenths < 600 { return "\(tenths / 10) s" }
    return tenths < 36_000 ? "\(tenths / 600) min" : "\(Quantity.shortCount(tenths / 36_000)) h"
  }
}
