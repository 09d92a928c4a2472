import Rendezvous
import Telemetry

/// Pages: how they are opened, what their keys do, and the way back.
extension MonitorModel {
  /// Pages that lie over each other at most; the oldest give way.
  private static let pageLimit = 16

  /// Opens a page over whatever is shown.
  mutating func open(_ subject: Page.Subject) {
    ui.pages.append(Page(subject: subject))
    if ui.pages.count > Self.pageLimit { ui.pages.removeFirst() }
  }

  /// Explains `record`.
  mutating func explain(_ record: RendezvousRecord, timeNanoseconds: UInt64? = nil) {
    open(.rendezvous(ExplainedRendezvous(record, shown, timeNanoseconds: timeNanoseconds)))
  }

  /// Explains the rendezvous with an absolute number of the history; false where it is no longer kept.
  mutating func explain(number: Int?) -> Bool {
    guard let number, let entry = shown.rendezvous.entry(number) else { return false }
    open(.rendezvous(ExplainedRendezvous(entry, shown)))
    return true
  }

  /// Explains the last rendezvous that `source` asked for and `destination` (nil: anybody) was a member of.
  mutating func explainLast(by source: Int, of destination: Int?) {
    let history = shown.rendezvous
    let number = history.numbers.reversed().first { number in
      guard let record = history.entry(number)?.record, record.initiator == source else {
        return false
      }
      return destination.map { record.targets.contains($0) } ?? true
    }
    guard explain(number: number) else {
      let to = destination.map { " with vcpu \($0)" } ?? ""
      ui.notice = "one source and one destination; no rendezvous of vcpu \(source)\(to) is kept"
      return
    }
  }

  /// Explains the newest rendezvous that is shown among a vcpu's events.
  mutating func explainEvent(row: Int? = nil) {
    guard let looks = VCPULooks(self) else { return }
    let log = shown.log
    let numbers = VCPUEventLines.numbers(looks.vcpu.id, log).dropFirst(
      VCPUEventLines.position(looks.vcpu.id, log, before: ui.vcpuView.eventAnchor))
    for (place, number) in numbers.enumerated() where row == nil || place == row {
      let entry = log[number - log.dropped]
      switch entry.event {
      case .rendezvous(let record):
        return explain(record, timeNanoseconds: entry.timeNanoseconds)
      case .injection(let report):
        if let record = report.rendezvous.first { return explain(record) }
      case .assertionFailed(let failure): return open(.assertion(failure))
      default: break
      }
    }
    if row == nil { ui.notice = "no rendezvous of vcpu \(looks.vcpu.id) is in the log" }
  }

  // MARK: Keys

  /// Does `action` where it is a page's; nil where it is everybody's.
  mutating func performPage(_ action: Action) -> [MonitorEffect]? {
    guard let page = ui.pages.last else { return nil }
    let rows = max(1, PageView.rows(self) - 1)
    switch action {
    case .close: ui.pages.removeLast()
    case .up: scrollPage(-1)
    case .down: scrollPage(1)
    case .pageUp: scrollPage(-rows)
    case .pageDown: scrollPage(rows)
    case .home: scrollPage(-1_000_000)
    case .end: scrollPage(1_000_000)
    case .previousRendezvous: stepPage(-1)
    case .nextRendezvous: stepPage(1)
    case .showReview: pageOfPolicy(page)
    case .openEntry: follow(page)
    default: return nil
    }
    return []
  }

  /// The wheel scrolls; a click does nothing, as there is nothing to be hit.
  mutating func pagePointed(_ mouse: MouseEvent) {
    if mouse.kind != .press { scrollPage(mouse.kind == .wheelUp ? -3 : 3) }
  }

  private mutating func scrollPage(_ step: Int) {
    guard let page = ui.pages.last else { return }
    let last = max(0, PageView.content(page, self).lines.count - PageView.rows(self))
    ui.pages[ui.pages.count - 1].top = max(0, min(min(page.top, last) + step, last))
  }

  private mutating func stepPage(_ step: Int) {
    guard case .rendezvous(let explained) = ui.pages.last?.subject else {
      let goes = keyWord(.openEntry, in: .page, usual: .enter)
      ui.notice = "this page is of no rendezvous; \(goes) goes to it"
      return
    }
    let history = shown.rendezvous
    guard let number = history.number(of: explained.record.id),
      let entry = history.entry(number + step)
    else {
      let isKept = history.number(of: explained.record.id) != nil
      ui.notice =
        isKept
        ? (step < 0 ? "no older rendezvous is kept" : "this is the newest rendezvous")
        : "the history has gone on beyond rendezvous #\(explained.record.id)"
      return
    }
    ui.pages[ui.pages.count - 1] = Page(subject: .rendezvous(ExplainedRendezvous(entry, shown)))
  }

  /// The page of the policy that was in force.
  private mutating func pageOfPolicy(_ page: Page) {
    let name: String?
    switch page.subject {
    case .rendezvous(let explained): name = explained.policy
    case .assertion(let failure): name = failure.policy
    case .broken(let broken, _): name = broken.policy
    case .policy:
      ui.pages.removeLast()
      return
    }
    guard let policy = name.flatMap({ shown.policy(named: $0) }) else {
      ui.notice = "which policy was in force is not known any more"
      return
    }
    open(.policy(policy))
  }

  /// From a rendezvous to the timeline, from an incident to its rendezvous.
  private mutating func follow(_ page: Page) {
    switch page.subject {
    case .rendezvous(let explained): _ = showRendezvous(explained.record.id)
    case .policy(let policy):
      let back = keyWord(.close, in: .page, usual: .escape)
      let puts = keyWord(.apply, in: .policies, usual: .enter)
      ui.notice = "\(back) goes back; there \(puts) puts \(policy.preset) in force"
    case .assertion(let failure):
      if let last = failure.last {
        explain(last)
      } else {
        ui.notice = "no rendezvous before it is known"
      }
    case .broken(let broken, _):
      if !explain(number: shown.rendezvous.number(of: broken.rendezvous)) {
        ui.notice = "rendezvous #\(broken.rendezvous) is not kept; what was broken has no record"
      }
    }
  }

  /// What comes late is taken into the pages.
  mutating func settlePages() {
    guard !ui.pages.isEmpty else { return }
    let history = shown.rendezvous
    for place in ui.pages.indices {
      guard case .rendezvous(var explained) = ui.pages[place].subject else { continue }
      explained.settle(history)
      ui.pages[place].subject = .rendezvous(explained)
    }
  }
}
