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

  init(cells: [VCPUCell], ioapic: ObservedIOAPIC) {
    self.cells = cells
    self.ioapic = ioapic
  }

  func notify(_ member: Int, of rendezvous: UInt64) -> Kick {
    let cell = cells[member]
    cell.summons.begin(rendezvous, at: MonotonicClock.nanoseconds())
    let kick = cell.kick()
    cell.summons.end(rendezvous, kick)
    return kick
  }

  func perform(_ action: RendezvousAction, member: Int) {
    let cell = cells[member]
    switch action {
    case .resetLocalAPIC: cell.acceptINIT()
    case .recomputeTriggerModes: recomputeTriggerModes(of: cell)
    case .nothing: break
    }
  }

  /// Takes the I/O APIC's lock: after the rendezvous lock where both are held, as in bhyve.
  func recomputeTriggerModes(of cell: VCPUCell) {
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

  func releaseIdle(_ member: Int) {
    cells[member].runState.store(RunState.idle.rawValue, ordering: .sequentiallyConsistent)
  }
}
