import BenchFloor
import Rendezvous
import Threads

/// The look before each guest entry, policy by policy, of a set that nobody is in, against one load and a bit test
/// in C.
extension BenchmarkRun {
  /// Members that nobody calls.
  private struct NoMembers: RendezvousHost {
    func notify(_ member: Int, of rendezvous: UInt64) -> Kick { .elided }
    func perform(_ action: Bool, member: Int) {}
    func claimIdle(_ member: Int) -> Bool { false }
    func releaseIdle(_ member: Int) {}
  }

  private static let member = 3

  func measureLooks() throws(BenchmarkError) {
    // One of those that look the same way.
    var policies: [RendezvousPolicy] = []
    for policy in RendezvousPolicy.presets
    where !policies.contains(where: { $0.check == policy.check }) {
      policies.append(policy)
    }
    for policy in policies { try measureLook(policy, parts: policies.count) }
  }

  private func measureLook(_ policy: RendezvousPolicy, parts: Int) throws(BenchmarkError) {
    // The presets that look the same way.
    let names = RendezvousPolicy.presets.filter { $0.check == policy.check }.map(\.preset)
    let name = names.contains("landed") ? "landed, tryst" : names[0]
    try begin(.check, name)
    let coordinator = RendezvousCoordinator(host: NoMembers(), memberCount: 64, policy: policy)
    let request = coordinator.request
    let looks = plan.isShort ? 10_000 : 500_000
    var pairs = BenchmarkPairs()
    var found = 0
    try turns(.check, parts: parts, least: 5, most: 300) { () throws(BenchmarkError) in
      let begin = MonotonicClock.nanoseconds()
      found += Self.look(request, Self.member, looks)
      let middle = MonotonicClock.nanoseconds()
      found += Int(floor_look(UInt(looks)))
      let end = MonotonicClock.nanoseconds()
      pairs.add(
        ours: [Double(middle &- begin) / Double(looks)],
        floor: [Double(end &- middle) / Double(looks)])
    }
    guard found == 0 else { throw .guest("a look saw a rendezvous that there is none of") }
    let floorName = "a load and a bit test in C, each in its loop"
    add(
      BenchmarkResult(
        .check, "\(name): time", .nanoseconds, pairs: pairs, against: floorName))
    countInstructions(request, name, floorName)
  }

  /// Loops with one look a turn and with two: what differs is the looks', without their loop's.
  private func countInstructions(_ request: RendezvousRequest, _ name: String, _ floorName: String)
  {
    // Few, as a trap may take 20 us; and all of them whole turns of a loop that the compiler has unrolled.
    let (few, many) = plan.isShort ? (2, 4) : (8, 16)
    func more(_ body: (Int) -> Void) -> Double {
      // The first run binds symbols.
      body(few)
      let less = Floor.instructions { body(few) }
      let more = Floor.instructions { body(many) }
      return less == 0 || more <= less ? 0 : Double(more - less) / Double(many - few)
    }
    var sum = 0
    let ours =
      more { sum += Self.lookTwice(request, Self.member, $0) }
      - more { sum += Self.look(request, Self.member, $0) }
    let its =
      more { sum += Int(floor_look_twice(UInt($0))) } - more { sum += Int(floor_look(UInt($0))) }
    let what = "\(name): instructions"
    guard ours > 0, its > 0, sum == 0 else {
      return omit(.check, what, "this host does not trap after each instruction")
    }
    var pairs = BenchmarkPairs()
    pairs.add(ours: [ours], floor: [its])
    add(BenchmarkResult(.check, what, .instructions, pairs: pairs, against: floorName))
  }

  /// Looks `count` times, to a branch, as before an entry. Ends where a rendezvous is pending; how many looks were left,
  /// which is 0. Not inlined, so that the loop is the same for the clock and for the count.
  @inline(never)
  private static func look(_ request: RendezvousRequest, _ member: Int, _ count: Int) -> Int {
    var left = count
    while left > 0 {
      if request.isPending(for: member) { break }
      left &-= 1
    }
    return left
  }

  /// The same with two looks in each of `count` turns.
  @inline(never)
  private static func lookTwice(_ request: RendezvousRequest, _ member: Int, _ count: Int) -> Int {
    var left = count
    while left > 0 {
      if request.isPending(for: member) { break }
      if request.isPending(for: member) { break }
      left &-= 1
    }
    return left
  }
}
