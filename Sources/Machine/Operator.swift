import Commands
import Interrupts
import Rendezvous
import Synchronization
import Telemetry
import Threads

/// The thread that performs the operator's commands, in order, so that no front end ever waits for a
/// rendezvous; and that tells what became of each injection.
final class Operator: Sendable {
  let platform: Platform
  let image: DemoImage?
  private let timestampKilohertz = Atomic<UInt32>(0)
  private let queue = Guarded<[Command]>([])
  /// Bumped at each new command and at each answer of a vcpu.
  private let word = FutexWord(0)
  private let isEnding = Atomic<Bool>(false)
  private let ipis = InlineArray<6, Atomic<UInt64>> { _ in Atomic(0) }
  /// `Scenario`'s number now.
  private let scenarioNumber: Atomic<UInt32>
  /// The policy in force, for observers: the coordinator's own is behind its lock.
  let policyNow: Guarded<RendezvousPolicy>
  /// Whether policies that can hang the guest may be chosen.
  let allowsUnsafePolicies: Bool

  /// Commands that may wait; more are refused.
  static let queueLimit = 1024
  /// Injections that are followed at most, and for how long.
  private static let followedLimit = 64
  private static let followedNanoseconds: UInt64 = 60_000_000_000
  /// For how long a delivered one may go unseen by the guest's own counts: its handler may be far from
  /// the entry on a slow host, or count nothing at all.
  static let sightNanoseconds: UInt64 = 2_000_000_000
  /// After this an injection that is not delivered is reported as pending, nanoseconds.
  private static let patience: UInt64 = 50_000_000

  init(
    platform: Platform, scenario: Scenario, policy: RendezvousPolicy, allowsUnsafePolicies: Bool
  ) {
    self.platform = platform
    self.allowsUnsafePolicies = allowsUnsafePolicies
    image = platform.program.demo
    scenarioNumber = Atomic(scenario.rawValue)
    policyNow = Guarded(policy)
    for cell in platform.cells { cell.watch.connect(word) }
    _ = platform.parkWord.storeIfNil(word)
  }

  /// What a guest is told at a reset; before the thread starts.
  func setTimestampKilohertz(_ value: UInt32) {
    timestampKilohertz.store(value, ordering: .relaxed)
  }

  // MARK: From any thread

  /// Queues `command`; false where too many wait already.
  func perform(_ command: Command) -> Bool {
    let isTaken = queue.withLock { queue in
      guard queue.count < Self.queueLimit else { return false }
      queue.append(command)
      return true
    }
    word.ring()
    return isTaken
  }

  /// Makes ``run()`` return.
  func end() {
    isEnding.store(true, ordering: .sequentiallyConsistent)
    word.ring()
  }

  /// What the demo guest does.
  var scenario: Scenario { Scenario(rawValue: scenarioNumber.load(ordering: .relaxed)) ?? .idle }
  /// The policy in force.
  var policy: RendezvousPolicy { policyNow.withLock { $0 } }
  /// IPIs injected, by kind.
  var ipisSent: Tally<IPIKind> {
    var result = Tally<IPIKind>()
    for kind in IPIKind.allCases {
      result[kind] = ipis[Int(kind.rawValue)].load(ordering: .relaxed)
    }
    return result
  }

  // MARK: The thread

  /// The thread's body.
  func run() {
    var followed: [InjectionTracker] = []
    var lastID: UInt64 = 0
    var repeats = InjectionRepeats()
    while !isEnding.load(ordering: .acquiring) {
      let seen = word.load()
      let commands = queue.withLock { queue in
        defer { queue.removeAll() }
        return queue
      }
      for command in commands {
        if isEnding.load(ordering: .acquiring) { return }
        if case .inject(let injection) = command {
          // What earlier ones were told is read before the same vector is watched again.
          follow(&followed)
          update(&repeats)
          lastID += 1
          var tracker = inject(injection, id: lastID)
          awaitAnswers(&tracker, &followed, &repeats)
          publish(tracker, isFinal: tracker.isSettled)
          if !tracker.isSettled { followed.append(tracker) }
          if followed.count > Self.followedLimit { publish(followed.removeFirst(), isFinal: true) }
        } else if !perform(command, &repeats, &lastID) {
          perform(other: command)
        }
        proceed(&repeats, &followed)
      }
      follow(&followed)
      proceed(&repeats, &followed)
      platform.resetIfParked(timestampKilohertz: timestampKilohertz.load(ordering: .relaxed))
      let limit = followed.isEmpty ? .max : MonotonicClock.nanoseconds() &+ Self.patience
      let next = min(limit, repeats.nextDue)
      _ = word.wait(whileEqualTo: seen, untilNanoseconds: next == .max ? nil : next)
    }
  }

