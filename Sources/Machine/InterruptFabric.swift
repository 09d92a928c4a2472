import Interrupts
import Rendezvous
import Synchronization
import Telemetry
import Threads

/// The way between interrupt controllers: routes messages, IPIs and pins to vcpus, and makes the
/// vcpus meet where bhyve does: for INIT, and for a changed redirection entry. FIXED, lowest priority,
/// NMI, message-signalled interrupts and pins never do.
final class InterruptFabric: Sendable {
  let cells: [VCPUCell]
  let ioapic: ObservedIOAPIC
  let members: RendezvousMembers
  let coordinator: RendezvousCoordinator<RendezvousMembers>
  /// Turns ties of lowest-priority arbitration around.
  private let rotation = Atomic<UInt64>(0)
  /// Message-signalled interrupts delivered.
  let messages = Atomic<UInt64>(0)
  /// Pins' interrupts delivered.
  let pins = Atomic<UInt64>(0)

  init(cells: [VCPUCell], policy: RendezvousPolicy) {
    self.cells = cells
    let ioapic = ObservedIOAPIC()
    self.ioapic = ioapic
    members = RendezvousMembers(cells: cells, ioapic: ioapic)
    coordinator = RendezvousCoordinator(host: members, memberCount: cells.count, policy: policy)
    _ = members.request.storeIfNil(coordinator.request)
  }

  // MARK: Messages

  /// The vcpus that `message` goes to, after arbitration. A local APIC that is software-disabled takes
  /// no vector, so it is none of them where a vector is delivered.
  func targets(of message: InterruptMessage) -> CPUSet {
    let all = MessageRouter.targets(
      of: message.destination, mode: message.destinationMode, shorthand: .none, sender: nil,
      count: cells.count, routing: { cells[$0].routingFacts })
    if message.goesToOneTarget { return arbitrated(all) }
    guard message.deliveryMode.usesVector else { return all }
    var enabled = all
    for vcpu in all where !cells[vcpu].routingFacts.isSoftwareEnabled { enabled.remove(vcpu) }
    return enabled
  }

  private func arbitrated(_ set: CPUSet) -> CPUSet {
    let turn = rotation.wrappingAdd(1, ordering: .relaxed).oldValue
    guard
      let one = MessageRouter.arbitrate(
        set, rotation: turn, routing: { cells[$0].routingFacts })
    else { return CPUSet() }
    return CPUSet(CollectionOfOne(one))
  }

  /// Delivers what a message carries to `targets`.
  func deliver(_ mode: DeliveryMode, vector: UInt8, to targets: CPUSet) {
    switch mode {
    case .fixed, .lowestPriority:
      for target in targets { _ = cells[target].post(vector: vector) }
    case .nmi:
      for target in targets { _ = cells[target].postNMI() }
    case .extINT:
      for target in targets { cells[target].postExtINT() }
    // No system management mode here: such a message has no effect. INIT comes as an IPI.
    default: break
    }
  }

  // MARK: IPIs

  /// An IPI of `sender`. May wait for a rendezvous: the caller holds no lock. Returns how many actions
  /// of rendezvous the caller's thread ran meanwhile.
  func send(_ command: InterruptCommand, from sender: VCPUCell) -> Int {
    var targets = MessageRouter.targets(
      of: command.destination, mode: command.destinationMode, shorthand: command.shorthand,
      sender: sender.id, count: cells.count, routing: { cells[$0].routingFacts })
    if command.message.goesToOneTarget { targets = arbitrated(targets) }
    sender.counters.add(.ipi(Self.kind(of: command)))
    countTraffic(command, to: targets, from: sender)
    switch command.deliveryMode {
    case .initialize:
      let origin = RendezvousOrigin.interruptCommand(command.value)
      return sendINIT(to: targets, by: sender.id, origin: origin)?.taken ?? 0
    case .startup:
      for target in targets { _ = cells[target].postStartup(vector: command.vector) }
      return 0
    default:
      deliver(command.deliveryMode, vector: command.vector, to: targets)
      return 0
    }
  }

