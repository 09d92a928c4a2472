import Commands
import Interrupts
import Rendezvous
import Synchronization
import Telemetry
import Threads

/// One injection whose outcome the operator follows, target by target. The operator's thread.
struct InjectionTracker {
  /// What is awaited at one target.
  private struct Target {
    let vcpu: Int
    var outcome: InjectionOutcome
    /// Whether an answer is still expected.
    var isOpen: Bool
    /// Whether the vcpu has it, as a vector or an NMI of its own.
    var isAccepted = false
    let seenBefore: UInt64
    var seenNow: UInt64?
    /// Whether it is one vector, or an NMI, to this vcpu: what the guest may count.
    var isCounted = false
  }

  let id: UInt64
  let injection: Injection
  /// The vector that is followed; `DeliveryWatch.nmi` for an NMI.
  let vector: UInt8
  private let issued: UInt64
  private var targets: [Target] = []
  /// What became of an earlier injection of the same vector, by vcpu, where the watch told it last.
  private(set) var formerAcceptances: [(vcpu: Int, acceptance: DeliveryWatch.Acceptance)] = []
  private var rendezvous: [RendezvousRecord] = []
  private var outcome: InjectionOutcome?
  /// The demo guest's counts; other guests count nothing that we know of.
  private let image: DemoImage?

  init(id: UInt64, injection: Injection, vector: UInt8, image: DemoImage?) {
    self.id = id
    self.injection = injection
    self.vector = vector
    self.image = image
    issued = MonotonicClock.nanoseconds()
  }

  /// Time since the injection began, nanoseconds.
  var age: UInt64 { MonotonicClock.nanoseconds() &- issued }

  /// The vcpus whose own count of ``vector`` tells of it, with that count before.
  var countsBefore: [(vcpu: Int, count: UInt64)] {
    image == nil ? [] : targets.filter(\.isCounted).map { ($0.vcpu, $0.seenBefore) }
  }

  /// Whether an answer is still expected anywhere.
  var isOpen: Bool { targets.contains { $0.isOpen } }

  /// The outcome as a whole.
  mutating func conclude(_ outcome: InjectionOutcome) { self.outcome = outcome }

  /// The outcome as a whole: its rendezvous is over, or, where nobody waits, on its way.
  mutating func conclude(_ done: RendezvousInitiation) {
    add(done.record)
    conclude(
      .done(afterNanoseconds: done.isFinished ? done.record.latencyNanoseconds : age))
  }

  /// A rendezvous that the injection caused.
  mutating func add(_ record: RendezvousRecord) { rendezvous.append(record) }

  /// A target with a known outcome.
  mutating func add(vcpu: Int, _ outcome: InjectionOutcome) {
    targets.append(Target(vcpu: vcpu, outcome: outcome, isOpen: false, seenBefore: 0, seenNow: nil))
  }

  /// Follows the vector at `cell`, then lets `post` deliver it; `post` returns false where it merged
  /// into one that was posted already.
  mutating func follow(_ cell: VCPUCell, post: () -> Bool) {
    let seen = image?.interruptsSeen(by: cell.id, vector: vector) ?? 0
    guard !cell.isDown else { return add(vcpu: cell.id, .ignored(.targetDown)) }
    if let former = cell.watch.arm(vector) { formerAcceptances.append((cell.id, former)) }
    let isNew = post()
    targets.append(
      Target(
        vcpu: cell.id, outcome: isNew ? .pending(.notSeen) : .coalesced, isOpen: isNew,
        seenBefore: seen, seenNow: nil, isCounted: true))
  }

  /// Looks for answers.
  mutating func update(_ cells: [VCPUCell], isStopped: Bool) {
    for index in targets.indices {
      let cell = cells[targets[index].vcpu]
      if targets[index].isOpen {
        if let outcome = answer(of: cell.watch, isAccepted: &targets[index].isAccepted) {
          targets[index].outcome = outcome
          targets[index].isOpen = false
        } else {
          targets[index].outcome = .pending(reason(at: cell, isStopped: isStopped))
        }
      }
      if let image, case .delivered = targets[index].outcome {
        targets[index].seenNow =
          image.interruptsSeen(by: cell.id, vector: vector) &- targets[index].seenBefore
      }
    }
  }

  /// Learns what a later injection of the same vector found, and cleared, in the watch of `vcpu`.
  mutating func learn(_ acceptance: DeliveryWatch.Acceptance, at vcpu: Int) {
    for index in targets.indices where targets[index].vcpu == vcpu {
      guard targets[index].isOpen, !targets[index].isAccepted else { continue }
      switch acceptance {
      case .accepted: targets[index].isAccepted = true
      case .coalesced: targets[index].outcome = .coalesced
      case .disabled: targets[index].outcome = .ignored(.localAPICDisabled)
      }
      targets[index].isOpen = acceptance == .accepted
    }
  }

  /// The final outcome at the vcpu of `watch`, or nil as long as there is none.
  private func answer(of watch: DeliveryWatch, isAccepted: inout Bool) -> InjectionOutcome? {
    if !isAccepted {
      switch watch.acceptance(vector) {
      case .accepted: isAccepted = true
      case .coalesced: return .coalesced
      case .disabled: return .ignored(.localAPICDisabled)
      case nil: break
      }
    }
    switch watch.end(vector, since: issued) {
    case .delivered(let time): return .delivered(afterNanoseconds: time &- issued)
    case .reset: return .ignored(.resetByINIT)
    case nil: return nil
    }
  }

  /// Whether nothing more can come: every target answered, and the guest's own count went up wherever
  /// the vector was delivered.
  var isSettled: Bool { !isOpen && isSeenByGuest }

  private var isSeenByGuest: Bool { targets.allSatisfy { $0.seenNow != 0 } }

  /// Makes vcpus tell whether a blocked NMI got through meanwhile, which causes no exit.
  func nudge(_ cells: [VCPUCell]) {
    guard vector == DeliveryWatch.nmi else { return }
    for target in targets where target.isOpen && target.isAccepted {
      _ = cells[target.vcpu].kick()
    }
  }

  private func reason(at cell: VCPUCell, isStopped: Bool) -> PendingReason {
    if isStopped { return .stopped }
    if cell.activity.load(ordering: .relaxed) == Activity.waitForSIPI.rawValue {
      return .waitForSIPI
    }
    if vector == DeliveryWatch.nmi {
      return cell.isNMIBlocked.load(ordering: .relaxed) ? .nmiBlocked : .notSeen
    }
    if cell.isPosted(vector: vector) { return .notSeen }
    return PendingReason(rawValue: cell.pendingReason.load(ordering: .relaxed)) ?? .notSeen
  }

  /// What is known now.
  func report(isFinal: Bool) -> InjectionReport {
    InjectionReport(
      id: id, injection: injection, isFinal: isFinal, outcome: outcome,
      targets: targets.map {
        InjectionReport.Target(vcpu: $0.vcpu, outcome: $0.outcome, guestSaw: $0.seenNow)
      }, rendezvous: rendezvous)
  }
}