  private func perform(other command: Command) {
    switch command {
    // Done already.
    case .inject, .injectRepeatedly, .stopRepeating: break
    case .setPolicy(let policy): setPolicy(policy)
    case .setScenario(let scenario):
      guard let image else {
        platform.log(.message("scenario \(scenario.name): only the demo guest has scenarios"))
        return
      }
      image.setScenario(scenario.rawValue)
      scenarioNumber.store(scenario.rawValue, ordering: .relaxed)
      // Halted vcpus look at the control page when this wakes them.
      for cell in platform.cells { _ = cell.post(vector: DemoImage.doorbellVector) }
      platform.log(.scenarioChanged(scenario.name))
    case .stopGuest:
      platform.isStopped.store(true, ordering: .sequentiallyConsistent)
      platform.raiseAll(.stop)
      platform.log(.message("guest stopped"))
    case .continueGuest:
      // A guest that has ended stays so.
      guard platform.guestEnd == nil else { return }
      platform.isStopped.store(false, ordering: .sequentiallyConsistent)
      platform.raiseAll(.stop)
      platform.log(.message("guest goes on"))
    // The serial port's own way: VirtualMachine.perform(_:).
    case .serialInput: break
    }
  }

  // MARK: Following

  /// Waits a moment for answers: most come within microseconds.
  private func awaitAnswers(
    _ tracker: inout InjectionTracker, _ followed: inout [InjectionTracker],
    _ repeats: inout InjectionRepeats
  ) {
    let limit = MonotonicClock.nanoseconds() &+ Self.patience
    while true {
      let seen = word.load()
      tracker.update(platform.cells, isStopped: platform.isStopped.load(ordering: .relaxed))
      if tracker.isSettled { return }
      let now = MonotonicClock.nanoseconds()
      if now >= limit || isEnding.load(ordering: .relaxed) { return }
      // Repeated ones keep their time meanwhile.
      proceed(&repeats, &followed)
      // The guest's own counts change without telling anybody: look again soon.
      let next = tracker.isOpen ? limit : min(limit, now &+ 500_000)
      _ = word.wait(whileEqualTo: seen, untilNanoseconds: min(next, repeats.nextDue))
    }
  }

  /// Reports what has been delivered since, and gives up on what is too old.
  func follow(_ followed: inout [InjectionTracker]) {
    var remaining: [InjectionTracker] = []
    for var tracker in followed {
      let before = tracker.report(isFinal: false)
      tracker.update(platform.cells, isStopped: platform.isStopped.load(ordering: .relaxed))
      let limit = tracker.isOpen ? Self.followedNanoseconds : Self.sightNanoseconds
      if tracker.isSettled || tracker.age > limit {
        publish(tracker, isFinal: true)
      } else {
        tracker.nudge(platform.cells)
        if tracker.report(isFinal: false) != before { publish(tracker, isFinal: false) }
        remaining.append(tracker)
      }
    }
    followed = remaining
  }

  private func publish(_ tracker: InjectionTracker, isFinal: Bool) {
    platform.log(.injection(tracker.report(isFinal: isFinal)))
  }

  // MARK: Injecting

