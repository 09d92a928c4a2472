import Rendezvous
import Telemetry

/// What a row says, in words: calm, and nothing that its counts do not bear.
public enum ComparisonVerdict {
  /// A sentence or a few, without a full stop.
  public static func words(_ row: ComparisonRow) -> String {
    if row.slices.isEmpty { return "not measured" }
    var words = broken(row) + cost(row)
    if words.isEmpty { words = [row.total.completed == 0 ? none(row) : calm(row)] }
    return words.joined(separator: "; ")
  }

  /// What went wrong.
  private static func broken(_ row: ComparisonRow) -> [String] {
    let total = row.total
    var words: [String] = []
    if total.hangs > 0 {
      words.append(
        "\(NumberWords.counted(total.hangs, "rendezvous", "rendezvous")) hung until the watchdog came"
      )
    }
    if total.livelocks > 0 {
      words.append(
        "members left the guest for nothing again and again, \(times(total.livelocks)), until the watchdog came"
      )
    }
    if total.missingMembers > 0 {
      words.append("completed without \(NumberWords.counted(total.missingMembers, "member"))")
    }
    if total.lockAllAssertionFailures > 0 {
      words.append(
        "bhyve's lock-all would have panicked \(times(total.lockAllAssertionFailures))")
    }
    if total.timeoutRescues > 0 {
      words.append(
        "\(NumberWords.counted(total.timeoutRescues, "wake-up")) lost, found by time-outs")
    }
    return words
  }

  /// What it cost those who were not asked.
  private static func cost(_ row: ComparisonRow) -> [String] {
    let total = row.total
    var words: [String] = []
    let bystanders = total.exits[.bystander]
    if bystanders > 0 {
      let stall = NumberWords.short(Double(total.stallNanoseconds) / Double(bystanders) / 1000)
      words.append(
        "\(frequency(bystanders, of: total.completed, "bystander")) slept \(stall) us each")
    }
    if total.exits[.void] > 0 {
      words.append(
        "\(frequency(total.exits[.void], of: total.completed, "exit")) found nothing to do")
    }
    if total.assertionWouldFire > 0 {
      let isKept = row.policy.assertion == .kept
      words.append(
        isKept
          ? "bhyve would have panicked \(times(total.assertionWouldFire))"
          : "the assertion, had it stood, would have failed \(times(total.assertionWouldFire))")
    }
    if total.checkLockWaitNanoseconds > 0, total.completed > 0 {
      let wait = Double(total.checkLockWaitNanoseconds) / Double(total.completed) / 1000
      words.append("entries waited \(NumberWords.short(wait)) us a rendezvous for the lock")
    }
    if total.haltSpins > 0 {
      words.append("\(frequency(total.haltSpins, of: total.completed, "HLT")) did not sleep")
    }
    return words
  }

  private static func none(_ row: ComparisonRow) -> String {
    row.total.requested == 0 ? "no rendezvous, none was needed" : "no rendezvous completed"
  }

  private static func calm(_ row: ComparisonRow) -> String {
    row.total.servedOnBehalf > 0
      ? "nobody was disturbed in vain; \(NumberWords.counted(row.total.servedOnBehalf, "sleeping member")) served asleep"
      : "nobody was disturbed in vain"
  }

  private static func times(_ count: UInt64) -> String {
    count == 1 ? "once" : "\(NumberWords.exact(count)) times"
  }

  /// `2.3 bystanders a rendezvous`, or where they are rare `5 bystanders in 1,204 rendezvous`.
  private static func frequency(_ count: UInt64, of completed: UInt64, _ one: String) -> String {
    let many = one == "HLT" ? one : one + "s"
    guard completed > 0, Double(count) >= Double(completed) * 0.95 else {
      return NumberWords.counted(count, one, many)
        + " in \(NumberWords.exact(completed)) rendezvous"
    }
    let ratio = NumberWords.short(Double(count) / Double(completed))
    return ratio == "1" ? "1 \(one) a rendezvous" : "\(ratio) \(many) a rendezvous"
  }
}
