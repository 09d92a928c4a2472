import Interrupts
import Rendezvous
import Threads

@testable import Machine

/// The board of a machine without KVM: devices, interrupt controllers and the vcpus' cells, whose vcpus
/// never run.
final class Board {
  let cells: [VCPUCell]
  let fabric: InterruptFabric
  let lines: InterruptLines
  let chipset: Chipset
  let ports: PortBus
  private let timers: TimerThread

  init(vcpus: Int = 1) {
    cells = (0..<vcpus).map { VCPUCell(id: $0, of: vcpus) }
    fabric = InterruptFabric(cells: cells, policy: .landed)
    lines = InterruptLines(fabric: fabric)
    timers = TimerThread(cells: cells)
    chipset = Chipset(
      ChipsetConfiguration(vcpus: vcpus, memoryBytes: 16 << 20, isDemo: false), lines: lines,
      timers: timers, news: FutexWord())
    ports = PortBus(chipset: chipset)
    for cell in cells { setEnabled(true, cell.id) }
  }

  /// A local APIC with flat logical ids, software-enabled or not.
  func setEnabled(_ isEnabled: Bool, _ vcpu: Int) {
    let routing = LocalAPICRouting(
      id: UInt32(vcpu), logicalID: 1 << UInt8(vcpu), model: .flat, isSoftwareEnabled: isEnabled,
      priorityClass: 0)
    cells[vcpu].routing.store(routing.packed, ordering: .releasing)
  }

  /// Writes an entry as a guest does, but for the rendezvous that follows.
  func setEntry(_ pin: Int, _ value: UInt64) {
    fabric.ioapic.withLock { _ = $0.setEntry(pin, RedirectionEntry(rawValue: value)) }
  }

  /// The vectors 64 to 127 posted at `vcpu`, as bits, and taken from it.
  func takePosted(_ vcpu: Int) -> UInt64 { cells[vcpu].takePosted(word: 1) }

  /// Writes bytes to their ports, in order.
  func write(_ bytes: [(port: UInt16, value: UInt8)]) {
    for (port, value) in bytes { _ = ports.write(port: port, size: 1, value: UInt32(value)) }
  }
}