  func inject(_ injection: Injection, id: UInt64) -> InjectionTracker {
    switch injection {
    case .fixed(let vector, let targets):
      var tracker = tracker(id, injection, vector)
      guard vector >= 16 else { return ignored(tracker, .illegalVector) }
      count(.fixed, targets)
      post(vector, to: targets, &tracker)
      return tracker
    case .nmi(let targets):
      var tracker = tracker(id, injection, DeliveryWatch.nmi)
      count(.nmi, targets)
      forEach(targets, &tracker) { cell, tracker in tracker.follow(cell) { cell.postNMI() } }
      return tracker
    case .initIPI(let targets): return injectINIT(targets, tracker(id, injection, 0))
    case .startup(let vector, let targets):
      var tracker = tracker(id, injection, 0)
      count(.startup, targets)
      forEach(targets, &tracker) { cell, tracker in
        if cell.isDown { return tracker.add(vcpu: cell.id, .ignored(.targetDown)) }
        let isTaken = cell.postStartup(vector: vector)
        tracker.add(
          vcpu: cell.id,
          isTaken ? .done(afterNanoseconds: tracker.age) : .ignored(.notWaitingForSIPI))
      }
      return tracker
    case .message(let address, let data):
      guard let message = InterruptMessage(messageAddress: address, data: data) else {
        return ignored(tracker(id, injection, 0), .noDestination)
      }
      var tracker = tracker(id, injection, followedVector(of: message))
      platform.fabric.messages.wrappingAdd(1, ordering: .relaxed)
      inject(message, &tracker)
      return tracker
    case .pin(let pin, let action): return inject(pin: pin, action, id, injection)
    case .redirectionEntry(let pin, let value):
      return rewrite(pin: pin, RedirectionEntry(rawValue: value), id, injection)
    case .lockAll: return lockAll(tracker(id, injection, 0))
    case .rendezvous(let targets):
      var tracker = tracker(id, injection, 0)
      let alive = living(targets, &tracker)
      if alive.isEmpty { return tracker }
      if let done = try? platform.fabric.coordinator.initiate(
        by: nil, targets: alive, cause: .operatorRequest, origin: .injection(id), action: .nothing)
      {
        tracker.conclude(done)
      } else {
        tracker.conclude(.ignored(.aborted))
      }
      return tracker
    }
  }

  private func tracker(_ id: UInt64, _ injection: Injection, _ vector: UInt8) -> InjectionTracker {
    InjectionTracker(id: id, injection: injection, vector: vector, image: image)
  }

  private func ignored(_ tracker: InjectionTracker, _ reason: IgnoredReason) -> InjectionTracker {
    var tracker = tracker
    tracker.conclude(.ignored(reason))
    return tracker
  }

  /// Counts an IPI that the operator sends, and those who get it.
  private func count(_ kind: IPIKind, _ targets: CPUSet) {
    ipis[Int(kind.rawValue)].wrappingAdd(1, ordering: .relaxed)
    for target in targets where target < platform.cells.count {
      platform.cells[target].counters.addReceivedIPI()
    }
  }

  /// Whether any of `targets` exists; else the injection is concluded.
  private func existing(_ targets: CPUSet, _ tracker: inout InjectionTracker) -> Bool {
    if !targets.intersection(.first(platform.cells.count)).isEmpty { return true }
    tracker.conclude(.ignored(.noDestination))
    return false
  }

  /// Those of `targets` that exist and can still meet; for the others the report says why not.
  private func living(_ targets: CPUSet, _ tracker: inout InjectionTracker) -> CPUSet {
    var alive = CPUSet()
    forEach(targets, &tracker) { cell, tracker in
      if cell.isDown {
        tracker.add(vcpu: cell.id, .ignored(.targetDown))
      } else {
        alive.insert(cell.id)
      }
    }
    return alive
  }

  private func forEach(
    _ targets: CPUSet, _ tracker: inout InjectionTracker,
    _ body: (VCPUCell, inout InjectionTracker) -> Void
  ) {
    guard existing(targets, &tracker) else { return }
    for member in targets.members where member < platform.cells.count {
      body(platform.cells[member], &tracker)
    }
  }

  private func post(_ vector: UInt8, to targets: CPUSet, _ tracker: inout InjectionTracker) {
    forEach(targets, &tracker) { cell, tracker in
      tracker.follow(cell) { cell.post(vector: vector) }
    }
  }

