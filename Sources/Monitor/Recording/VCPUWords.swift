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
  init(_ row: VCPUSnapshot) {
    words = InlineArray(repeating: 0)
    let rows: InlineArray<1, VCPUSnapshot> = [row]
    set(rows.span, 0)
  }

  /// Makes them those of the row in that place of `rows`.
  ///
  /// Not inlined, as all that goes through the words: in one function with a loop around it, they would be copied
  /// through the stack in each turn.
  @inline(never)
  mutating func set(_ rows: Swift.Span<VCPUSnapshot>, _ index: Int) {
    update(rows, index) { _, word in word }
  }

  /// Makes them what they are more than those of the row in that place of `rows`; wraps around. Returns a bit for each
  /// that is not 0 then.
  @inline(never)
  mutating func subtract(_ rows: Swift.Span<VCPUSnapshot>, _ index: Int) -> UInt64 {
    update(rows, index) { $0 &- $1 }
    let words = words.span
    var bits: UInt64 = 0
    var first = 0
    // Most groups of eight are as they were, which takes one look.
    while first < Self.count {
      let end = min(first + 8, Self.count)
      var any: UInt64 = 0
      for place in first..<end { any |= words[place] }
      if any != 0 {
        // Without a branch, as nobody can guess which of them changed; and from the last on, each moving those behind
        // it up: 64-bit words in vectors of any x86-64 would take three times as long.
        var group: UInt64 = 0
        for place in (first..<end).reversed() { group = group << 1 | (words[place] != 0 ? 1 : 0) }
        bits |= group &<< UInt64(truncatingIfNeeded: first)
      }
      first = end
    }
    return bits
  }

  /// Makes each what `change` says of it and of that of the row. By its place: a row that is passed on is copied,
  /// which takes longer than all that is looked at in it.
  @inline(__always)
  private mutating func update(
    _ rows: Swift.Span<VCPUSnapshot>, _ index: Int, _ change: (UInt64, UInt64) -> UInt64
  ) {
    // Tallies once each, and words through a span: an element of an array in place is else read from a copy of
    // all of it.
    let (exits, handlerNanoseconds) = (rows[index].exits, rows[index].handlerNanoseconds)
    let (ipisSent, rendezvousExits) = (rows[index].ipisSent, rows[index].rendezvousExits)
    var words = self.words.mutableSpan
    words[0] = change(words[0], UInt64(bitPattern: Int64(rows[index].id)))
    words[1] = change(
      words[1], UInt64(rows[index].state.rawValue) | UInt64(rows[index].taskPriorityClass) << 8)
    words[2] = change(words[2], rows[index].rip)
    var place = Self.tallies.lowerBound
    for reason in 0..<Self.reasons {
      words[place + reason] = change(words[place + reason], exits[rawValue: reason])
      words[place + Self.reasons + reason] = change(
        words[place + Self.reasons + reason], handlerNanoseconds[rawValue: reason])
    }
    place += 2 * Self.reasons
    for kind in 0..<Self.kinds {
      words[place + kind] = change(words[place + kind], ipisSent[rawValue: kind])
    }
    place += Self.kinds
    for kind in 0..<Self.classes {
      words[place + kind] = change(words[place + kind], rendezvousExits[rawValue: kind])
    }
    place += Self.classes
    words[place] = change(words[place], rows[index].ipisReceived)
    words[place + 1] = change(words[place + 1], rows[index].guestSaw)
    words[place + 2] = change(words[place + 2], rows[index].stallNanoseconds)
    words[place + 3] = change(words[place + 3], rows[index].rendezvousTaken)
    words[place + 4] = change(words[place + 4], rows[index].haltSpins)
    words[place + 5] = change(words[place + 5], rows[index].assertionWouldFire)
    words[place + 6] = change(words[place + 6], rows[index].checkLockWaitNanoseconds)
    words[place + 7] = change(words[place + 7], rows[index].haltedNanoseconds)
    words[place + 8] = change(words[place + 8], rows[index].guestNanoseconds)
    words[place + 9] = change(words[place + 9], rows[index].interruptsInjected)
    words[place + 10] = change(words[place + 10], rows[index].nmisInjected)
    words[place + 11] = change(words[place + 11], rows[index].eois)
    words[place + 12] = change(words[place + 12], rows[index].unknownMSRs)
    words[place + 13] = change(words[place + 13], rows[index].repairs)
    words[place + 14] = change(words[place + 14], rows[index].singleSteps)
    words[place + 15] = change(words[place + 15], rows[index].initResets)
    words[place + 16] = change(words[place + 16], rows[index].startups)
    words[place + 17] = change(words[place + 17], rows[index].guestWork)
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

  /// Writes how far the row is from the one that was written before it, `places`, a bit each, and those words.
  /// Mutating, though it changes nothing: words that are lent to be read only are copied first.
  @inline(never)
  mutating func write(row: Int, _ places: UInt64, to writer: inout ChangeWriter) {
    let words = words.span
    writer.add(numbers: 2 + Self.count) { room in
      ChangeWriter.put(UInt64(max(0, row)), &room)
      ChangeWriter.put(places, &room)
      var rest = places
      while rest != 0 {
        ChangeWriter.put(difference: words[rest.trailingZeroBitCount], &room)
        rest &= rest - 1
      }
    }
  }
}
