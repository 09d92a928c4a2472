import Telemetry
import Themes

/// The table of vcpus. Columns are left out by importance where the screen is narrow; what is left
/// over on a wide one becomes the whole rip and a sparkline of exits.
enum VCPUTable {
  private struct Column {
    let title: String
    let width: Int
    /// 0: always there; the higher, the sooner left out.
    let rank: Int
    var isLeft = false
    let text: (VCPUSnapshot, Int) -> String
    var role: (VCPUSnapshot) -> Role = { _ in .text }
  }

  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    let recording = model.shown
    let vcpus = recording.snapshot.vcpus
    var columns = columns(recording, wideRIP: false)
    while width(columns) > rect.width, columns.count > 1 {
      guard let least = columns.indices.max(by: { columns[$0].rank < columns[$1].rank }) else {
        break
      }
      columns.remove(at: least)
    }
    if rect.width >= width(columns) + 4 && columns.contains(where: { $0.rank == ripRank }) {
      columns = Self.columns(recording, wideRIP: true)
    }
    let bars = min(rect.width - width(columns) - 2, Recording.sampleCount - 1)
    let hasFocus = model.ui.focus == .vcpus
    title(&frame, rect, columns, bars: bars, hasFocus: hasFocus)
    for row in 0..<max(0, rect.height - 1) {
      let index = model.ui.vcpuTop + row
      guard vcpus.indices.contains(index) else { break }
      let isSelected = index == model.ui.vcpu
      let y = rect.y + 1 + row
      if isSelected { frame.fill(rect.x, y, width: rect.width, .selection) }
      frame.put(rect.x, y, isSelected ? ">" : " ", isSelected ? .selection : .text)
      var x = rect.x + 1
      let vcpu = vcpus[index]
      for (place, column) in columns.enumerated() {
        let text = column.text(vcpu, index)
        let cell = column.isLeft ? text.leftAligned(column.width) : text.rightAligned(column.width)
        let role = isSelected ? .selection : column.role(vcpu)
        if place > 0 { x += 1 }
        frame.putClipped(x, y, cell, role, limit: min(column.width, rect.x + rect.width - x))
        x += column.width
      }
      if bars >= 6 {
        frame.putCurve(
          x + 2, y, width: bars, isSelected ? .selection : .graph,
          recording.exitHistory(index, frame.samples(inCurve: bars)))
      }
    }
    more(&frame, rect, top: model.ui.vcpuTop, count: vcpus.count)
  }

  /// Arrows (↑ ↓) at the ends of the table beyond which there are more vcpus, where their numbers leave room.
  private static func more(_ frame: inout Frame, _ rect: Rect, top: Int, count: Int) {
    let rows = rect.height - 1
    guard rows > 0 && rect.width > 6 && count <= 1_000 else { return }
    if top > 0 { frame[rect.x + 1, rect.y + 1].scalar = 0x2191 }
    if top + rows < count { frame[rect.x + 1, rect.bottom - 1].scalar = 0x2193 }
  }

  private static let ripRank = 6

  /// The marker's column, and a blank before each column but the first.
  private static func width(_ columns: [Column]) -> Int {
    columns.reduce(0) { $0 + $1.width + 1 }
  }

  private static func title(
    _ frame: inout Frame, _ rect: Rect, _ columns: [Column], bars: Int, hasFocus: Bool
  ) {
    frame.fill(rect.x, rect.y, width: rect.width, hasFocus ? .borderFocus : .title)
    var x = rect.x + 1
    for (place, column) in columns.enumerated() {
      if place > 0 { x += 1 }
      let text =
        column.isLeft
        ? column.title.leftAligned(column.width) : column.title.rightAligned(column.width)
      frame.putClipped(
        x, rect.y, text, hasFocus ? .borderFocus : .title,
        limit: min(column.width, rect.x + rect.width - x))
      x += column.width
    }
    if bars >= 6 { frame.putClipped(x + 2, rect.y, "EXITS", .title, limit: bars) }
    // Where there is no colour the brackets say who has the focus.
    if hasFocus && rect.width >= 5 { frame.put(rect.x, rect.y, "[CPU]", .borderFocus) }
  }

  /// A counter: 0 is calm.
  private static func counter(
    _ title: String, _ width: Int, rank: Int, role: Role = .text,
    _ value: @escaping (VCPUSnapshot) -> UInt64
  ) -> Column {
    Column(
      title: title, width: width, rank: rank, text: { vcpu, _ in Quantity.count(value(vcpu)) },
      role: { value($0) == 0 ? .dim : role })
  }

  private static func columns(_ recording: Recording, wideRIP: Bool) -> [Column] {
    [
      Column(title: "CPU", width: 4, rank: 0, text: { vcpu, _ in "\(vcpu.id)" }),
      Column(
        title: "S", width: 1, rank: 0, isLeft: true, text: { vcpu, _ in "\(vcpu.state.letter)" },
        role: { $0.state.role }),
      Column(
        title: "STATE", width: 5, rank: 1, isLeft: true, text: { vcpu, _ in vcpu.state.word },
        role: { $0.state.role }),
      Column(
        title: "RIP", width: wideRIP ? 16 : 12, rank: ripRank,
        text: { vcpu, _ in
          // 48 bits tell a canonical address; its upper bits repeat bit 47.
          String(wideRIP ? vcpu.rip : vcpu.rip & 0xffff_ffff_ffff, radix: 16)
        }, role: { _ in .dim }),
      Column(
        title: "EXITS/s", width: 7, rank: 2,
        text: { _, index in Quantity.rate(recording.exitRate(index)) }),
      Column(
        title: "MOST", width: 6, rank: 5, isLeft: true,
        text: { vcpu, _ in commonestExit(vcpu)?.word ?? "-" }),
      counter("IPI→", 5, rank: 4, role: .ipi) { $0.ipisSent.total },
      counter("→IPI", 5, rank: 4, role: .ipi) { $0.ipisReceived },
      counter("RDV", 5, rank: 2, role: .rendezvous) { $0.rendezvousTaken },
      counter("SPUR", 5, rank: 3, role: .spurious) { $0.spurious },
      Column(
        title: "STALLµs", width: 7, rank: 3,
        text: { vcpu, _ in Quantity.microseconds(vcpu.stallNanoseconds) },
        role: { $0.stallNanoseconds == 0 ? .dim : .spurious }),
      counter("SAW", 5, rank: 7) { $0.guestSaw },
    ]
  }

  /// The reason for which the vcpu came out most often, or nil before its first exit.
  static func commonestExit(_ vcpu: VCPUSnapshot) -> ExitReason? {
    var (best, most): (ExitReason?, UInt64) = (nil, 0)
    for reason in ExitReason.allCases where vcpu.exits[reason] > most {
      (best, most) = (reason, vcpu.exits[reason])
    }
    return best
  }
}
