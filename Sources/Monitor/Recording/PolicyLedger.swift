import Rendezvous
import Telemetry

/// What each policy cost while it was in force, as far as the monitor saw it. The difference between
/// two samples is booked on the policy of the earlier one: a sample in which the policy was switched
/// counts for the one before the switch.
struct PolicyLedger: Sendable {
  /// What was booked on one policy.
  struct Account: Sendable, Equatable {
    /// The policy; of several with one name the last.
    var policy: RendezvousPolicy
    var inForceNanoseconds: UInt64 = 0
    var totals = Totals()
  }

  /// Totals of a snapshot that are compared, or differences of them.
  struct Totals: Sendable, Equatable {
    var rendezvous: UInt64 = 0
    var early: UInt64 = 0
    var bystanders: UInt64 = 0
    var void: UInt64 = 0
    var stallNanoseconds: UInt64 = 0
    var haltSpins: UInt64 = 0
    var kicks: UInt64 = 0
    var assertionWouldFire: UInt64 = 0

    /// Bystander and void exits.
    var spurious: UInt64 { bystanders &+ void }

    init() {}

    /// Those of a snapshot; `rows` are the totals of its rows.
    init(_ snapshot: borrowing Snapshot, _ rows: borrowing RowTotals) {
      rendezvous = snapshot.rendezvous.requested
      early = rows.rendezvousExits[.early]
      bystanders = rows.rendezvousExits[.bystander]
      void = rows.rendezvousExits[.void]
      stallNanoseconds = rows.stallNanoseconds
      haltSpins = rows.haltSpins
      kicks = snapshot.rendezvous.kicks.total
      assertionWouldFire = rows.assertionWouldFire
    }

    /// Adds what rose from `before` to `after`; what ran backwards adds nothing.
    mutating func add(from before: Totals, to after: Totals) {
      func rise(_ before: UInt64, _ after: UInt64) -> UInt64 {
        after > before ? after - before : 0
      }
      rendezvous &+= rise(before.rendezvous, after.rendezvous)
      early &+= rise(before.early, after.early)
      bystanders &+= rise(before.bystanders, after.bystanders)
      void &+= rise(before.void, after.void)
      stallNanoseconds &+= rise(before.stallNanoseconds, after.stallNanoseconds)
      haltSpins &+= rise(before.haltSpins, after.haltSpins)
      kicks &+= rise(before.kicks, after.kicks)
      assertionWouldFire &+= rise(before.assertionWouldFire, after.assertionWouldFire)
    }
  }

  /// What was counted at one moment, and the policy from then on.
  struct Sample: Sendable {
    let timeNanoseconds: UInt64
    let policy: String
    let totals: Totals
  }

  /// Names that have an account; later ones are not booked.
  static let limit = 64

  /// In the order in which they came into force.
  private(set) var accounts: [Account] = []
  /// The samples of the last while: what a trend is made from.
  private(set) var samples = BoundedList<Sample>(limit: Recording.sampleCount)
  private var last: (policy: RendezvousPolicy, timeNanoseconds: UInt64, totals: Totals)?

  init() {}

  /// As it was at the end of `moments`, in order.
  init(rewound moments: [Moment]) {
    for moment in moments { append(moment.parts.snapshot, moment.parts.totals) }
    accounts = moments.last?.parts.accounts ?? []
  }

  /// Takes a snapshot, and answers with its totals. `rows` is what its rows add up to, where that is known.
  @discardableResult
  mutating func absorb(_ snapshot: Snapshot, _ rows: RowTotals? = nil) -> Totals {
    let totals = Totals(snapshot, rows ?? RowTotals(snapshot.vcpus))
    if let last, let index = open(last.policy) {
      accounts[index].totals.add(from: last.totals, to: totals)
      if snapshot.timeNanoseconds > last.timeNanoseconds {
        accounts[index].inForceNanoseconds &+= snapshot.timeNanoseconds - last.timeNanoseconds
      }
    }
    last = (snapshot.policy, snapshot.timeNanoseconds, totals)
    append(snapshot, totals)
    return totals
  }

  private mutating func append(_ snapshot: Snapshot, _ totals: Totals) {
    if let last = samples.last, snapshot.timeNanoseconds <= last.timeNanoseconds { return }
    samples.append(
      Sample(
        timeNanoseconds: snapshot.timeNanoseconds, policy: snapshot.policy.preset, totals: totals))
  }

  /// The account of the policy called `name`; nil before it was in force from one sample to the next.
  func account(_ name: String) -> Account? { accounts.first { $0.policy.preset == name } }

  /// The last `count` rates of `field` per second, sample by sample.
  func history(_ field: KeyPath<Totals, UInt64>, _ count: Int) -> [Double] {
    intervals(count).map { index in
      let (before, after) = (samples[index - 1], samples[index])
      let (low, high) = (before.totals[keyPath: field], after.totals[keyPath: field])
      guard high > low, after.timeNanoseconds > before.timeNanoseconds else { return 0 }
      return Double(high - low) / Double(after.timeNanoseconds - before.timeNanoseconds) * 1e9
    }
  }

  /// The name of the policy that each of the last `count` rates is booked on.
  func names(_ count: Int) -> [String] { intervals(count).map { samples[$0 - 1].policy } }

  /// How long ago the first of the last `count` rates began, nanoseconds.
  func span(_ count: Int) -> UInt64 {
    guard let first = intervals(count).first, let last = samples.last else { return 0 }
    return last.timeNanoseconds &- samples[first - 1].timeNanoseconds
  }

  private func intervals(_ count: Int) -> Range<Int> {
    let first = max(1, samples.count - max(0, count))
    return first..<max(first, samples.count)
  }

  private mutating func open(_ policy: RendezvousPolicy) -> Int? {
    if let index = accounts.firstIndex(where: { $0.policy.preset == policy.preset }) {
      accounts[index].policy = policy
      return index
    }
    guard accounts.count < Self.limit else { return nil }
    accounts.append(Account(policy: policy))
    return accounts.count - 1
  }
}
