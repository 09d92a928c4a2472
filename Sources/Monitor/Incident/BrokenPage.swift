import Rendezvous
import Telemetry
import Themes

/// A rendezvous that a broken policy would never have completed: who was missing, why, and what to do now.
enum BrokenPage {
  static func content(
    _ broken: BrokenRendezvous, timeNanoseconds: UInt64, _ model: MonitorModel, width: Int
  ) -> PageContent {
    let recording = model.live
    var content = PageContent(title(broken), width: width)
    let policy = recording.policy(named: broken.policy)
    content.paragraph(what(broken), mark: "! ", role: .warning)
    content.fact("over", "at \(Quantity.logTime(timeNanoseconds))")
    content.fact("policy", policy.map { "\($0.marked): \($0.meanings[0])" } ?? broken.policy)
    content.head(head(broken))
    culprits(&content, broken)
    content.head("What to do now")
    now(&content, broken, model)
    if let policy, let mechanism = HazardWords.mechanism(policy) {
      content.head("What broke it")
      content.paragraph(mechanism)
    }
    return content
  }

  private static func title(_ broken: BrokenRendezvous) -> String {
    switch broken.hazard {
    case .hang: "Rendezvous #\(broken.rendezvous) hung"
    case .livelock: "Vcpus in a livelock"
    case .missingMembers: "Rendezvous #\(broken.rendezvous) without some members"
    }
  }

  private static func what(_ broken: BrokenRendezvous) -> String {
    let age = Quantity.duration(broken.ageNanoseconds)
    let who = Quantity.counted(broken.culpritCount, "member")
    switch broken.hazard {
    case .hang:
      return "For \(age) rendezvous #\(broken.rendezvous) waited for \(who) that did not come. The "
        + "watchdog ended it."
    case .livelock:
      return
        "For \(age) \(Quantity.counted(broken.culpritCount, "vcpu")) left the guest again and again "
        + "for rendezvous #\(broken.rendezvous), which was over. The watchdog ended that."
    case .missingMembers:
      return "Rendezvous #\(broken.rendezvous) completed after \(age), and \(who) had not run "
        + "\(broken.culpritCount == 1 ? "its" : "their") part."
    }
  }

  private static func head(_ broken: BrokenRendezvous) -> String {
    switch broken.hazard {
    case .hang: "Who was missing, and where"
    case .livelock: "Who circled"
    case .missingMembers: "Who was left out"
    }
  }

  private static func culprits(_ content: inout PageContent, _ broken: BrokenRendezvous) {
    for culprit in broken.culprits {
      var text = "\(culprit.state.letter) \(culprit.state.word): \(culprit.state.meaning)"
      if culprit.exits > 0 {
        text += "; \(Quantity.count(culprit.exits)) exits without an entry between them"
      }
      content.fact("vcpu \(culprit.vcpu)", text)
    }
    let more = max(0, broken.culpritCount) - broken.culprits.count
    if more > 0 { content.paragraph("and \(more) more", role: .dim) }
    if broken.culpritCount <= 0 { content.paragraph("nobody that is known", role: .dim) }
  }

  private static func now(
    _ content: inout PageContent, _ broken: BrokenRendezvous, _ model: MonitorModel
  ) {
    let policy = model.live.snapshot.policy.preset
    if policy == broken.policy {
      let chooses = model.keyWord(
        .choosePolicy, in: model.ui.viewContext, usual: .character("p"))
      let applies = model.keyWord(.apply, in: .chooser, usual: .enter)
      content.paragraph(
        "\(policy) is still in force, and it will happen again: \(chooses), landed, \(applies) goes on "
          + "with a policy that cannot.", mark: "- ")
    } else {
      content.paragraph(
        "\(policy) is in force now; nothing more is needed.", mark: "- ")
    }
    let part =
      broken.hazard == .livelock
      ? "Every part was run: the guest has lost time, nothing else."
      : "Whoever was missing has not run its part: an INIT may be half done, trigger modes may be old. "
        + "The next rendezvous of the kind mends that."
    content.paragraph(part, mark: "- ")
  }
}