  private func injectINIT(_ targets: CPUSet, _ start: InjectionTracker) -> InjectionTracker {
    var tracker = start
    let alive = living(targets, &tracker)
    if alive.isEmpty { return tracker }
    count(.initIPI, targets)
    if let done = platform.fabric.sendINIT(
      to: alive, by: nil, origin: .injection(tracker.id))
    {
      tracker.conclude(done)
    } else {
      tracker.conclude(.ignored(.aborted))
    }
    return tracker
  }

  // MARK: Messages and pins

  private func followedVector(of message: InterruptMessage) -> UInt8 {
    message.deliveryMode == .nmi ? DeliveryWatch.nmi : message.vector
  }

  private func inject(_ message: InterruptMessage, _ tracker: inout InjectionTracker) {
    let targets = platform.fabric.targets(of: message)
    guard !targets.isEmpty else { return tracker.conclude(.ignored(nobodyTakes(message))) }
    inject(message, to: targets, &tracker)
  }

  /// Why a message has no target: no vcpu is named, or none of those takes vectors.
  private func nobodyTakes(_ message: InterruptMessage) -> IgnoredReason {
    let named = platform.cells.contains {
      DestinationMatch.matches(
        destination: message.destination, mode: message.destinationMode, routing: $0.routingFacts)
    }
    return named ? .localAPICDisabled : .noDestination
  }

  private func inject(
    _ message: InterruptMessage, to targets: CPUSet, _ tracker: inout InjectionTracker
  ) {
    switch message.deliveryMode {
    case .fixed, .lowestPriority:
      guard message.vector >= 16 else { return tracker.conclude(.ignored(.illegalVector)) }
      post(message.vector, to: targets, &tracker)
    case .nmi:
      forEach(targets, &tracker) { cell, tracker in tracker.follow(cell) { cell.postNMI() } }
    default: tracker.conclude(.ignored(.deliveryMode))
    }
  }

  private func inject(
    pin: Int, _ action: Injection.PinAction, _ id: UInt64, _ injection: Injection
  ) -> InjectionTracker {
    let fabric = platform.fabric
    let change = fabric.changePin(pin) { ioapic in
      switch action {
      case .pulse: ioapic.pulse(pin)
      case .assert: ioapic.setPin(pin, asserted: true)
      case .deassert: ioapic.setPin(pin, asserted: false)
      }
    }
    let targets = change.targets
    guard let entry = change.entry else {
      return ignored(tracker(id, injection, 0), .noDestination)
    }
    var tracker = tracker(id, injection, followedVector(of: entry.message))
    switch change.result {
    case .deliver:
      if targets.isEmpty {
        tracker.conclude(.ignored(nobodyTakes(entry.message)))
      } else {
        fabric.pins.wrappingAdd(1, ordering: .relaxed)
        inject(entry.message, to: targets, &tracker)
      }
    case .unchanged: tracker.conclude(.ignored(.pinUnchanged))
    case .deasserted: tracker.conclude(.done(afterNanoseconds: tracker.age))
    case .masked: tracker.conclude(.ignored(.pinMasked))
    case .remoteIRRSet: tracker.conclude(.ignored(.remoteIRR))
    case .noSuchPin: tracker.conclude(.ignored(.noDestination))
    }
    return tracker
  }

  private func rewrite(
    pin: Int, _ value: RedirectionEntry, _ id: UInt64, _ injection: Injection
  ) -> InjectionTracker {
    var tracker = tracker(id, injection, 0)
    let effect = platform.fabric.ioapic.withLock { $0.setEntry(pin, value) }
    guard case .redirectionChanged(_, let old, let new) = effect else {
      return ignored(tracker, .noDestination)
    }
    if old == new { return ignored(tracker, .entryUnchanged) }
    if let done = platform.fabric.apply(effect, by: nil, origin: .injection(id)) {
      tracker.add(done.record)
    }
    tracker.conclude(.done(afterNanoseconds: tracker.age))
    return tracker
  }
}
