import Rendezvous
import Telemetry

/// One rendezvous in plain sentences, each of them true of the policy it met under: made only of what was
/// recorded. Where a lane is not there, nothing is said of what only the lane would tell.
enum ExplainSentences {
  /// The sentences, what matters most first. `policy`: the one in force; nil: which one is not known.
  static func sentences(
    _ record: RendezvousRecord, lanes: [RendezvousLane], policy: RendezvousPolicy?
  ) -> [String] {
    let entry = RendezvousHistory.Entry(record: record, timeNanoseconds: 0, policy: "")
    let anatomy = RendezvousAnatomy(entry, lanes)
    return leftOut(record, policy) + members(anatomy, policy) + early(anatomy, policy)
      + BystanderSentences.sentences(anatomy, policy) + triggerModes(record, policy)
  }

  // MARK: Members

  /// Members that a policy which stores one word of the set forgets.
  private static func leftOut(_ record: RendezvousRecord, _ policy: RendezvousPolicy?) -> [String] {
    guard policy?.setWidth == .firstWord else { return [] }
    let forgotten = record.targets.subtracting(record.targets.firstWordOnly)
    guard !forgotten.isEmpty else { return [] }
    let (was, part) = forgotten.count == 1 ? ("was", "its part") : ("were", "their part")
    return [
      "\(name(forgotten)) \(was) left out: only the first word of the set is stored, which ends at "
        + "vcpu 63; the rendezvous completed without \(part)"
    ]
  }

  private static func members(
    _ anatomy: RendezvousAnatomy, _ policy: RendezvousPolicy?
  ) -> [String] {
    let record = anatomy.record
    guard !record.targets.isEmpty else {
      return ["nobody had to come: of those that were asked none was active"]
    }
    var others = record.targets
    if let initiator = record.initiator, record.targets.contains(initiator) {
      others.remove(initiator)
    }
    guard !others.isEmpty else {
      return ["vcpu \(record.initiator ?? 0) asked itself alone: it ran its part and told nobody"]
    }
    if policy?.waiting == .nobody { return [nobodyWaited(anatomy)] }
    let served = max(0, min(record.servedOnBehalf, others.count))
    var sentences: [String] = []
    if served > 0 { sentences.append(onBehalf(record, served, of: others.count, policy)) }
    // Where nobody else came the initiator was the last by itself.
    if served < others.count, let last = last(anatomy) { sentences.append(last) }
    return sentences
  }

  private static func nobodyWaited(_ anatomy: RendezvousAnatomy) -> String {
    var text =
      "nobody waited: each target applies the action to itself before it enters the guest again"
    if let slowest = anatomy.record.slowest {
      text += "; vcpu \(slowest) was the last to, after \(time(anatomy.record.latencyNanoseconds))"
    }
    return text
  }

  private static func onBehalf(
    _ record: RendezvousRecord, _ served: Int, of count: Int, _ policy: RendezvousPolicy?
  ) -> String {
    let isMember = record.initiator.map { record.targets.contains($0) } ?? false
    let members = isMember ? "other member" : "member"
    let who =
      served < count
      ? "\(served) of \(Quantity.counted(count, members)) \(served == 1 ? "was" : "were")"
      : count == 1 ? "the one \(members) was" : "all \(count) \(members)s were"
    let part = served == 1 ? "its part" : "their part"
    let rest =
      served < count
      ? "; only the other \(count - served == 1 ? "one" : "\(count - served)") had to come" : ""
    switch policy?.service {
    case .onBehalf:
      let wokeNobody = record.kicksSignalled == 0 && record.kicksWoken == 0
      let runner = record.initiator == nil ? "the operator's thread" : "the initiator"
      return "\(who) asleep: \(runner) ran \(part)\(wokeNobody ? " and woke nobody" : "")\(rest)"
    case .ownThread:
      return "\(who) idle, without a thread that could come: another thread ran \(part)\(rest)"
    case nil: return "\(who) served by another thread, which ran \(part)\(rest)"
    }
  }

  // MARK: The last one

  private static func last(_ anatomy: RendezvousAnatomy) -> String? {
    let record = anatomy.record
    guard let last = anatomy.last else {
      guard let slowest = record.slowest else { return nil }
      let after = time(record.latencyNanoseconds)
      return record.targets.count == 1
        ? "vcpu \(slowest) alone was asked, and had run its part within \(after); how it came is not kept"
        : "vcpu \(slowest) was last, within \(after); how it came is not kept"
    }
    let subject =
      "vcpu \(last.lane.vcpu) "
      + (record.targets.count == 1 ? "alone was asked: it " : "was last: it ")
    return subject + way(last, anatomy)
  }

