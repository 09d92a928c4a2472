import Benchmarks
import Foundation
import Testing

/// The bench on real KVM: that every figure comes, and what is counted; never a time.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(10))) struct BenchCommandTests {
  @Test func everyFigureComes() async throws {
    let run = try await Run.tryst(
      ["bench", "--short", "--format", "json", "--commit", "abc"], seconds: 400)
    expect(run.status, is: 0)
    #expect(run.error.isEmpty, "\(run.error)")
    #expect(run.output.filter { $0 == "\n" }.count == 1)
    let report = try BenchReport(run.output)
    #expect(report.schema == 1 && report.complete && report.problem.isEmpty)
    #expect(report.commit == "abc" && report.date.hasSuffix("Z") && report.date.count == 20)
    #expect(report.host.kvm.hasPrefix("kvm") && report.host.cpus > 0 && !report.host.kernel.isEmpty)
    #expect(report.method.short && report.method.cpusUpTo == 4)
    #expect(report.sections == BenchmarkSection.allCases.map(\.rawValue))
    // Programs that are only compared with need not be there.
    let omitted = report.omitted.filter { !$0.name.contains("QEMU") && $0.name != "htop" }
    #expect(omitted.isEmpty, "\(omitted)")
    for figure in report.figures {
      let spreads = [figure.ours] + (figure.floor.map { [$0] } ?? [])
      for spread in spreads {
        let (p50, least, p99, most) = (spread.p50, spread.min, spread.p99, spread.max)
        #expect(spread.samples > 0 && p50.isFinite && p50 > 0, "\(figure.name)")
        #expect(least > 0 && least <= p50 && p50 <= most && p99 <= most, "\(figure.name)")
      }
      if figure.floor != nil {
        #expect(!(figure.floorName ?? "").isEmpty, "\(figure.name)")
        let ratio = try #require(figure.ratio, "\(figure.name)")
        #expect(ratio.isFinite && ratio > 0, "\(figure.name)")
      }
    }
    let names = report.figures.map { "\($0.section): \($0.name)" }
    #expect(Set(names).count == names.count)
    // Five ways to look; 1 and 4 vcpus, or 2 and 4, elsewhere.
    let own = report.figures.filter { !$0.name.hasSuffix(", QEMU") }
    let counts = Dictionary(grouping: own, by: \.section).mapValues(\.count)
    #expect(
      counts == [
        "exit": 5, "check": 10, "rendezvous": 21, "kick": 3, "start": 6, "telemetry": 3, "ipi": 8,
        "monitor": 8,
      ])
    try expectCounts(report)
  }

  private func expectCounts(_ report: BenchReport) throws {
    func counts(_ section: String, _ name: String) throws -> [String: UInt64] {
      try #require(report.figures.first { $0.section == section && $0.name == name }).counts
    }
    for figure in report.figures where figure.section == "exit" {
      #expect((figure.counts["exits"] ?? 0) >= 8, "\(figure.name)")
    }
    // Who sleeps is woken under the landed design, and served asleep under ours: nobody is signalled.
    let landed = try counts("rendezvous", "4 halted, landed")
    #expect(landed["rendezvous"] == 2 && landed["servedOnBehalf"] == 0)
    let ours = try counts("rendezvous", "4 halted, tryst")
    #expect(ours["rendezvous"] == 2 && ours["signalled"] == 0)
    #expect((ours["servedOnBehalf"] ?? 0) > 0)
    // One is in the guest, or all are: nobody can serve them.
    for policy in ["landed", "tryst"] {
      for (words, least) in [("3 halted + 1", 1), ("2 spinning", 2), ("4 spinning", 2)] {
        let meetings = try counts("rendezvous", "\(words), \(policy)")
        #expect(meetings["rendezvous"] == 2 && (meetings["signalled"] ?? 0) >= least, "\(words)")
      }
    }
    // Who is not asked is left alone.
    let one = try counts("rendezvous", "1 of 4, landed")
    #expect(one["rendezvous"] == 2 && (one["woken"] ?? 9) <= 2)
    let half = try counts("rendezvous", "2 of 4, tryst")
    #expect(half["servedOnBehalf"] == 4 && half["woken"] == 0)
    #expect((try counts("kick", "from the guest, spinning")["signalled"] ?? 0) >= 1)
    // Woken by nobody but the interrupt, and no window has to be looked for.
    let round = try counts("exit", "interrupt: HLT, EOI, HLT")
    #expect(round["interrupts"] == 4 && round["exits"] == 8 && round["singleSteps"] == 0)
    for name in ["FIXED, pair", "NMI, pair", "FIXED to 3", "NMI to 3"] {
      #expect((try counts("ipi", name)["rounds"] ?? 0) >= 4, "\(name)")
      // A write to ICR and an EOI by the first vcpu, a write to ICR by the last, an EOI each but for NMIs; HLTs where
      // the answer does not come before it.
      let exits = try #require(report.figures.first { $0.name == "\(name): exits" })
      let others: Double = name.hasSuffix("pair") ? 1 : 3
      let least = 3 + (name.hasPrefix("NMI") ? 0 : others)
      #expect(exits.unit == "exits" && exits.ours.p50 > least - 1, "\(name)")
    }
  }

  @Test func textAndMarkdown() async throws {
    let run = try await Run.tryst(["bench", "--only", "exit,kick", "--short"])
    expect(run.status, is: 0)
    #expect(run.output.contains("\nexit loop: ") && run.output.contains("\nkick: "))
    #expect(!run.output.contains("\ntelemetry: "))
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let markdown = try await Run.tryst([
      "bench", "--only", "exit", "--for", "100ms", "--format", "markdown",
    ])
    expect(markdown.status, is: 0)
    #expect(markdown.output.contains("| exit: PIO exit | "))
  }

  /// What was measured until then is printed, and the status is the signal's.
  @Test func interrupted() async throws {
    let run = try await Run.tryst(
      ["bench", "--only", "check", "rendezvous", "--for", "3s", "--format", "json"], seconds: 300
    ) { pid in
      // A busy host and a debug build take their time for the section before it.
      try await awaiting("the machine", seconds: 200) {
        ProcessTable.hasMachine(pid) ? true : nil
      }
      kill(pid, SIGINT)
    }
    expect(run.status, is: 128 + SIGINT)
    let report = try BenchReport(run.output)
    #expect(!report.complete && report.figures.contains { $0.section == "check" })
  }

  @Test(arguments: [
    (["--only", "nap"], 64, "--only 'nap'"), (["--only", "exit,"], 64, "--only ''"),
    (["--cpus-up-to", "0"], 64, "--cpus-up-to 0"), (["--for", "nonsense"], 64, "--for 'nonsense'"),
    (["--short", "--for", "1s"], 64, "exclude each other"),
    (["--policy", "no-clear"], 64, "--policy 'no-clear'"),
    (["--device", "/nonexistent", "--short"], 69, "no such file"),
  ]) func refused(arguments: [String], status: Int32, words: String) async throws {
    let run = try await Run.tryst(["bench"] + arguments)
    expect(run.status, is: status)
    #expect(run.output.isEmpty)
    #expect(run.complaints.count == 1 && run.error.contains(words), "\(run.error)")
  }
}

/// The report as whoever parses it relies on it.
struct BenchReport: Decodable {
  struct Host: Decodable {
    let kvm: String
    let kernel: String
    let cpus: UInt64
  }
  struct Method: Decodable {
    let short: Bool
    let cpusUpTo: UInt64
  }
  struct Spread: Decodable {
    let samples: UInt64
    let min: Double
    let p50: Double
    let p99: Double
    let max: Double
  }
  struct Figure: Decodable {
    let section: String
    let name: String
    let unit: String
    let vcpus: UInt64
    let ours: Spread
    let floor: Spread?
    let floorName: String?
    let ratio: Double?
    let counts: [String: UInt64]
  }
  struct Omission: Decodable {
    let section: String
    let name: String
    let reason: String
  }
  let schema: Int
  let commit: String
  let date: String
  let host: Host
  let method: Method
  let sections: [String]
  let complete: Bool
  let problem: String
  let figures: [Figure]
  let omitted: [Omission]

  /// The report in `text`, which is one JSON value.
  init(_ text: String) throws {
    self = try JSONDecoder().decode(BenchReport.self, from: Data(text.utf8))
  }
}
