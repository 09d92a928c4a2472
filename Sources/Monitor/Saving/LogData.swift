import Telemetry

/// What `w` saves of the log: the entries that the filter lets through, oldest first.
enum LogData {
  static func members(_ model: MonitorModel) -> [ReportValue.Member] {
    let log = model.shown.log
    return [
      .init("filter", .text(model.ui.logView.filter?.text ?? "")),
      .init("kept", .count(log.count)), .init("droppedBefore", .count(log.dropped)),
      .init("entries", .list(model.filteredLog.map { entry(log[$0 - log.dropped]) })),
    ]
  }

  private static func entry(_ entry: LogEntry) -> ReportValue {
    var members: [ReportValue.Member] = [.init("timeNanoseconds", .number(entry.timeNanoseconds))]
    func add(_ kind: String, _ more: [ReportValue.Member]) {
      members.append(.init("kind", .text(kind)))
      members += more
    }
    switch entry.event {
    case .rendezvous(let record): add("rendezvous", RendezvousData.members(record))
    case .injection(let report): add("injection", injection(report))
    case .policyChanged(let name): add("policy", [.init("policy", .text(name))])
    case .scenarioChanged(let name): add("scenario", [.init("scenario", .text(name))])
    case .message(let text): add("message", [.init("text", .text(text))])
    case .assertionFailed(let failure):
      add("assertion", [.init("text", .text(IncidentWords.line(failure)))])
    case .rendezvousBroken(let broken):
      add("broken", [.init("text", .text(IncidentWords.line(broken)))])
    case .dropped(let count): add("lost", [.init("count", .number(count))])
    }
    return .object(members)
  }

  private static func injection(_ report: InjectionReport) -> [ReportValue.Member] {
    var members: [ReportValue.Member] = [
      .init("id", .number(report.id)), .init("injection", .text(report.injection.words)),
      .init("final", .flag(report.isFinal)), .init("words", .text(OutcomeWords.line(report))),
    ]
    if let outcome = report.outcome { members += self.outcome(outcome) }
    members.append(
      .init(
        "targets",
        .list(
          report.targets.map { target in
            var members = [ReportValue.Member("vcpu", .count(target.vcpu))]
            members += outcome(target.outcome)
            if let saw = target.guestSaw { members.append(.init("guestSaw", .number(saw))) }
            return .object(members)
          })))
    members.append(
      .init("rendezvous", .list(report.rendezvous.map { .object(RendezvousData.members($0)) })))
    return members
  }

  private static func outcome(_ outcome: InjectionOutcome) -> [ReportValue.Member] {
    func members(_ name: String, _ more: ReportValue.Member? = nil) -> [ReportValue.Member] {
      [.init("outcome", .text(name))] + (more.map { [$0] } ?? [])
    }
    return switch outcome {
    case .delivered(let time): members("delivered", .init("afterNanoseconds", .number(time)))
    case .done(let time): members("done", .init("afterNanoseconds", .number(time)))
    case .coalesced: members("coalesced")
    case .pending(let reason): members("pending", .init("reason", .text("\(reason)")))
    case .ignored(let reason): members("ignored", .init("reason", .text("\(reason)")))
    }
  }
}
