import Rendezvous
import Telemetry
import Themes

/// A page over whatever is shown, with one thing in full; Esc goes back.
struct Page: Sendable {
  /// What is told about.
  enum Subject: Sendable {
    case rendezvous(ExplainedRendezvous)
    case policy(RendezvousPolicy)
    case assertion(AssertionFailure)
    /// With the time at which it was ended, nanoseconds since the machine started.
    case broken(BrokenRendezvous, timeNanoseconds: UInt64)
  }

  var subject: Subject
  /// The first line that is shown.
  var top = 0
}

/// A rendezvous with all that is known of it. It is a copy: a storm pushes what is looked at out of the history
/// within a second.
struct ExplainedRendezvous: Sendable {
  let record: RendezvousRecord
  /// When it ended, nanoseconds since the machine started; nil: not known.
  let timeNanoseconds: UInt64?
  /// The name of the policy it met under; nil: not known any more.
  let policy: String?
  /// Those that are known; some come late.
  var lanes: [RendezvousLane]

  init(_ record: RendezvousRecord, _ recording: Recording, timeNanoseconds: UInt64? = nil) {
    let history = recording.rendezvous
    let entry = history.number(of: record.id).flatMap { history.entry($0) }
    self.record = record
    self.timeNanoseconds = entry?.timeNanoseconds ?? timeNanoseconds
    policy = entry?.policy
    lanes = history.lanes(of: record.id)
  }

  init(_ entry: RendezvousHistory.Entry, _ recording: Recording) {
    record = entry.record
    timeNanoseconds = entry.timeNanoseconds
    policy = entry.policy
    lanes = recording.rendezvous.lanes(of: entry.record.id)
  }

  /// Takes the lanes that have come since.
  mutating func settle(_ history: RendezvousHistory) {
    let kept = history.lanes(of: record.id)
    if kept.count > lanes.count { lanes = kept }
  }

  var anatomy: RendezvousAnatomy {
    RendezvousAnatomy(
      RendezvousHistory.Entry(
        record: record, timeNanoseconds: timeNanoseconds ?? 0, policy: policy ?? ""), lanes)
  }
}

/// One line of a page.
enum PageLine {
  case text([Span])
  /// A lane as a chart.
  case lane(RendezvousAnatomy.Part)
  /// The axis of the charts.
  case axis

  /// What a copy of the page has of it.
  var plain: String? {
    if case .text(let spans) = self { spans.map(\.text).joined() } else { nil }
  }
}

/// What a page says, in lines for a width.
struct PageContent {
  let title: String
  var lines: [PageLine] = []
  /// What the charts are of.
  var anatomy: RendezvousAnatomy?
  /// The page's width, and the widest text: longer lines are hard to read.
  let width: Int
  private var textWidth: Int { max(8, min(100, width - 2)) }

  init(_ title: String, width: Int) {
    self.title = title
    self.width = width
  }

  mutating func blank() { if !lines.isEmpty { lines.append(.text([])) } }

  mutating func head(_ text: String) {
    blank()
    lines.append(.text([Span(text, .title)]))
  }

  /// A paragraph, broken at blanks; its later lines are indented as far as `mark` is wide.
  mutating func paragraph(_ text: String, mark: String = "", role: Role = .text) {
    let indent = CellWidth.columns(mark)
    let wrapped = InjectView.wrap(text, width: max(8, textWidth - indent), rows: .max)
    for (row, line) in wrapped.enumerated() {
      let lead = row == 0 ? mark : String(repeating: " ", count: indent)
      lines.append(.text([Span(lead, role == .text ? .dim : role), Span(line, role)]))
    }
  }

  /// A name and what it is, in two columns.
  mutating func fact(_ name: String, _ value: String, columns: Int = 11, role: Role = .text) {
    let columns = width < 60 ? min(columns, 9) : columns
    let shown = CellWidth.columns(name) < columns ? name.leftAligned(columns) : name + " "
    let indent = CellWidth.columns(shown)
    let wrapped = InjectView.wrap(value, width: max(8, textWidth - indent), rows: .max)
    for (row, line) in wrapped.enumerated() {
      lines.append(
        .text([
          Span(row == 0 ? shown : String(repeating: " ", count: indent), .dim), Span(line, role),
        ]))
    }
  }
}
