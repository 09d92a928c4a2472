extension RendezvousPolicy {
  /// bhyve before D37390, with D37417's relaxed assertion: any rendezvous stops any vcpu that exits.
  public static let baseline = RendezvousPolicy(
    preset: "baseline", check: .anyFunction, publishOrder: .requestThenFunction,
    assertion: .relaxed, clearsRequest: false, haltTest: .anyFunction,
    injectionOrder: .injectThenCheck, triggerModeFilter: .everyChange, setWidth: .full)

  /// bhyve before D37390 as it was: a rendezvous that ends before the exit is a panic.
  public static let strict = baseline.named("strict") { $0.assertion = .kept }

  /// The review's first version: the own bit, read under the rendezvous lock, where no lock may be taken.
  public static let mutex = landed.named("mutex") {
    $0.check = .lockedMember
    $0.assertion = .kept
  }

  /// The second: the own bit, set by atomic operations before the function; the assertion kept.
  public static let atomic = landed.named("atomic") { $0.assertion = .kept }

  /// The third: the function stored before the request; the assertion kept, and out of reach.
  public static let barrier = landed.named("barrier") {
    $0.publishOrder = .functionThenRequest
    $0.assertion = .kept
  }

  /// A suggestion: "is the request set empty?", which asks for anybody.
  public static let empty = landed.named("empty") {
    $0.check = .notEmpty
    $0.assertion = .kept
  }

  /// Both questions, function then bit, the request stored first.
  public static let double = landed.named("double") { $0.check = .functionAndMember }

  /// The same with the function stored first and the assertion kept.
  public static let doubleFunctionFirst = double.named("double-function-first") {
    $0.publishOrder = .functionThenRequest
    $0.assertion = .kept
  }

  /// What D37390 landed: the own bit, unlocked, and the request set emptied at completion.
  public static let landed = RendezvousPolicy(
    preset: "landed", check: .member, publishOrder: .requestThenFunction, assertion: .relaxed,
    clearsRequest: true, haltTest: .anyFunction, injectionOrder: .injectThenCheck,
    triggerModeFilter: .everyChange, setWidth: .full)

  /// Without a rendezvous: each target applies the action to itself, and nobody waits.
  public static let illumos = landed.named("illumos") {
    $0.waiting = .nobody
    $0.haltTest = .member
    $0.triggerModeFilter = .atDelivery
  }

  /// The best we know: the own bit, in HLT too; entries that stay edge need no rendezvous; and whoever sleeps
  /// is served on its behalf, so that only those in the guest are disturbed.
  ///
  /// **Order.** The function is stored before the bit that leads to it, and the bit is taken back before the
  /// function. So whoever sees its bit finds a rendezvous in progress until it has taken part: completion
  /// needs it, and nobody acts for it, because it neither sleeps nor idles where it looks, and the bit of
  /// whom somebody has acted for is gone. Hence no exit is early or void, and the assertion could be kept
  /// (only an abort, a reset or a deactivation comes between).
  /// The other order has one thing for it, that the bit is seen two instructions earlier and may save a kick;
  /// the price is an exit to a function that is not there yet. The order of the retraction matters more: with
  /// the function first, its own finished bit would lead a member out of the guest again.
  ///
  /// **Barriers.** One pair must not be reordered, on any processor: the initiator stores the bit and then
  /// reads the member's state, to kick or not; the member stores its state (in the guest, asleep) and then
  /// reads the bit. These are store-then-load on both sides, which acquire and release do not order, so all
  /// four are sequentially consistent: one of the two sees the other's store. On x86 that is one locked
  /// instruction for each word that changes and each change of state, which bhyve has in its vcpu lock; the
  /// looks stay plain loads. Function before bit needs release and acquire only, which those four include.
  ///
  /// **On behalf.** Sleeping members are acted for before anything is stored, so their bits never are; where
  /// all sleep, nothing is published at all. Who is held cannot wake up meanwhile, who wakes up afterwards
  /// finds its action done (the claim's end releases it, leaving the sleep acquires), and who falls asleep
  /// afterwards has stored its state and then reads its bit, as above: it sees the bit or is woken. The halt
  /// test reads function and bit: it sleeps on a function without the bit, and is woken by the kick that
  /// follows the bit.
  public static let tryst = landed.named("tryst") {
    $0.publishOrder = .functionThenRequest
    $0.haltTest = .member
    $0.triggerModeFilter = .levelOnly
    $0.service = .onBehalf
  }

  /// Broken: the look reads the set's first word; vcpus from 64 up never see a request.
  public static let firstWord = landed.named("first-word") { $0.check = .firstWord }

  /// Broken: the initiator stores the set's first word; members from 64 up are left out.
  public static let firstWordSet = landed.named("first-word-set") { $0.setWidth = .firstWord }

  /// Broken: the request set is not emptied at completion, and its members leave the guest for ever.
  public static let noClear = landed.named("no-clear") { $0.clearsRequest = false }

  /// Broken: HLT sleeps through requests.
  public static let deafHalt = landed.named("deaf-halt") { $0.haltTest = .none }

  /// Broken: a kick between check and entry is lost.
  public static let unlatchedKick = landed.named("unlatched-kick") { $0.kickLatch = .unlatched }

  /// The presets that no guest can be hung with, in the order in which the `p` key offers them.
  public static let presets: [RendezvousPolicy] = [
    .baseline, .strict, .mutex, .atomic, .barrier, .empty, .double, .doubleFunctionFirst, .landed,
    .illumos, .tryst,
  ]

  /// Those that can hang or livelock a guest, or leave members out: they need `--unsafe-policies`.
  public static let unsafePresets: [RendezvousPolicy] = [
    .firstWord, .firstWordSet, .noClear, .deafHalt, .unlatchedKick,
  ]

  /// The preset called `name`, safe or not, or nil.
  public static func preset(named name: String) -> RendezvousPolicy? {
    (presets + unsafePresets).first { $0.preset == name }
  }

  /// What a policy is known to do to a guest.
  public enum Hazard: String, Sendable, CaseIterable {
    /// A member is never reached and everybody waits for it.
    case hang
    /// Members leave the guest for a rendezvous that is over, for ever.
    case livelock
    /// A rendezvous completes without some of its members.
    case missingMembers
  }

  /// The worst that this policy's dimensions allow, or nil where it is safe. `LockAll.plain` is a hang too,
  /// but only of who holds all vcpus.
  public var hazard: Hazard? {
    if setWidth == .firstWord { return .missingMembers }
    if check == .firstWord || haltTest == .none || kickLatch == .unlatched { return .hang }
    let looksAtRequestAlone = check == .member || check == .lockedMember || check == .notEmpty
    return !clearsRequest && looksAtRequestAlone ? .livelock : nil
  }

  private func named(_ name: String, _ change: (inout RendezvousPolicy) -> Void) -> RendezvousPolicy
  {
    var policy = self
    policy.preset = name
    change(&policy)
    return policy
  }
}
