import Foundation

/// The JSON of a headless run, as whoever parses it relies on it: decoding fails, and says where, as
/// soon as a key is missing or has another type.
struct HeadlessReport: Decodable {
  struct Host: Decodable {
    let kvm: String
    let cpus: UInt64
  }
  struct Guest: Decodable {
    let name: String
    let vcpus: Int
    let resets: UInt64
    let ended: String
    let failed: Bool
  }
  struct Policy: Decodable {
    let preset: String
    let check: String
    let publishOrder: String
    let assertion: String
    let clearsRequest: String
    let haltTest: String
    let injectionOrder: String
    let triggerModeFilter: String
    let setWidth: String
  }
  struct Causes: Decodable {
    let `init`: UInt64
    let redirectionEntry: UInt64
    let `operator`: UInt64
  }
  struct Exits: Decodable {
    let member: UInt64
    let early: UInt64
    let bystander: UInt64
    let void: UInt64
  }
  struct Latency: Decodable {
    let count: UInt64
    let p50: UInt64
    let p90: UInt64
    let p99: UInt64
    let max: UInt64
  }
  struct Rendezvous: Decodable {
    let requested: UInt64
    let completed: UInt64
    let byCause: Causes
    let exits: Exits
    let spurious: UInt64
    let bystanderStallNanoseconds: UInt64
    let assertionWouldFire: UInt64
    let haltSpins: UInt64
    let checkLockWaitNanoseconds: UInt64
    let missingMembers: UInt64
    let timeoutRescues: UInt64
    let latencyNanoseconds: Latency
  }
  struct Kicks: Decodable {
    let signalled: UInt64
    let woken: UInt64
    let elided: UInt64
  }
  struct IPIs: Decodable {
    let fixed: UInt64
    let lowestPriority: UInt64
    let nmi: UInt64
    let `init`: UInt64
    let startup: UInt64
    let `self`: UInt64
    var total: UInt64 { fixed + lowestPriority + nmi + `init` + startup + self.`self` }
  }
  struct Interrupts: Decodable {
    let injected: UInt64
    let msi: UInt64
    let pins: UInt64
    let nmis: UInt64
    let eois: UInt64
  }
  struct VCPUExits: Decodable {
    let total: UInt64
    let io: UInt64
    let mmio: UInt64
    let hlt: UInt64
    let interrupted: UInt64
    let irqWindow: UInt64
    let setTPR: UInt64
    let rdmsr: UInt64
    let wrmsr: UInt64
    let shutdown: UInt64
    let failEntry: UInt64
    let internalError: UInt64
    let other: UInt64
    var sum: UInt64 {
      io + mmio + hlt + interrupted + irqWindow + setTPR + rdmsr + wrmsr + shutdown + failEntry
        + internalError + other
    }
  }
  struct VCPURendezvous: Decodable {
    let member: UInt64
    let early: UInt64
    let bystander: UInt64
    let void: UInt64
    let stallNanoseconds: UInt64
  }
  struct VCPU: Decodable {
    let id: Int
    let state: String
    let rip: String
    let exits: VCPUExits
    let ipisSent: UInt64
    let ipisReceived: UInt64
    let guestSaw: UInt64
    let rendezvous: VCPURendezvous
    let haltedNanoseconds: UInt64
    let guestNanoseconds: UInt64
    let interruptsInjected: UInt64
    let eois: UInt64
    let initResets: UInt64
    let startups: UInt64
    let unknownMSRs: UInt64
    let repairs: UInt64
    let singleSteps: UInt64
  }

  let schema: Int
  let tryst: String
  let host: Host
  let guest: Guest
  let scenario: String
  let policy: Policy
  let durationSeconds: Double
  let rendezvous: Rendezvous
  let kicks: Kicks
  let ipis: IPIs
  let interrupts: Interrupts
  let vcpus: [VCPU]
  let droppedEvents: UInt64

  /// The report of a run with `arguments` after `run --headless --format json`.
  static func of(_ arguments: [String], seconds: Double = 90) async throws -> (HeadlessReport, Run)
  {
    let run = try await Run.tryst(
      ["run", "--headless", "--format", "json"] + arguments, seconds: seconds)
    guard run.status == 0 else { throw Missing("tryst \(arguments): \(run.status) \(run.error)") }
    // The decoder takes one value and nothing after it.
    return (try JSONDecoder().decode(HeadlessReport.self, from: Data(run.output.utf8)), run)
  }

  /// Nothing got lost: every rendezvous but perhaps the one under way has completed, with all members.
  var isWhole: Bool {
    rendezvous.missingMembers == 0 && rendezvous.timeoutRescues == 0
      && rendezvous.completed <= rendezvous.requested
      && rendezvous.requested - rendezvous.completed <= 1
  }
}
