import Commands
import Rendezvous
import Telemetry

/// The data behind a view as JSON, for `w`.
///
/// The shape is a contract (schema 1): keys are only ever added. Every name of a time or a rate has its
/// unit; what is not known is not there. One object on one line, and a newline.
public struct SavedView: Sendable, Equatable {
  /// A name for the file: `tryst-timeline-0m12.345s.json`, the time being the machine's. Only letters,
  /// digits, `-` and `.`.
  public let suggestedName: String
  /// UTF-8 without control characters.
  public let json: [UInt8]

  /// What `members` say of the view that is called `view`, at the moment that `model` shows.
  init(_ view: MonitorView, _ model: MonitorModel, _ members: [ReportValue.Member]) {
    let name = view.title.lowercased()
    let snapshot = model.shown.snapshot
    suggestedName = "tryst-\(name)-\(Self.time(snapshot.timeNanoseconds)).json"
    let head: [ReportValue.Member] = [
      .init("schema", .number(1)), .init("tryst", .text(Version.current)),
      .init("view", .text(name)), .init("timeNanoseconds", .number(snapshot.timeNanoseconds)),
      .init("frozen", .flag(model.isFrozen)), .init("guest", Self.guest(snapshot)),
      .init("scenario", .text(snapshot.scenario.name)),
      .init("policy", .text(snapshot.policy.preset)),
    ]
    json = Array((ReportValue.object(head + members).json + "\n").utf8)
  }

  private static func guest(_ snapshot: Snapshot) -> ReportValue {
    .object([
      .init("name", .text(snapshot.guestName)), .init("vcpus", .count(snapshot.vcpus.count)),
      .init("stopped", .flag(snapshot.isStopped)),
      .init("ended", .text(snapshot.guestEnded ?? "")),
    ])
  }

  /// `0m12.345s`: minutes do not become hours, so that names sort with few digits.
  private static func time(_ nanoseconds: UInt64) -> String {
    let milli = nanoseconds / 1_000_000
    func padded(_ value: UInt64, _ digits: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
    return "\(milli / 60_000)m\(padded(milli / 1_000 % 60, 2)).\(padded(milli % 1_000, 3))s"
  }
}

extension MonitorModel {
  /// The data of the shown view, of the frozen picture where it is frozen.
  public var savedView: SavedView {
    let members: [ReportValue.Member] =
      switch ui.view {
      case .overview: OverviewData.members(self)
      case .timeline: TimelineData.members(self)
      case .ipi: IPIData.members(self)
      case .vcpu: VCPUData.members(self)
      case .interrupts: InterruptsData.members(self)
      case .console: ConsoleData.members(self)
      case .log: LogData.members(self)
      case .policies: PoliciesData.members(self)
      }
    return SavedView(ui.view, self, members)
  }
}
