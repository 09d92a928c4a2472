import Rendezvous
import Telemetry

/// A vcpu's row of a snapshot as words, so that what changed in it can be kept instead of all of it.
enum VCPUWords {
  private static let reasons = ExitReason.allCases
  private static let kinds = IPIKind.allCases
  private static let classes = RendezvousExitClass.allCases

  /// The words of a row: number, state and instruction pointer, the tallies, and 17 counters.
  static let count = 3 + 2 * reasons.count + kinds.count + classes.count + 17

  /// Writes `row` into the first ``count`` elements of `words`.
  static func write(_ row: VCPUSnapshot, into words: inout [UInt64]) {
    var place = 0
    func add(_ value: UInt64, _ words: inout [UInt64]) {
      words[place] = value
      place += 1
    }
    add(UInt64(bitPattern: Int64(row.id)), &words)
    add(UInt64(row.state.rawValue), &words)
    add(row.rip, &words)
    for reason in reasons { add(row.exits[reason], &words) }
    for reason in reasons { add(row.handlerNanoseconds[reason], &words) }
    for kind in kinds { add(row.ipisSent[kind], &words) }
    for kind in classes { add(row.rendezvousExits[kind], &words) }
    add(row.ipisReceived, &words)
    add(row.guestSaw, &words)
    add(row.stallNanoseconds, &words)
    add(row.rendezvousTaken, &words)
    add(row.haltSpins, &words)
    add(row.assertionWouldFire, &words)
    add(row.checkLockWaitNanoseconds, &words)
    add(row.haltedNanoseconds, &words)
    add(row.guestNanoseconds, &words)
    add(row.interruptsInjected, &words)
    add(row.nmisInjected, &words)
    add(row.eois, &words)
    add(row.unknownMSRs, &words)
    add(row.repairs, &words)
    add(row.singleSteps, &words)
    add(row.initResets, &words)
    add(row.startups, &words)
  }

  /// The row that those words are.
  static func row(_ words: [UInt64]) -> VCPUSnapshot {
    var place = 0
    func next() -> UInt64 {
      defer { place += 1 }
      return words[place]
    }
    var row = VCPUSnapshot()
    row.id = Int(truncatingIfNeeded: next())
    row.state = VCPUState(rawValue: UInt8(truncatingIfNeeded: next())) ?? .idle
    row.rip = next()
    for reason in reasons { row.exits[reason] = next() }
    for reason in reasons { row.handlerNanoseconds[reason] = next() }
    for kind in kinds { row.ipisSent[kind] = next() }
    for kind in classes { row.rendezvousExits[kind] = next() }
    row.ipisReceived = next()
    row.guestSaw = next()
    row.stallNanoseconds = next()
    row.rendezvousTaken = next()
    row.haltSpins = next()
    row.assertionWouldFire = next()
    row.checkLockWaitNanoseconds = next()
    row.haltedNanoseconds = next()
    row.guestNanoseconds = next()
    row.interruptsInjected = next()
    row.nmisInjected = next()
    row.eois = next()
    row.unknownMSRs = next()
    row.repairs = next()
    row.singleSteps = next()
    row.initResets = next()
    row.startups = next()
    return row
  }
}
