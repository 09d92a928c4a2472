import Rendezvous
import Telemetry
import Themes

/// One design in full: what it is, what the review said of it, what it costs, and what it did here.
enum PolicyPage {
  static func content(
    _ policy: RendezvousPolicy, _ recording: Recording, width: Int
  ) -> PageContent {
    let story = PolicyStory(policy)
    let isInForce = recording.snapshot.policy.preset == policy.preset
    var content = PageContent(
      "Policy \(policy.marked)\(isInForce ? ", in force" : "")", width: width)
    content.paragraph(story.gist)
    if let warning = HazardWords.warning(policy), let mechanism = HazardWords.mechanism(policy) {
      content.head("Hazard")
      content.paragraph(warning, mark: "! ", role: .warning)
      content.paragraph(mechanism)
    }
    content.head("What review D37390 said")
    paragraphs(&content, story.said)
    if !story.cost.isEmpty {
      content.head("What it costs")
      paragraphs(&content, story.cost)
    }
    soFar(&content, policy, recording)
    content.head("Its dimensions")
    for (dimension, meaning) in zip(policy.dimensions, policy.meanings) {
      content.fact(dimension.name, "\(dimension.value): \(meaning)", columns: 18)
    }
    return content
  }

  private static func paragraphs(_ content: inout PageContent, _ texts: [String]) {
    for (place, text) in texts.enumerated() {
      if place > 0 { content.blank() }
      content.paragraph(text)
    }
  }

  /// What it cost in this run.
  private static func soFar(
    _ content: inout PageContent, _ policy: RendezvousPolicy, _ recording: Recording
  ) {
    guard let account = recording.policies.account(policy.preset) else { return }
    let totals = account.totals
    content.head("In this run, \(PinTable.age(account.inForceNanoseconds)) in force")
    guard totals.rendezvous > 0 else {
      content.paragraph("no rendezvous yet")
      return
    }
    let spurious = PolicyTable.fraction(Double(totals.spurious) * 1000 / Double(totals.rendezvous))
    let stall = Quantity.duration(totals.stallNanoseconds / totals.rendezvous)
    content.paragraph(
      "\(Quantity.count(totals.rendezvous)) rendezvous; for 1,000 of them \(spurious) exits that were "
        + "not for the vcpu; \(stall) lost by bystanders for each; \(Quantity.count(totals.haltSpins)) "
        + "halts that did not sleep; \(Quantity.count(totals.early)) early exits; bhyve's assertion "
        + "\(totals.assertionWouldFire == 0 ? "never fired" : "had fired \(Quantity.count(totals.assertionWouldFire)) times")"
    )
  }
}