  /// INIT: the targets meet and are reset. Nil where there is no target, or a reset came between.
  func sendINIT(
    to targets: CPUSet, by initiator: Int?, origin: RendezvousOrigin
  ) -> RendezvousInitiation? {
    if targets.isEmpty { return nil }
    for target in targets { cells[target].announceINIT() }
    return meet(
      targets, by: initiator, cause: .initIPI, origin: origin, action: .resetLocalAPIC)
  }

  /// Makes `targets` meet; nil where a reset came between. On the thread of `initiator`, where it is a vcpu.
  private func meet(
    _ targets: CPUSet, by initiator: Int?, cause: RendezvousCause, origin: RendezvousOrigin,
    action: RendezvousAction
  ) -> RendezvousInitiation? {
    guard
      let done = try? coordinator.initiate(
        by: initiator, targets: targets, cause: cause, origin: origin, action: action)
    else { return nil }
    if let initiator {
      cells[initiator].lanes.push(RendezvousLane(done.record.id, initiator, .initiator, done.times))
    }
    return done
  }

  /// Counts an IPI where the matrix shows it, and those who get it. The sender's thread.
  private func countTraffic(_ command: InterruptCommand, to targets: CPUSet, from sender: VCPUCell)
  {
    for target in targets { cells[target].counters.addReceivedIPI() }
    let vector: UInt8 =
      switch command.deliveryMode {
      case .nmi: 2
      case .initialize: 0
      default: command.vector
      }
    sender.traffic.add(vector: vector)
    // One to all costs one count, not 1,023.
    if targets.count > 1 && targets.count >= cells.count - 1 {
      return sender.traffic.addBroadcast()
    }
    for target in targets { sender.traffic.add(destination: target, vector: vector) }
  }

  private static func kind(of command: InterruptCommand) -> IPIKind {
    switch command.deliveryMode {
    case .lowestPriority: .lowestPriority
    case .nmi: .nmi
    case .initialize: .initIPI
    case .startup: .startup
    default: command.shorthand == .selfOnly ? .selfIPI : .fixed
    }
  }

  // MARK: The I/O APIC

  /// Power-on of the I/O APIC. No vcpu may run.
  func reset() {
    ioapic.withLock { $0 = IOAPIC(id: 0) }
    for cell in cells { members.recomputeTriggerModes(of: cell) }
  }

  /// What a write to the I/O APIC brings about, for the vcpu `initiator` or the operator (nil). A
  /// changed entry makes all active vcpus meet before the pin may deliver, so that they know how its
  /// vector is triggered when it comes. No lock may be held.
  ///
  /// `origin`: what asked for it, if not the write itself.
  @discardableResult
  func apply(
    _ effect: IOAPICEffect, by initiator: Int?, origin: RendezvousOrigin? = nil
  ) -> RendezvousInitiation? {
    switch effect {
    case .none: return nil
    case .deliver(let due):
      deliverPins(due)
      return nil
    case .redirectionChanged(let pin, let old, let new):
      var result: RendezvousInitiation?
      if new.differsBeyondMaskAndPolarity(from: old), needsRendezvous(old, new) {
        let write = RendezvousOrigin.redirectionEntry(
          pin: UInt8(truncatingIfNeeded: pin), before: old.rawValue, after: new.rawValue)
        result = meet(
          .first(cells.count), by: initiator, cause: .redirectionEntry, origin: origin ?? write,
          action: .recomputeTriggerModes)
      }
      redirectionProbe.load()?.body(self)
      deliverPins(1 << UInt32(pin))
      return result
    }
  }

  private func needsRendezvous(_ old: RedirectionEntry, _ new: RedirectionEntry) -> Bool {
    let request = coordinator.request
    if request.setsTriggerModesAtDelivery { return false }
    return !request.filtersEdgeChanges || old.trigger == .level || new.trigger == .level
  }

  /// What tests look at after every change of an entry, before the pin may deliver.
  final class RedirectionProbe: Sendable {
    let body: @Sendable (InterruptFabric) -> Void
    init(_ body: @escaping @Sendable (InterruptFabric) -> Void) { self.body = body }
  }
  let redirectionProbe = AtomicLazyReference<RedirectionProbe>()

