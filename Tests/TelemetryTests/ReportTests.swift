import Commands
import FoundationEssentials
import Rendezvous
import Testing

@testable import Telemetry

@Suite struct ReportTests {
  /// A snapshot in which no two numbers are alike.
  static func sample() -> Snapshot {
    var snapshot = Snapshot()
    snapshot.hostKVM = "kvm_pvm"
    snapshot.hostCPUs = 2
    snapshot.guestName = "de\"mo\u{1b}[2J\n\\"
    snapshot.scenario = .initStorm
    snapshot.policy = .baseline
    for id in 0..<3 {
      var vcpu = VCPUSnapshot()
      vcpu.id = id
      vcpu.state = .halted
      vcpu.rip = 0xfff0 + UInt64(id)
      var next = UInt64(1000 * (id + 1))
      func number() -> UInt64 {
        next += 1
        return next
      }
      for reason in ExitReason.allCases { vcpu.exits[reason] = number() }
      for kind in IPIKind.allCases { vcpu.ipisSent[kind] = number() }
      for kind in RendezvousExitClass.allCases { vcpu.rendezvousExits[kind] = number() }
      vcpu.ipisReceived = number()
      vcpu.guestSaw = number()
      vcpu.stallNanoseconds = number()
      vcpu.haltSpins = number()
      vcpu.assertionWouldFire = number()
      vcpu.checkLockWaitNanoseconds = number()
      vcpu.haltedNanoseconds = number()
      vcpu.guestNanoseconds = number()
      vcpu.interruptsInjected = number()
      vcpu.nmisInjected = number()
      vcpu.eois = number()
      vcpu.initResets = number()
      vcpu.startups = number()
      vcpu.unknownMSRs = number()
      vcpu.repairs = number()
      vcpu.singleSteps = number()
      snapshot.vcpus.append(vcpu)
    }
    snapshot.rendezvous.requested = 6
    snapshot.rendezvous.completed = 5
    snapshot.rendezvous.byCause[.initIPI] = 1
    snapshot.rendezvous.byCause[.redirectionEntry] = 2
    snapshot.rendezvous.byCause[.operatorRequest] = 3
    snapshot.rendezvous.kicks[.signalled] = 8
    snapshot.rendezvous.latency.count = 5
    snapshot.rendezvous.latency.max = 99
    snapshot.messages = 11
    snapshot.pins = 12
    snapshot.droppedEvents = 13
    snapshot.guestResets = 14
    snapshot.guestEnded = "vcpu 1: triple fault"
    snapshot.guestFailed = true
    return snapshot
  }

  /// The JSON as a consumer would decode it: every key of the contract, by type.
  struct Decoded: Decodable {
    struct Host: Decodable { let kvm: String, cpus: Int }
    struct Guest: Decodable {
      let name: String, vcpus: Int
      let resets: UInt64, ended: String, failed: Bool
    }
    struct Latency: Decodable { let count, p50, p90, p99, max: UInt64 }
    struct Rendezvous: Decodable {
      let requested, completed, spurious, bystanderStallNanoseconds, assertionWouldFire: UInt64
      let haltSpins, checkLockWaitNanoseconds, missingMembers, timeoutRescues: UInt64
      let byCause, exits: [String: UInt64]
      let latencyNanoseconds: Latency
    }
    struct VCPU: Decodable {
      struct Rendezvous: Decodable {
        let member, early, bystander, void, stallNanoseconds: UInt64
      }
      let id: Int
      let state, rip: String
      let exits: [String: UInt64]
      let ipisSent, ipisReceived, guestSaw, haltedNanoseconds, guestNanoseconds: UInt64
      let interruptsInjected, eois, initResets, startups, unknownMSRs, repairs: UInt64
      let singleSteps: UInt64
      let rendezvous: Rendezvous
    }
    let schema: Int
    let tryst, scenario: String
    let host: Host
    let guest: Guest
    let policy: [String: String]
    let durationSeconds: Double
    let rendezvous: Rendezvous
    let kicks, ipis, interrupts: [String: UInt64]
    let vcpus: [VCPU]
    let droppedEvents: UInt64
  }

