import Commands
import Themes

/// What the inject dialog says below its fields: one sentence or two, with a head.
struct InjectSection {
  private let head: String
  private let text: String
  private let role: Role
  /// Rows that it has where there is room for all, and the order in which sections get a row each where there
  /// is not.
  private let wanted: Int
  private let urgency: Int

  private init(_ head: String, _ text: String, _ role: Role, wanted: Int, urgency: Int) {
    self.head = head
    self.text = text
    self.role = role
    self.wanted = wanted
    self.urgency = urgency
  }

  /// From the top down; the answer, which is looked for most, is the last.
  static func all(_ model: MonitorModel) -> [InjectSection] {
    let dialog = model.ui.dialog
    let now: String
    var same: String?
    switch model.dialogRequest {
    case .success(let request):
      now = InjectForecast.words(request.injection, model.live)
      same = request.text
    case .failure(let error): now = error.words
    }
    var sections = [
      InjectSection("", dialog.kind.consequence, .rendezvous, wanted: 1, urgency: 3),
      InjectSection("Now: ", now, .text, wanted: 3, urgency: 1),
    ]
    if let same {
      // A command that is cut off is none: a second row where it needs one.
      for (head, text, urgency) in [
        ("Same as: ", ":inject \(same)", 4), ("         ", "tryst run --inject '\(same)'", 5),
      ] {
        let wanted = CellWidth.columns(text) > 59 ? 2 : 1
        sections.append(InjectSection(head, text, .dim, wanted: wanted, urgency: urgency))
      }
    }
    if let running = RepeatWords.running(model) {
      let stop =
        model.keyName(.stopRepeating, in: .inject, usual: .control("x")) ?? ":stop-repeating"
      sections.append(
        InjectSection("\(stop) stops: ", running, .injection, wanted: 1, urgency: 2))
    }
    sections.append(answer(model))
    return sections
  }

  private static func answer(_ model: MonitorModel) -> InjectSection {
    let dialog = model.ui.dialog
    func section(_ text: String, _ role: Role) -> InjectSection {
      InjectSection("", text, role, wanted: 3, urgency: 0)
    }
    if let refusal = dialog.refusal { return section("refused: \(refusal)", .error) }
    if let rehearsal = dialog.rehearsal { return section(rehearsal, .injection) }
    if let outcome = dialog.outcome { return section(outcome, .injection) }
    let enter = model.keyName(.inject, in: .inject, usual: .enter) ?? ""
    if dialog.manner.isDryRun { return section("\(enter) tells, and injects nothing.", .dim) }
    if case .success(let request) = model.dialogRequest, request.count > 1 {
      let every = RepeatWords.every(request.periodNanoseconds)
      return section("\(enter) injects \(request.count) times, \(every).", .dim)
    }
    return section("\(enter) injects.", .dim)
  }

  // MARK: Rows

  /// The rows of all.
  static func wanted(_ sections: [InjectSection]) -> Int { sections.reduce(0) { $0 + $1.wanted } }

  /// The rows of each, where `height` rows are there for them and `fields` lines of fields. Of the fields a few
  /// stay, which scroll; then every section gets a row in the order of urgency, then a second and a third.
  static func heights(_ sections: [InjectSection], fields: Int, in height: Int) -> [Int] {
    let least = min(fields, height < 5 ? 2 : height / 2)
    var rest = max(0, height - max(least, height >= fields + 1 ? fields : least))
    var heights = sections.map { _ in 0 }
    for row in 1...3 {
      for index in sections.indices.sorted(by: { sections[$0].urgency < sections[$1].urgency })
      where rest > 0 && sections[index].wanted >= row {
        heights[index] = row
        rest -= 1
      }
    }
    return heights
  }

  func paint(_ frame: inout Frame, _ rect: Rect) {
    guard rect.height > 0, rect.width > 2 else { return }
    let indent = CellWidth.columns(head)
    frame.putClipped(rect.x + 1, rect.y, head, .title, limit: rect.width - 1)
    let lines = InjectView.wrap(text, width: rect.width - 2 - indent, rows: rect.height)
    for (row, line) in lines.enumerated() {
      frame.putClipped(
        rect.x + 1 + indent, rect.y + row, line, role, limit: rect.width - 1 - indent)
    }
  }
}
