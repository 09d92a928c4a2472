import Rendezvous
import Telemetry

/// A vcpu's row of a snapshot as words, so that what changed in it can be kept instead of all of it. In place:
/// ten times a second there are two for each of a thousand vcpus.
struct VCPUWords: BitwiseCopyable {
  /// The cases of the three tallies; constants, so that the words have fixed places.
  private static var reasons: Int { 12 }
  private static var kinds: Int { 6 }
  private static var classes: Int { 4 }
  /// Where the tallies begin, behind number, state with task priority, and instruction pointer, and where they
  /// end.
  private static var tallies: Range<Int> { 3..<(3 + 2 * reasons + kinds + classes) }
  /// The words of a row: the last 18 are counters.
  static var count: Int { 55 }

  private var words: InlineArray<55, UInt64>

  /// Whether the places are those of the tallies as they are.
  static var isComplete: Bool {
    reasons == ExitReason.allCases.count && kinds == IPIKind.allCases.count
      && classes == RendezvousExitClass.allCases.count && tallies.upperBound + 18 == count
  }

  /// All of the same value.
  init(repeating value: UInt64 = 0) { words = InlineArray(repeating: value) }

  /// The word in that place, 0 ..< ``count``.
  subscript(place: Int) -> UInt64 {
    get { words[place] }
    set { words[place] = newValue }
  }

  /// Those of `row`.
  init(_ row: borrowing VCPUSnapshot) {
    words = InlineArray(repeating: 0)
    set(row)
  }

  /// Makes them those of `row`. A row that is not there counts as a fresh one.
  @inline(__always)
  mutating func set(_ row: borrowing VCPUSnapshot) {
    // Through a span: an element of an array in place is else written to a copy of all of it.
    var words = self.words.mutableSpan
    words[0] = UInt64(bitPattern: Int64(row.id))
    words[1] = UInt64(row.state.rawValue) | UInt64(row.taskPriorityClass) << 8
    words[2] = row.rip
    var place = Self.tallies.lowerBound
    for reason in 0..<Self.reasons {
      words[place + reason] = row.exits[rawValue: reason]
      words[place + Self.reasons + reason] = row.handlerNanoseconds[rawValue: reason]
    }
    place += 2 * Self.reasons
    for kind in 0..<Self.kinds { words[place + kind] = row.ipisSent[rawValue: kind] }
    place += Self.kinds
    for kind in 0..<Self.classes { words[place + kind] = row.rendezvousExits[rawValue: kind] }
    place += Self.classes
    words[place] = row.ipisReceived
    words[place + 1] = row.guestSaw
    words[place + 2] = row.stallNanoseconds
    words[place + 3] = row.rendezvousTaken
    words[place + 4] = row.haltSpins
    words[place + 5] = row.assertionWouldFire
    words[place + 6] = row.checkLockWaitNanoseconds
    words[place + 7] = row.haltedNanoseconds
    words[place + 8] = row.guestNanoseconds
    words[place + 9] = row.interruptsInjected
    words[place + 10] = row.nmisInjected
    words[place + 11] = row.eois
    words[place + 12] = row.unknownMSRs
    words[place + 13] = row.repairs
    words[place + 14] = row.singleSteps
    words[place + 15] = row.initResets
    words[place + 16] = row.startups
    words[place + 17] = row.guestWork
  }

  /// The row that they are.
  var row: VCPUSnapshot {
    var row = VCPUSnapshot()
    row.id = Int(truncatingIfNeeded: words[0])
    row.state = VCPUState(rawValue: UInt8(truncatingIfNeeded: words[1])) ?? .idle
    row.taskPriorityClass = UInt8(truncatingIfNeeded: words[1] >> 8)
    row.rip = words[2]
    var place = Self.tallies.lowerBound
    for reason in 0..<Self.reasons {
      row.exits[rawValue: reason] = words[place + reason]
      row.handlerNanoseconds[rawValue: reason] = words[place + Self.reasons + reason]
    }
    place += 2 * Self.reasons
    for kind in 0..<Self.kinds { row.ipisSent[rawValue: kind] = words[place + kind] }
    place += Self.kinds
    for kind in 0..<Self.classes { row.rendezvousExits[rawValue: kind] = words[place + kind] }
    place += Self.classes
    row.ipisReceived = words[place]
    row.guestSaw = words[place + 1]
    row.stallNanoseconds = words[place + 2]
    row.rendezvousTaken = words[place + 3]
    row.haltSpins = words[place + 4]
    row.assertionWouldFire = words[place + 5]
    row.checkLockWaitNanoseconds = words[place + 6]
    row.haltedNanoseconds = words[place + 7]
    row.guestNanoseconds = words[place + 8]
    row.interruptsInjected = words[place + 9]
    row.nmisInjected = words[place + 10]
    row.eois = words[place + 11]
    row.unknownMSRs = words[place + 12]
    row.repairs = words[place + 13]
    row.singleSteps = words[place + 14]
    row.initResets = words[place + 15]
    row.startups = words[place + 16]
    row.guestWork = words[place + 17]
    return row
  }

  /// Writes how far the row is from the one that was written before it, `places`, a bit each, and by how much
  /// those words differ from those of `other`.
  @inline(__always)
  func write(
    row: Int, _ places: UInt64, from other: borrowing VCPUWords, to writer: inout ChangeWriter
  ) {
    let (mine, theirs) = (words.span, other.words.span)
    writer.add(numbers: 2 + places.nonzeroBitCount) { room in
      ChangeWriter.put(UInt64(max(0, row)), &room)
      ChangeWriter.put(places, &room)
      var rest = places
      while rest != 0 {
        let place = rest.trailingZeroBitCount
        ChangeWriter.put(difference: mine[place] &- theirs[place], &room)
        rest &= rest - 1
      }
    }
  }

  /// A bit for each word that differs from that of `other`.
  @inline(__always)
  func differences(from other: borrowing VCPUWords) -> UInt64 {
    // Through spans: an element of an array in place is read from a copy of all of it, in each turn of a loop.
    let (mine, theirs) = (words.span, other.words.span)
    var bits: UInt64 = 0
    // Without a branch: which of them change, nobody can guess.
    for place in mine.indices {
      bits |= (mine[place] != theirs[place] ? 1 : 0) &<< UInt64(truncatingIfNeeded: place)
    }
    return bits
  }
}
