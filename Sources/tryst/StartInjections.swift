import Commands
import Machine
import Monitor
import Telemetry

/// What the command line injects: all of it in order, once the guest can take it; and what came of it.
struct StartInjections {
  private var waiting: [RepeatedInjection]
  private let isDemo: Bool
  /// The end of what the demo guest wrote.
  private var text: [UInt8] = []
  /// Reports that may still be replaced, by number.
  private var open: [UInt64: InjectionReport] = [:]

  /// The demo guest says so when its scenario begins: by then its vcpus take interrupts.
  private static let sign = Array("[demo] scenario".utf8)

  init(_ wanted: [RepeatedInjection], isDemo: Bool) {
    waiting = wanted
    self.isDemo = isDemo
  }

  /// Whether there is something to inject still.
  var isWaiting: Bool { !waiting.isEmpty }

  /// Injects once `snapshot` shows that the guest is up. To be given every snapshot.
  mutating func proceed(_ snapshot: Snapshot, _ machine: VirtualMachine) {
    guard !waiting.isEmpty, isUp(snapshot) else { return }
    // As many as the machine takes; the rest at the next snapshot.
    while let next = waiting.first, machine.perform(next.command) { waiting.removeFirst() }
  }

  private mutating func isUp(_ snapshot: Snapshot) -> Bool {
    guard isDemo else { return (snapshot.vcpus.first?.interruptsInjected ?? 0) > 0 }
    text += snapshot.console
    for start in text.indices where text[start...].starts(with: Self.sign) { return true }
    text.removeFirst(max(0, text.count - Self.sign.count))
    return false
  }

  // MARK: What came of it

  /// The outcomes that `snapshot` tells for good, a line each.
  mutating func answers(_ snapshot: Snapshot) -> [String] {
    var lines: [String] = []
    for entry in snapshot.events {
      guard case .injection(let report) = entry.event else { continue }
      open[report.id] = report.isFinal ? nil : report
      if report.isFinal { lines.append(Self.line(report)) }
    }
    return lines
  }

  /// What has no outcome for good at the end of the run, a line each.
  var rest: [String] {
    open.values.sorted { $0.id < $1.id }.map(Self.line)
      + waiting.map { "\($0.text): not injected, the guest did not come up" }
  }

  private static func line(_ report: InjectionReport) -> String {
    "\(report.injection.text): \(OutcomeWords.line(report))"
  }
}
