import Rendezvous
import Telemetry

/// One sample, as far as it cannot be told from the next one and what changed between them. By reference, so
/// that a frozen picture and the recording that goes on share all but a list of references.
final class Moment: Sendable {
  /// The log at the end of the sample.
  struct Log: Sendable {
    /// The absolute number of the next entry.
    var end = 0
    /// The highest id of an injection report.
    var lastInjection: UInt64 = 0
    /// Entries that the sample changed, as they were before it, in the order of the changes.
    var replaced: [(number: Int, event: LogEvent)] = []
  }

  /// What came of the vcpu that was looked at.
  final class Looks: Sendable {
    let detail: VCPUDetail?
    let earlier: VCPUDetail?
    init(detail: VCPUDetail?, earlier: VCPUDetail?) {
      (self.detail, self.earlier) = (detail, earlier)
    }
  }

  /// All that a moment is made of.
  struct Parts: Sendable {
    /// The snapshot without rows, looks and news.
    var snapshot: Snapshot
    var sample: Sample
    var rows: VCPURowChanges
    var traffic: [IPITrafficStep] = []
    var looks: Looks?
    /// The number of the moment that the vCPU view's rates are since.
    var ratesSince = 0
    /// When each pin's entry was seen rewritten.
    var rewrittenAt: [UInt64?] = []
    var accounts: [PolicyLedger.Account] = []
    var totals = PolicyLedger.Totals()
    var log = Log()
    /// The absolute number of the next rendezvous.
    var rendezvousEnd = 0
    var console: ConsoleTape.Mark
  }

  let parts: Parts
  /// What it takes, estimated.
  let bytes: Int

  /// `sharesLooks`: the moment before has the same looks.
  init(_ parts: Parts, sharesLooks: Bool = false) {
    self.parts = parts
    bytes = Self.bytes(of: parts, sharesLooks: sharesLooks)
  }

  var timeNanoseconds: UInt64 { parts.snapshot.timeNanoseconds }

  /// The heap's and the array's head.
  private static let head = 48

  private static func bytes(of parts: Parts, sharesLooks: Bool) -> Int {
    var bytes = MemoryLayout<Parts>.size + 20 * head
    bytes += parts.sample.vcpuExits.count * 8 + Metric.allCases.count * 8
    bytes += parts.rows.bytes.count
    for step in parts.traffic {
      bytes += MemoryLayout<IPITrafficStep>.stride + 2 * head + step.bytes.count
    }
    let pins = parts.snapshot.controllers.pins.count
    bytes += pins * (MemoryLayout<InterruptControllers.Pin>.stride + MemoryLayout<UInt64?>.stride)
    bytes += parts.accounts.count * MemoryLayout<PolicyLedger.Account>.stride
    if !sharesLooks && parts.looks?.detail != nil {
      bytes += 2 * (MemoryLayout<VCPUDetail?>.size + 400 + 7 * head)
    }
    bytes += parts.log.replaced.count * (MemoryLayout<(Int, LogEvent)>.stride + 512)
    return bytes + parts.console.bytes
  }
}