  /// How a member came, from where it was: what took most of the time.
  private static func way(_ part: RendezvousAnatomy.Part, _ anatomy: RendezvousAnatomy) -> String {
    let lane = part.lane
    let total = part.lag.map(time) ?? "some time"
    if lane.role == .initiator {
      return "asked for it, and came when it had told the others, after \(total)"
    }
    switch lane.kick {
    case .signalled:
      guard !part.leftByItself,
        let out = RendezvousAnatomy.between(lane.kickedNanoseconds, lane.leftGuestNanoseconds)
      else {
        return lane.leftGuestNanoseconds == 0
          ? "was signalled in the guest, and came after \(total)"
          : "had left the guest by itself before the signal, and came after \(total)"
      }
      let rest = RendezvousAnatomy.between(lane.leftGuestNanoseconds, lane.arrivedNanoseconds) ?? 0
      // Where most of the time was not the guest's, that is what to know.
      return rest > out
        ? "left the guest \(time(out)) after the signal, and took \(time(rest)) more to the handler"
        : "was in the guest and took \(time(out)) to leave"
    case .woken:
      let wake = RendezvousAnatomy.between(lane.kickedNanoseconds, lane.arrivedNanoseconds)
      return "slept, and took \(wake.map(time) ?? total) to wake up and come"
    case .elided: return "was in our code already, needed no kick and came after \(total)"
    case nil: return "came by itself, before it was told, after \(total)"
    }
  }

  private static func early(
    _ anatomy: RendezvousAnatomy, _ policy: RendezvousPolicy?
  ) -> [String] {
    let early = anatomy.parts.filter { $0.lane.role == .early }.map(\.lane.vcpu)
      .filter { $0 >= 0 && $0 < CPUSet.capacity }
    guard !early.isEmpty else { return [] }
    let its = early.count == 1 ? "its" : "their"
    var text = "\(name(CPUSet(early))) saw \(its) bit before the function was there"
    if policy?.publishOrder == .requestThenFunction { text += ": the request is stored first" }
    if policy?.assertion == .kept { text += "; bhyve's assertion fires there" }
    return [text]
  }

  // MARK: What need not have been

  private static func triggerModes(
    _ record: RendezvousRecord, _ policy: RendezvousPolicy?
  ) -> [String] {
    guard case .redirectionEntry(_, let before, let after) = record.origin,
      !PinEntry(rawValue: before).isLevel, !PinEntry(rawValue: after).isLevel
    else { return [] }
    let needless = "the entry was and is edge-triggered, so no vcpu's trigger modes could change"
    return policy?.triggerModeFilter == .everyChange
      ? ["\(needless): with the filter levelOnly (tryst) there would have been no rendezvous"]
      : [needless]
  }

  // MARK: Words

  /// `vcpu 3`, `vcpus 1-3`.
  static func name(_ vcpus: CPUSet) -> String { "vcpu\(vcpus.count == 1 ? "" : "s") \(vcpus)" }

  static func time(_ nanoseconds: UInt64) -> String { Quantity.duration(nanoseconds) }
}

/// Those that a rendezvous was not for, and what it cost them.
enum BystanderSentences {
  /// Bystanders that have a sentence each.
  private static let most = 3

  static func sentences(
    _ anatomy: RendezvousAnatomy, _ policy: RendezvousPolicy?
  ) -> [String] {
    let record = anatomy.record
    guard record.bystanders > 0 || !anatomy.bystanders.isEmpty else { return none(policy) }
    let longest = anatomy.bystanders.sorted {
      ($1.stall ?? 0, $0.lane.vcpu) < ($0.stall ?? 0, $1.lane.vcpu)
    }
    let why = policy.map(reason)
    var sentences = longest.prefix(most).map { part in
      let waited = part.stall.map { "slept \(ExplainSentences.time($0))" } ?? "slept until the end"
      guard let why else {
        return "vcpu \(part.lane.vcpu) was not asked, came all the same, and \(waited)"
      }
      return "vcpu \(part.lane.vcpu) was not asked, \(why), and \(waited)"
    }
    let more = max(record.bystanders, longest.count) - sentences.count
    if more > 0 {
      let all = ExplainSentences.time(record.bystanderStallNanoseconds)
      sentences.append(
        sentences.isEmpty
          ? "\(Quantity.counted(more, "vcpu")) came that had not been asked, and lost \(all) by it"
          : "so did \(more) more; all bystanders together lost \(all)")
    }
    if let policy, RendezvousPolicy.landed.check != policy.check, asksForAnybody(policy.check) {
      let it = max(record.bystanders, longest.count) == 1 ? "it" : "they"
      sentences.append(
        "under landed \(it) would have stayed in the guest: there a vcpu looks at its own bit alone"
      )
    }
    return sentences
  }

  private static func none(_ policy: RendezvousPolicy?) -> [String] {
    guard let policy, policy.waiting == .everybody else { return ["nobody else was held up"] }
    return asksForAnybody(policy.check)
      ? ["nobody else was held up, by chance: whoever had left the guest meanwhile would have been"]
      : ["nobody else was held up: a vcpu that is not asked stays in the guest"]
  }

  /// Whether the look before the entry can be positive for a vcpu that nobody asked for.
  static func asksForAnybody(_ check: RendezvousPolicy.Check) -> Bool {
    check == .anyFunction || check == .notEmpty || check == .firstWord
  }

  /// Why a vcpu that no one asked for came out.
  private static func reason(_ policy: RendezvousPolicy) -> String {
    switch policy.check {
    case .anyFunction: "saw a rendezvous because the check looks at the function pointer"
    case .notEmpty: "saw a rendezvous because the check asks whether the set has any member"
    case .firstWord: "saw a rendezvous because the check reads the whole first word of the set"
    case .lockedMember, .member, .functionAndMember, .memberAndFunction:
      policy.clearsRequest
        ? "came for another one that was over by then"
        : "saw the bit that an earlier rendezvous had left behind"
    }
  }
}
