import Interrupts
import Rendezvous
import Synchronization
import Threads

/// What members of a rendezvous run.
enum RendezvousAction: Sendable {
  /// Reset by INIT.
  case resetLocalAPIC
  /// Recompute which vectors are level-triggered, from the I/O APIC's entries.
  case recomputeTriggerModes
  /// Meet, and nothing else.
  case nothing
}

/// The vcpus as the coordinator knows them.
final class RendezvousMembers: RendezvousHost {
  let cells: [VCPUCell]
  let ioapic: ObservedIOAPIC
  /// The policy's dimensions that count here. Set once, before any vcpu runs.
  let request = AtomicLazyReference<RendezvousRequest>()

  init(cells: [VCPUCell], ioapic: ObservedIOAPIC) {
    self.cells = cells
    self.ioapic = ioapic
  }

  func notify(_ member: Int, of rendezvous: UInt64) -> Kick {
    let cell = cells[member]
    cell.summons.begin(rendezvous, at: MonotonicClock.nanoseconds())
    let latches = request.load()?.latchesKicks ?? true
    let kick = latches ? cell.kick() : cell.kickUnlatched()
    cell.summons.end(rendezvous, kick)
    return kick
  }

  func perform(_ action: RendezvousAction, member: Int) {
    let cell = cells[member]
    switch action {
    case .resetLocalAPIC:
      cell.acceptINIT()
      // What reaches it is another now; its own thread, where that runs, does the same.
      if cell.isHeldAsleep { recomputeTriggerModes(of: cell) }
    case .recomputeTriggerModes: recomputeTriggerModes(of: cell)
    case .nothing: break
    }
  }

  /// Takes the I/O APIC's lock: after the rendezvous lock where both are held, as in bhyve.
  /// Not where trigger modes are set at delivery: what was delivered so is yet to be accepted.
  func recomputeTriggerModes(of cell: VCPUCell) {
    if request.load()?.setsTriggerModesAtDelivery == true { return }
    let routing = cell.routingFacts
    // Stored inside, so that older entries are never adopted after newer ones.
    ioapic.withLock { cell.setLevelTriggered($0.triggerModes(for: routing)) }
  }

  func claimIdle(_ member: Int) -> Bool {
    cells[member].runState.compareExchange(
      expected: RunState.idle.rawValue, desired: RunState.held.rawValue,
      ordering: .sequentiallyConsistent
    ).exchanged
  }

  func releaseIdle(_ member: Int) { cells[member].releaseIdle() }

  func claimSleeping(_ member: Int) -> Bool { cells[member].holdAsleep() }

  func releaseSleeping(_ member: Int) { cells[member].releaseAsleep() }

  func requestIdle(_ member: Int) {
    switch RunState(rawValue: cells[member].runState.load(ordering: .sequentiallyConsistent)) {
    // It is on its way: what is asked of it now would keep it once more, for nobody.
    case .idle, .held, .heldIdleAwaited: break
    default: cells[member].raise(.yield)
    }
  }
}