  @Test(arguments: [true, false]) func keysAndSums(_ usesEncoder: Bool) throws {
    let snapshot = Self.sample()
    let report = Report(snapshot, durationSeconds: 3.5)
    let data = usesEncoder ? try JSONEncoder().encode(report) : Data(report.json.utf8)
    let json = try JSONDecoder().decode(Decoded.self, from: data)
    #expect(json.schema == 1)
    #expect(json.tryst == Version.current)
    #expect(json.host.kvm == "kvm_pvm")
    #expect(json.host.cpus == 2)
    #expect(json.guest.name == snapshot.guestName)
    #expect(json.guest.vcpus == 3)
    #expect(json.guest.resets == 14)
    #expect(json.guest.ended == snapshot.guestEnded)
    #expect(json.guest.failed)
    #expect(json.scenario == "init-storm")
    #expect(json.durationSeconds == 3.5)
    #expect(json.policy["preset"] == "baseline")
    for (name, value) in RendezvousPolicy.baseline.dimensions {
      #expect(json.policy[name] == value)
    }
    #expect(json.policy.count == RendezvousPolicy.baseline.dimensions.count + 1)
    #expect(json.kicks == ["signalled": 8, "woken": 0, "elided": 0])
    #expect(json.droppedEvents == 13)

    let rendezvous = json.rendezvous
    #expect(rendezvous.byCause == ["init": 1, "redirectionEntry": 2, "operator": 3])
    #expect(rendezvous.byCause.values.reduce(0, +) == rendezvous.requested)
    #expect(rendezvous.completed == 5)
    #expect(rendezvous.latencyNanoseconds.max == 99)
    let rows = json.vcpus
    #expect(rendezvous.exits["member"] == rows.reduce(0) { $0 + $1.rendezvous.member })
    #expect(rendezvous.exits["early"] == rows.reduce(0) { $0 + $1.rendezvous.early })
    #expect(rendezvous.exits["bystander"] == rows.reduce(0) { $0 + $1.rendezvous.bystander })
    #expect(rendezvous.exits["void"] == rows.reduce(0) { $0 + $1.rendezvous.void })
    #expect(rendezvous.exits.count == 4)
    #expect(
      rendezvous.spurious
        == rows.reduce(0) { $0 + $1.rendezvous.bystander + $1.rendezvous.void })
    #expect(
      rendezvous.bystanderStallNanoseconds
        == rows.reduce(0) { $0 + $1.rendezvous.stallNanoseconds })
    #expect(rendezvous.haltSpins == snapshot.sum(\.haltSpins))
    #expect(rendezvous.assertionWouldFire == snapshot.sum(\.assertionWouldFire))
    #expect(rendezvous.checkLockWaitNanoseconds == snapshot.sum(\.checkLockWaitNanoseconds))

    #expect(Set(json.ipis.keys) == ["fixed", "lowestPriority", "nmi", "init", "startup", "self"])
    #expect(json.ipis.values.reduce(0, +) == rows.reduce(0) { $0 + $1.ipisSent })
    #expect(
      json.interrupts == [
        "injected": snapshot.sum(\.interruptsInjected), "msi": 11, "pins": 12,
        "nmis": snapshot.sum(\.nmisInjected), "eois": snapshot.sum(\.eois),
      ])
    for (row, vcpu) in zip(rows, snapshot.vcpus) {
      #expect(row.id == vcpu.id)
      #expect(row.state == "halted")
      #expect(row.rip == "0x" + String(vcpu.rip, radix: 16))
      #expect(row.exits.count == 1 + ExitReason.allCases.count)
      for reason in ExitReason.allCases { #expect(row.exits["\(reason)"] == vcpu.exits[reason]) }
      #expect(row.exits["total"] == vcpu.exits.total)
      #expect(row.ipisReceived == vcpu.ipisReceived)
      #expect(row.guestSaw == vcpu.guestSaw)
      #expect(row.haltedNanoseconds == vcpu.haltedNanoseconds)
      #expect(row.guestNanoseconds == vcpu.guestNanoseconds)
      #expect(row.interruptsInjected == vcpu.interruptsInjected)
      #expect(row.eois == vcpu.eois)
      #expect(row.initResets == vcpu.initResets)
      #expect(row.startups == vcpu.startups)
      #expect(row.unknownMSRs == vcpu.unknownMSRs)
      #expect(row.repairs == vcpu.repairs)
      #expect(row.singleSteps == vcpu.singleSteps)
    }
  }

  @Test func keysAreInTheOrderOfTheContract() {
    let json = Report(Snapshot(), durationSeconds: 3).json
    #expect(
      json == """
        {"schema":1,"tryst":"0.1.0","host":{"kvm":"","cpus":0},"guest":{"name":"","vcpus":0,\
        "resets":0,"ended":"","failed":false},\
        "scenario":"mixed","policy":{"preset":"landed","check":"member",\
        "publishOrder":"requestThenFunction","assertion":"relaxed","clearsRequest":"true",\
        "haltTest":"anyFunction","injectionOrder":"injectThenCheck",\
        "triggerModeFilter":"everyChange","setWidth":"full","service":"ownThread",\
        "waiting":"everybody","kickLatch":"latched","lockAll":"helpingGuarded"},"durationSeconds":3.0,\
        "rendezvous":{"requested":0,"completed":0,\
        "byCause":{"init":0,"redirectionEntry":0,"operator":0},\
        "exits":{"member":0,"early":0,"bystander":0,"void":0},"spurious":0,\
        "bystanderStallNanoseconds":0,"assertionWouldFire":0,"haltSpins":0,\
        "checkLockWaitNanoseconds":0,"missingMembers":0,"timeoutRescues":0,\
        "latencyNanoseconds":{"count":0,"p50":0,"p90":0,"p99":0,"max":0}},\
        "kicks":{"signalled":0,"woken":0,"elided":0},\
        "ipis":{"fixed":0,"lowestPriority":0,"nmi":0,"init":0,"startup":0,"self":0},\
        "interrupts":{"injected":0,"msi":0,"pins":0,"nmis":0,"eois":0},"vcpus":[],\
        "droppedEvents":0}
        """)
  }

  @Test func nothingThatMovesTheCursorGetsOut() {
    let report = Report(Self.sample(), durationSeconds: .infinity)
    func isPlain(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value)
    }
    #expect(report.json.unicodeScalars.allSatisfy(isPlain))
    #expect(report.text.unicodeScalars.allSatisfy { isPlain($0) || $0 == "\n" })
    #expect(report.json.contains("\"durationSeconds\":0,"))
  }

  @Test func textIsAlignedAndHoldsTheSameNumbers() {
    let snapshot = Self.sample()
    let text = Report(snapshot, durationSeconds: 3).text
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.last?.isEmpty == true)
    #expect(text.contains("byCause: init 1  redirectionEntry 2  operator 3"))
    #expect(text.contains("bystanderStallNanoseconds \(snapshot.sum(\.stallNanoseconds))"))
    // A header and a row for each vcpu, all as wide as each other.
    let table = lines.drop { !$0.isEmpty }.dropFirst().dropLast()
    #expect(table.count == 4)
    #expect(Set(table.map(\.count)).count == 1)
    #expect(table.first?.contains("rendezvous.bystander") == true)
  }
}