  /// What a change of a pin's line brought about.
  struct PinChange {
    let result: PinResult
    /// The entry at that moment; nil where there is no such pin.
    let entry: RedirectionEntry?
    /// Who is to get the entry's message, if the result is ``PinResult/deliver``. Where nobody takes
    /// it, a level stays due and an edge is lost.
    let targets: CPUSet
  }

  /// Changes the line of `pin` by `change`; the message that is due is the caller's to deliver.
  func changePin(_ pin: Int, _ change: (inout IOAPIC) -> PinResult) -> PinChange {
    ioapic.withLock { ioapic in
      let entry = ioapic.entry(pin)
      let result = change(&ioapic)
      guard result == .deliver, let entry else {
        return PinChange(result: result, entry: entry, targets: CPUSet())
      }
      let targets = targets(of: entry.message)
      if !targets.isEmpty { noteDelivery(of: pin, entry, to: targets, &ioapic) }
      return PinChange(result: result, entry: entry, targets: targets)
    }
  }

  /// Asserts or deasserts the line of `pin` and sends its interrupt if it is due. Devices call it with
  /// their own locks held.
  func setPin(_ pin: Int, asserted: Bool) {
    let change = changePin(pin) { $0.setPin(pin, asserted: asserted) }
    guard let entry = change.entry, !change.targets.isEmpty else { return }
    pins.wrappingAdd(1, ordering: .relaxed)
    deliver(entry.message.deliveryMode, vector: entry.vector, to: change.targets)
  }

  /// The 8259 pair asks: every vcpu whose LINT0 lets it through looks.
  func raiseLINT0() {
    for cell in cells where cell.listensToLINT0.load(ordering: .sequentiallyConsistent) {
      cell.raise(.localPin)
    }
  }

  /// Sends the interrupts of `due` pins, as far as they still are due.
  func deliverPins(_ due: UInt32) {
    var remaining = due
    while remaining != 0 {
      let pin = remaining.trailingZeroBitCount
      remaining &= remaining - 1
      deliverPin(pin)
    }
  }

  /// Sends the interrupt of `pin` if it is due and somebody takes it (else a level stays due).
  private func deliverPin(_ pin: Int) {
    let due: (message: InterruptMessage, targets: CPUSet)? = ioapic.withLock { ioapic in
      guard ioapic.evaluate(pin), let entry = ioapic.entry(pin) else { return nil }
      // Once: where one of several takes turns, a second look would find another.
      let targets = targets(of: entry.message)
      if targets.isEmpty { return nil }
      noteDelivery(of: pin, entry, to: targets, &ioapic)
      return (entry.message, targets)
    }
    guard let due else { return }
    pins.wrappingAdd(1, ordering: .relaxed)
    deliver(due.message.deliveryMode, vector: due.message.vector, to: due.targets)
  }

  /// `targets` take the message of `pin`. A level's vector counts as such at each of them from now on: the
  /// entry may be newer than the last rendezvous, and one accepted as an edge would never be told of its
  /// EOI. Where the policy sets trigger modes at delivery, an edge's vector counts as one, too.
  private func noteDelivery(
    of pin: Int, _ entry: RedirectionEntry, to targets: CPUSet, _ ioapic: inout IOAPIC
  ) {
    ioapic.markDelivered(pin)
    self.ioapic.countDelivery(of: pin)
    if entry.isLevelSensitive {
      for target in targets { cells[target].addLevelTriggered(entry.vector) }
    } else if entry.deliveryMode.usesVector, coordinator.request.setsTriggerModesAtDelivery {
      for target in targets { cells[target].setTrigger(of: entry.vector, isLevel: false) }
    }
  }

  /// Sends the interrupts of level pins that are due and found no local APIC before.
  func deliverPendingLevels() {
    let due = ioapic.withLock { $0.pinsToDeliver() }
    if due != 0 { deliverPins(due) }
  }

  /// An EOI that a local APIC broadcast.
  func broadcastEOI(_ vector: UInt8) {
    let due = ioapic.withLock { $0.endOfInterrupt(vector) }
    if due != 0 { deliverPins(due) }
  }
}
