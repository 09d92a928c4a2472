import Rendezvous
import Telemetry
import Themes

/// The panic that would have been: what the host's console would have shown in spirit, and who set what when.
enum PanicPage {
  static func content(
    _ failure: AssertionFailure, _ model: MonitorModel, width: Int
  ) -> PageContent {
    let recording = model.live
    var content = PageContent("The panic that would have been", width: width)
    let runs = model.keyWord(.stopOrContinue, in: model.ui.viewContext, usual: .function(9))
    let policy = recording.policy(named: failure.policy)
    for line in console(failure) { content.lines.append(.text([Span(line, .error)])) }
    content.blank()
    content.paragraph(
      "There (bhyve until D37417) the host stops here, with all its guests. "
        + (failure.stoppedGuest
          ? "Here the guest was stopped, as --stop-on-assertion asks; \(runs) lets it run."
          : "Here the guest goes on; --stop-on-assertion would stop it."))
    content.head("In order of time")
    for step in steps(failure, policy, recording.rendezvous) {
      content.fact(step.when.rightAligned(10), step.what, columns: 12, role: step.role)
    }
    content.head("Which policy would not have fired")
    for line in others(failure, policy) { content.paragraph(line, mark: "- ") }
    return content
  }

  /// The lines of the console.
  private static func console(_ failure: AssertionFailure) -> [String] {
    [
      "panic: no rendezvous in progress at a rendezvous exit",
      "cpuid = \(failure.vcpu)  rip = 0x\(RegisterWords.hex(failure.rip, 16))  time = "
        + Quantity.logTime(failure.timeNanoseconds),
    ]
  }

  // MARK: Time

  private struct Step {
    let when: String
    let what: String
    var role = Role.text
  }

  private static func steps(
    _ failure: AssertionFailure, _ policy: RendezvousPolicy?, _ history: RendezvousHistory
  ) -> [Step] {
    var steps: [Step] = []
    if let last = failure.last {
      let begin = history.machineTime(ofMonotonic: last.startNanoseconds)
      let asked = last.initiator.map { "vcpu \($0)" } ?? "the operator"
      let order = policy.map { $0.publishOrder == .requestThenFunction } ?? true
      let stores = order ? "members, then function" : "function, then members"
      steps.append(
        Step(
          when: distance(begin, failure),
          what: "\(asked) asks for #\(last.id): \(last.cause.word) → \(last.targets); stores "
            + stores))
      let end = Step(
        when: distance(begin.map { $0 &+ last.latencyNanoseconds }, failure),
        what: "#\(last.id) is over: function NULL"
          + bits(policy))
      let isAfter =
        begin.map { $0 &+ last.latencyNanoseconds > failure.timeNanoseconds } ?? failure.sawBit
      if isAfter { return steps + own(failure, policy) + [end] }
      steps.append(end)
    } else {
      steps.append(Step(when: "before", what: "which rendezvous came before is not known"))
    }
    return steps + own(failure, policy)
  }

  /// What becomes of the members' bits, where the look asks for them.
  private static func bits(_ policy: RendezvousPolicy?) -> String {
    guard let policy, policy.check != .anyFunction else { return "" }
    return policy.clearsRequest ? ", no member's bit set" : ", the members' bits stay"
  }

  private static func own(_ failure: AssertionFailure, _ policy: RendezvousPolicy?) -> [Step] {
    let asked = policy?.meanings[0] ?? "looks whether it is wanted"
    return [
      Step(
        when: "before",
        what: "vcpu \(failure.vcpu) looks (\(failure.policy) \(asked)): yes"),
      Step(
        when: "0",
        what: "vcpu \(failure.vcpu) looks again, outside: bit \(failure.sawBit ? "set" : "clear"), "
          + "no function: the assertion",
        role: .error),
      Step(when: "", what: why(failure, policy)),
    ]
  }

  /// What it comes down to.
  private static func why(_ failure: AssertionFailure, _ policy: RendezvousPolicy?) -> String {
    let number = failure.last.map { " #\($0.id)" } ?? ""
    if failure.sawBit {
      return policy?.clearsRequest == false
        ? "its bit is one that an earlier rendezvous left behind"
        : "rendezvous\(number) was being published: the bit was stored, the function not yet"
    }
    let isMember = failure.last?.targets.contains(failure.vcpu)
    let role = isMember.map { $0 ? "a member of" : "no member of" }.map {
      ", it was \($0)\(number)"
    }
    return "the rendezvous ended between its look and its exit\(role ?? "")"
  }

  /// So long before the failure, or after it.
  private static func distance(_ time: UInt64?, _ failure: AssertionFailure) -> String {
    guard let time else { return "before" }
    let now = failure.timeNanoseconds
    return time <= now ? "-\(Quantity.duration(now - time))" : "+\(Quantity.duration(time - now))"
  }

  // MARK: Others

  private static func others(_ failure: AssertionFailure, _ policy: RendezvousPolicy?) -> [String] {
    let relaxed =
      policy?.check == .anyFunction
      ? "baseline" : policy?.check == .notEmpty ? "baseline" : "landed"
    var lines = [
      "\(relaxed): the assertion is relaxed (D37417); such an exit is counted, and that is all"
    ]
    if failure.sawBit {
      lines.append("barrier: the function is stored first, so who sees its bit finds the function")
    } else if failure.last.map({ !$0.targets.contains(failure.vcpu) }) ?? false {
      lines.append(
        "landed, barrier, tryst: they look at the own bit, which nobody had set: vcpu "
          + "\(failure.vcpu) would have stayed in the guest")
    } else {
      lines.append(
        "barrier, tryst: who sees its bit finds the function until the bit is gone again")
    }
    return lines
  }
}

extension RendezvousHistory {
  /// A moment of the monotonic clock as nanoseconds since the machine started; nil where no rendezvous is kept
  /// that both are known of.
  func machineTime(ofMonotonic time: UInt64) -> UInt64? {
    guard let last = entries.last else { return nil }
    let start =
      last.record.startNanoseconds &+ last.record.latencyNanoseconds &- last.timeNanoseconds
    return time >= start ? time - start : nil
  }
}
