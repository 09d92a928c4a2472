import Commands
import Foundation
import Rendezvous
import Telemetry
import Testing

/// What scripts rely on: one JSON object on standard output, sums that agree, statuses.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(3))) struct HeadlessTests {
  @Test func jsonContract() async throws {
    let (report, run) = try await HeadlessReport.of([
      "--for", "1s", "--cpus", "4", "--scenario", "init-storm", "--policy", "baseline",
    ])
    #expect(run.error.isEmpty)
    #expect(run.output.hasSuffix("}\n"))
    #expect(run.output.filter { $0 == "\n" }.count == 1)
    #expect(report.schema == 1)
    #expect(report.tryst == Version.current)
    #expect(report.host.kvm.hasPrefix("kvm"))
    #expect(report.host.cpus >= 1)
    #expect(report.guest.name == "demo")
    #expect(report.guest.vcpus == 4)
    #expect(report.guest.resets == 0)
    #expect(report.guest.ended.isEmpty)
    #expect(!report.guest.failed)
    #expect(report.scenario == "init-storm")
    #expect(report.policy.preset == "baseline")
    #expect(report.policy.check == "anyFunction")
    #expect(report.durationSeconds >= 1)
    #expect(report.vcpus.map(\.id) == [0, 1, 2, 3])
    for vcpu in report.vcpus {
      #expect(VCPUState.allCases.map(\.name).contains(vcpu.state))
      #expect(vcpu.rip.hasPrefix("0x") && UInt64(vcpu.rip.dropFirst(2), radix: 16) != nil)
    }
    #expect(report.isWhole)
    expectSums(report)
  }

  /// Totals are the sums of the rows, to the last digit.
  private func expectSums(_ report: HeadlessReport) {
    let rows = report.vcpus
    let totals = report.rendezvous
    func sum(_ value: (HeadlessReport.VCPU) -> UInt64) -> UInt64 {
      rows.reduce(0) { $0 + value($1) }
    }
    #expect(totals.exits.member == sum(\.rendezvous.member))
    #expect(totals.exits.early == sum(\.rendezvous.early))
    #expect(totals.exits.bystander == sum(\.rendezvous.bystander))
    #expect(totals.exits.void == sum(\.rendezvous.void))
    #expect(totals.spurious == totals.exits.bystander + totals.exits.void)
    #expect(totals.bystanderStallNanoseconds == sum(\.rendezvous.stallNanoseconds))
    let causes = totals.byCause
    #expect(totals.requested == causes.`init` + causes.redirectionEntry + causes.operator)
    #expect(report.ipis.total == sum(\.ipisSent))
    #expect(report.interrupts.injected == sum(\.interruptsInjected))
    #expect(report.interrupts.eois == sum(\.eois))
    for row in rows { #expect(row.exits.total == row.exits.sum) }
    let latency = totals.latencyNanoseconds
    // Read after the completions, each of which records its latency first.
    #expect(latency.count >= totals.completed)
    #expect(latency.p50 <= latency.p90 && latency.p90 <= latency.p99)
  }

  @Test func textFormat() async throws {
    let run = try await Run.tryst([
      "run", "--headless", "--for", "300ms", "--cpus", "2", "--scenario", "mixed", "--format",
      "text",
    ])
    #expect(run.status == 0)
    #expect(run.error.isEmpty)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.contains { $0.hasPrefix("scenario") && $0.hasSuffix("mixed") })
    #expect(lines.contains { $0.hasPrefix("rendezvous") && $0.contains("missingMembers 0") })
    let header = try #require(lines.firstIndex { $0.contains("exits.total") })
    #expect(lines[(header + 1)...].count == 2)
    #expect(run.output.unicodeScalars.allSatisfy { $0 == "\n" || (0x20...0x7e) ~= $0.value })
  }

  @Test(arguments: Scenario.allCases, [1, 2, 4])
  func everyScenario(_ scenario: Scenario, cpus: Int) async throws {
    let (report, run) = try await HeadlessReport.of([
      "--for", "500ms", "--cpus", "\(cpus)", "--scenario", scenario.name,
    ])
    #expect(run.error.isEmpty)
    #expect(report.scenario == scenario.name)
    #expect(report.guest.vcpus == cpus)
    #expect(report.isWhole)
    #expect(report.rendezvous.spurious == 0)
    expectSums(report)
  }

  @Test(arguments: [255, 256, 1024]) func manyVCPUs(_ cpus: Int) async throws {
    let (report, run) = try await HeadlessReport.of([
      "--for", "2s", "--cpus", "\(cpus)", "--scenario", "idle",
    ])
    #expect(run.error.isEmpty)
    #expect(report.vcpus.map(\.id) == Array(0..<cpus))
    #expect(report.isWhole)
    expectSums(report)
  }

  /// A signal ends the run, not the report.
  @Test(arguments: [SIGTERM, SIGINT]) func signalled(_ number: Int32) async throws {
    let run = try await Run.tryst(["run", "--headless", "--format", "json"]) { pid in
      try await awaiting("the machine") { ProcessTable.hasMachine(pid) ? true : nil }
      kill(pid, number)
    }
    #expect(run.status == 128 + number)
    #expect(run.error.isEmpty)
    let report = try JSONDecoder().decode(HeadlessReport.self, from: Data(run.output.utf8))
    #expect(report.guest.vcpus == 4)
  }
}

/// What the project is about, on real KVM: at least 1,000 rendezvous by INIT under each policy.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(5))) struct RendezvousPolicyTests {
  @Test(arguments: [4, 16], ["baseline", "landed"])
  func initStorm(cpus: Int, policy: String) async throws {
    var (completed, bystanders, voids, stall) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    // In pieces, as a busy machine may need many.
    for _ in 0..<20 where completed < 1000 {
      let (report, _) = try await HeadlessReport.of([
        "--for", cpus == 4 ? "2s" : "8s", "--cpus", "\(cpus)", "--scenario", "init-storm",
        "--policy", policy,
      ])
      #expect(report.policy.preset == policy)
      #expect(report.isWhole)
      completed += report.rendezvous.byCause.`init`
      bystanders += report.rendezvous.exits.bystander
      voids += report.rendezvous.exits.void
      stall += report.rendezvous.bystanderStallNanoseconds
    }
    #expect(completed >= 1000)
    if policy == "baseline" {
      #expect(bystanders + voids > 0)
      #expect(stall > 0)
    } else {
      #expect(bystanders == 0)
      #expect(voids == 0)
      #expect(stall == 0)
    }
  }
}
