import Rendezvous
import Telemetry
import Themes

/// One rendezvous explained: what happened in sentences, what asked for it, each vcpu's part as a lane and in
/// numbers.
enum ExplainPage {
  static func content(
    _ explained: ExplainedRendezvous, _ recording: Recording, width: Int
  ) -> PageContent {
    let record = explained.record
    let anatomy = explained.anatomy
    var content = PageContent(title(explained, width: width), width: width)
    content.anatomy = anatomy
    let policy = explained.policy.flatMap { recording.policy(named: $0) }
    for sentence in ExplainSentences.sentences(record, lanes: explained.lanes, policy: policy) {
      content.paragraph(sentence, mark: "- ")
    }
    content.blank()
    // A few lanes are what one looks at first; many would hide the rest.
    let isShort = anatomy.parts.count <= fewLanes
    if isShort { lanes(&content, anatomy) }
    facts(&content, explained, policy, recording)
    if !isShort { lanes(&content, anatomy) }
    if !anatomy.parts.isEmpty {
      content.blank()
      content.lines += StepTable(anatomy, width: width).lines.map(PageLine.text)
    }
    return content
  }

  private static let fewLanes = 8

  /// `Rendezvous #18842: INIT, vcpu0 → 3, 67 µs`
  private static func title(_ explained: ExplainedRendezvous, width: Int) -> String {
    let record = explained.record
    let by = record.initiator.map { "vcpu\($0)" } ?? "operator"
    var targets = "\(record.targets)"
    if targets.utf8.count > max(6, width / 6) {
      targets = Quantity.counted(record.targets.count, "vcpu")
    }
    let duration = Quantity.duration(record.latencyNanoseconds)
    return "Rendezvous #\(record.id): \(record.cause.word), \(by) → \(targets), \(duration)"
  }

  // MARK: Facts

  private static func facts(
    _ content: inout PageContent, _ explained: ExplainedRendezvous, _ policy: RendezvousPolicy?,
    _ recording: Recording
  ) {
    let record = explained.record
    var injection: InjectionReport?
    if case .injection(let id) = record.origin { injection = recording.injection(id) }
    content.fact("cause", OriginWords.deed(record, injection: injection))
    let details = OriginWords.details(record, vcpus: recording.snapshot.vcpus.count)
    for detail in details { content.fact("  " + detail.name, detail.value) }
    content.fact("policy", policyWords(explained.policy, policy), role: policy.role)
    let count = Quantity.counted(record.targets.count, "vcpu")
    content.fact("targets", record.targets.isEmpty ? "none" : "\(record.targets) (\(count))")
    content.fact("told", told(record))
    if let time = explained.timeNanoseconds {
      content.fact(
        "over",
        "at \(Quantity.logTime(time)), \(Quantity.duration(record.latencyNanoseconds)) after it "
          + "was asked for")
    }
    if record.bystanders > 0 {
      let lost = Quantity.duration(record.bystanderStallNanoseconds)
      content.fact(
        "bystanders", "\(record.bystanders), which lost \(lost) up to its end", role: .spurious)
    }
  }

  private static func policyWords(_ name: String?, _ policy: RendezvousPolicy?) -> String {
    guard let name else { return "not known any more: the rendezvous is out of the history" }
    guard let policy else { return name }
    return "\(policy.marked): \(policy.meanings[0]); x has all of it"
  }

  private static func told(_ record: RendezvousRecord) -> String {
    var parts = [
      "\(record.kicksSignalled) by a signal", "\(record.kicksWoken) woken",
      "\(record.kicksElided) out already",
    ]
    if record.servedOnBehalf > 0 { parts.append("\(record.servedOnBehalf) served on behalf") }
    return parts.joined(separator: ", ")
  }

  // MARK: Lanes

  private static func lanes(_ content: inout PageContent, _ anatomy: RendezvousAnatomy) {
    let absent = absent(anatomy)
    guard !anatomy.parts.isEmpty || absent != nil else { return }
    if anatomy.parts.count > fewLanes { content.blank() }
    if !anatomy.parts.isEmpty {
      content.lines.append(.axis)
      content.lines += anatomy.parts.map(PageLine.lane)
    }
    if let absent { content.paragraph(absent, role: .dim) }
    if anatomy.parts.count <= fewLanes { content.blank() }
  }

  /// Members of which there is no lane.
  private static func absent(_ anatomy: RendezvousAnatomy) -> String? {
    let record = anatomy.record
    let there = CPUSet(anatomy.parts.map(\.lane.vcpu).filter { $0 >= 0 && $0 < CPUSet.capacity })
    let absent = record.targets.subtracting(there)
    guard !absent.isEmpty else { return nil }
    let name = ExplainSentences.name(absent)
    if record.servedOnBehalf >= absent.count {
      return "\(name): no lane of \(absent.count == 1 ? "its" : "their") own, served on behalf"
    }
    let others = "lost, or not here yet"
    return record.servedOnBehalf > 0
      ? "\(name): no lane; \(record.servedOnBehalf) served on behalf, the others' \(others)"
      : "\(name): no lane; it is \(others)"
  }
}

extension Recording {
  /// The policy of that name: a preset, or what was in force under the name.
  func policy(named name: String) -> RendezvousPolicy? {
    if snapshot.policy.preset == name { return snapshot.policy }
    return policies.account(name)?.policy ?? RendezvousPolicy.preset(named: name)
  }
}

extension RendezvousPolicy? {
  /// What its name is painted in.
  fileprivate var role: Role { self?.hazard == nil ? .text : .warning }
}
