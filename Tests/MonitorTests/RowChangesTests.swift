import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// What a sample keeps of the one before it.
@Suite struct RowChangesTests {
  @Test func numbersInFewBytes() {
    let values: [UInt64] = [0, 1, 127, 128, 300, 1 << 32, .max - 1, .max]
    var writer = ChangeWriter()
    for value in values {
      writer.add(value)
      writer.add(difference: value)
      writer.add(difference: 0 &- value)
    }
    var reader = ChangeReader(writer.packed)
    for value in values {
      #expect(reader.next() == value)
      #expect(reader.nextDifference() == value && reader.nextDifference() == 0 &- value)
    }
    #expect(reader.isAtEnd && reader.next() == 0)
  }

  /// Every field of a row is one of its words: a counter that is added to the row must be added there.
  @Test func everyFieldOfARowIsKept() {
    var words = VCPUWords()
    for place in 0..<VCPUWords.count {
      words[place] = UInt64(place == 1 ? 9 << 8 | 4 : place + 100)
    }
    let row = words.row
    let again = VCPUWords(row)
    for place in 0..<VCPUWords.count { #expect(again[place] == words[place]) }
    #expect(VCPUWords.count <= 64)
    #expect(VCPUWords.isComplete)
    for child in Mirror(reflecting: row).children {
      switch child.value {
      case let value as UInt64: #expect(value >= 100, "\(child.label ?? "")")
      case let value as Int: #expect(value == 100)
      case let value as UInt8: #expect(value == 9, "\(child.label ?? "")")
      case let value as VCPUState: #expect(value == .kicked || value != .idle)
      case let tally as Tally<ExitReason>: #expect(Self.isKept(tally), "\(child.label ?? "")")
      case let tally as Tally<IPIKind>: #expect(Self.isKept(tally), "\(child.label ?? "")")
      case let tally as Tally<RendezvousExitClass>:
        #expect(Self.isKept(tally), "\(child.label ?? "")")
      default: Issue.record("a field of a kind that is not looked at: \(child.label ?? "")")
      }
    }
  }

  private static func isKept<Key>(_ tally: Tally<Key>) -> Bool {
    Key.allCases.allSatisfy { tally[$0] >= 100 }
  }

  @Test func backAndForth() {
    let none: [VCPUSnapshot] = []
    let few = Fixture.snapshot(vcpus: 3, step: 5).vcpus
    let many = Fixture.snapshot(vcpus: 9, step: 2).vcpus
    let later = Fixture.snapshot(vcpus: 9, step: 70).vcpus
    for (old, new) in [(none, few), (few, many), (many, later), (later, few), (few, none)] {
      let changes = VCPURowChanges(from: old, to: new)
      var rows = new
      changes.undo(&rows)
      #expect(rows == old)
      changes.redo(&rows)
      #expect(rows == new)
    }
    #expect(VCPURowChanges(from: many, to: many).bytes.isEmpty)
  }

  /// A machine of the largest size: what is not touched costs next to nothing, and ten minutes of a quiet one
  /// or some minutes of a busy one fit.
  @Test func aThousandVCPUs() {
    var recording = Recording()
    var next = Fixture.snapshot(vcpus: 1_024, step: 0)
    next.traffic = (0..<1_024).map { Fixture.traffic($0, of: 1_024, step: 0) }
    recording.absorb(next)
    func bytes(_ change: (inout Snapshot) -> Void) -> (all: Int, changed: Int) {
      next.timeNanoseconds += 100_000_000
      next.traffic = []
      change(&next)
      recording.absorb(next)
      guard let moment = recording.moments.last else { return (0, 0) }
      let traffic = moment.parts.traffic.reduce(0) { $0 + $1.bytes.count }
      return (moment.bytes, moment.parts.rows.bytes.count + traffic)
    }
    let quiet = bytes { _ in }
    #expect(quiet.changed == 0 && quiet.all < 14_000, "\(quiet)")
    let one = bytes {
      $0.vcpus[700].exits[.io] += 40
      $0.vcpus[700].guestNanoseconds += 90_000_000
      $0.traffic = [Fixture.traffic(700, of: 1_024, step: 1)]
    }
    #expect(one.changed < 100, "\(one)")
    // All of them, with all that a busy vcpu changes.
    var step: UInt64 = 0
    let busy = bytes { next in
      step += 1
      let time = next.timeNanoseconds
      next = Fixture.snapshot(vcpus: 1_024, step: step)
      next.timeNanoseconds = time
      next.traffic = (0..<1_024).map { Fixture.traffic($0, of: 1_024, step: step) }
    }
    #expect(busy.changed < 1_024 * 110, "\(busy)")
    #expect(recording.moments.byteLimit / busy.all >= 500, "\(busy)")
    #expect(recording.moments.bytes <= recording.moments.byteLimit)
  }

  /// The estimate is kept below the limit while the oldest go; what is kept can still be gone to.
  @Test func theBudgetHolds() {
    var recording = Recording(byteLimit: 1 << 20)
    for step in UInt64(0)..<40 {
      var next = Snapshot()
      next.timeNanoseconds = 1 + step * 100_000_000
      next.vcpus = (0..<64).map { Fixture.vcpu(UInt64($0), step: step) }
      // Pairs that make a step some hundred KiB large.
      next.traffic = (0..<100).map { source in
        var row = IPITrafficRow(source: source)
        row.pairs = (0..<200).map { destination in
          IPITrafficRow.Pair(
            destination: destination, count: (step + 1) << 40, lastVector: UInt8(step))
        }
        return row
      }
      if step >= 12 { next.traffic.removeAll() }
      recording.absorb(next)
      #expect(recording.moments.bytes <= 1 << 20)
    }
    #expect(recording.moments.first > 0 && recording.moments.count > 20)
    var cursor = MomentCursor(recording)
    cursor.move(to: recording.moments.first)
    let first = UInt64(recording.moments.first)
    #expect(cursor.rows == (0..<64).map { Fixture.vcpu(UInt64($0), step: first) })
    #expect(cursor.traffic.source(9).pair(100)?.count.total == (first + 1) << 40)
    #expect(cursor.traffic.source(9).pair(100)?.lastVector == UInt8(first))
  }
}
