import Comparison
import Foundation
import Rendezvous
import Testing

/// The comparison on real KVM: what scripts rely on, and the experiments of the review with bounds on counts.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(5))) struct CompareTests {
  @Test func jsonContract() async throws {
    let run = try await Run.tryst([
      "compare", "--policy", "baseline", "landed", "--cpus", "2", "4", "--for", "1500ms",
      "--rounds", "3", "--format", "json",
    ])
    expect(run.status, is: 0)
    #expect(run.error.isEmpty, "\(run.error)")
    #expect(run.output.filter { $0 == "\n" }.count == 1)
    let report = try CompareReport(run.output)
    #expect(report.schema == 1)
    #expect(report.complete && report.asExpected && report.problem.isEmpty)
    #expect(report.host.kvm.hasPrefix("kvm"))
    #expect(report.method.interleaved && report.method.rounds == 3)
    #expect(report.method.sliceNanoseconds == 500_000_000)
    #expect(report.trials.map(\.vcpus) == [2, 4])
    for trial in report.trials {
      #expect(trial.scenario == "init-storm" && trial.experiment.isEmpty)
      #expect(trial.rows.map(\.policy) == ["baseline", "landed"])
      for row in trial.rows {
        #expect(row.slices == 3 && !row.ownMachine)
        #expect(row.counts.nanoseconds >= 1_500_000_000)
        #expect(row.counts.completed > 0 && row.counts.work > 0)
        #expect(row.counts.latenciesRecorded > 0)
        #expect(row.counts.missingMembers == 0 && row.counts.timeoutRescues == 0)
        #expect(row.counts.spurious == row.counts.exits.bystander + row.counts.exits.void)
        let rate = try #require(row.ratios["rendezvousPerSecond"])
        #expect(rate > 0)
        #expect(try #require(row.ratios["latencyP99Microseconds"]) > 0)
        #expect(!row.verdict.isEmpty)
      }
      #expect(trial.rows[1].counts.spurious == 0)
    }
  }

  @Test(arguments: Experiment.all.map(\.name))
  func experiment(name: String) async throws {
    func compare(_ time: String) async throws -> (run: Run, report: CompareReport) {
      let run = try await Run.tryst(
        ["compare", "--experiment", name, "--for", time, "--format", "json"], seconds: 200)
      return (run, try CompareReport(run.output))
    }
    var (run, report) = try await compare("1s")
    // Beside tests that hold both CPUs there are few rendezvous in a second, and what is rare among them
    // takes longer.
    for time in ["4s", "15s"] where !report.asExpected { (run, report) = try await compare(time) }
    let trial = try #require(report.trials.first)
    for expectation in trial.expectations ?? [] {
      #expect(
        expectation.seen,
        "\(name) \(expectation.policy): \(expectation.expected) \(expectation.what), counted \(expectation.count.map(String.init) ?? "nothing")"
      )
    }
    #expect(trial.seen == true && report.asExpected)
    expect(run.status, is: 0)
  }

  @Test func textAndMarkdown() async throws {
    let run = try await Run.tryst([
      "compare", "--policy", "landed", "tryst", "--for", "200ms", "--seed", "5",
    ])
    expect(run.status, is: 0)
    #expect(run.output.contains("init-storm, 4 vcpus\n"))
    #expect(run.output.contains("shuffled by seed 5"))
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let markdown = try await Run.tryst([
      "compare", "--policy", "landed", "--for", "100ms", "--format", "markdown",
    ])
    expect(markdown.status, is: 0)
    #expect(markdown.output.contains("| landed | "))
  }

  /// What was measured until then is printed, and the status is the signal's.
  @Test func interrupted() async throws {
    let run = try await Run.tryst([
      "compare", "--policy", "landed", "--for", "60s", "--rounds", "300", "--format", "json",
    ]) { pid in
      try await awaiting("the machine") { ProcessTable.hasMachine(pid) ? true : nil }
      // Some slices of 200 ms.
      try await Task.sleep(for: .seconds(2))
      kill(pid, SIGINT)
    }
    expect(run.status, is: 128 + SIGINT)
    let report = try CompareReport(run.output)
    #expect(!report.complete && report.trials[0].rows[0].slices >= 1)
  }

  @Test(arguments: [
    (["--scenario", "nap"], 64, "--scenario 'nap'"), (["--policy", "best"], 64, "--policy 'best'"),
    (["--policy", "no-clear"], 64, "--unsafe-policies allows it"),
    (["--cpus", "0"], 64, "--cpus 0"), (["--for", "nonsense"], 64, "--for 'nonsense'"),
    (["--experiment", "E9"], 64, "there are E1"), (["--rounds", "0"], 64, "--rounds 0"),
    (["--experiment", "E1", "--cpus", "2"], 64, "--cpus and --experiment exclude each other"),
    (["--device", "/nonexistent"], 69, "no such file"),
  ]) func refused(arguments: [String], status: Int32, words: String) async throws {
    let run = try await Run.tryst(["compare"] + arguments)
    expect(run.status, is: status)
    #expect(run.output.isEmpty)
    #expect(run.complaints.count == 1 && run.error.contains(words), "\(run.error)")
  }

  /// The page in the monitor: a table that fills, and two machines side by side, with the screen alive throughout.
  @Test(arguments: [(80, 24), (160, 50)]) func page(columns: Int, rows: Int) async throws {
    try await Tmux.withTryst(
      ["run", "--scenario", "idle", "--cpus", "2"], columns: columns, rows: rows
    ) { terminal in
      try await terminal.wait(for: "● RUN")
      try await terminal.press("C")
      try await terminal.wait(for: "nothing measured yet")
      try await terminal.press("e")
      try await terminal.wait(for: "Enter measures: E1")
      try await terminal.press("Enter")
      // On a busy host the screen may be read as seldom as a round lasts.
      try await terminal.wait("a round") { $0.contains("round ") || $0.contains("─ Measured ") }
      // The screen answers meanwhile.
      try await terminal.press("?")
      try await terminal.wait(for: "Help: comparison")
      try await terminal.press("Escape")
      try await terminal.wait(for: "─ Measured")
      try await terminal.wait(for: "8 of 8 expectations seen")
      try await terminal.press("Tab")
      try await terminal.wait(for: "neither runs yet")
      try await terminal.press("Enter")
      try await terminal.wait("both live") { screen in
        screen.contains("both live")
          && screen.lines.contains {
            // Rendezvous of both.
            $0.contains("rdv/s") && !$0.contains(" - ") && !$0.contains("none")
          }
      }
      try await terminal.press("b")
      try await terminal.wait(for: "Enter starts both again: A baseline, B illumos")
      try await terminal.press("Enter")
      try await terminal.wait(for: "B illumos")
      try await terminal.press("Escape")
      try await terminal.wait(for: "[1 Overview]")
      try await terminal.press("q")
      expect(try await terminal.awaitEnd(), is: 0)
    }
  }
}

/// The report as whoever parses it relies on it.
struct CompareReport: Decodable {
  struct Host: Decodable {
    let kvm: String
    let cpus: UInt64
  }
  struct Method: Decodable {
    let interleaved: Bool
    let rounds: Int
    let sliceNanoseconds: UInt64
    let seed: UInt64
  }
  struct Exits: Decodable {
    let member: UInt64
    let early: UInt64
    let bystander: UInt64
    let void: UInt64
  }
  struct Counts: Decodable {
    let nanoseconds: UInt64
    let requested: UInt64
    let completed: UInt64
    let exits: Exits
    let spurious: UInt64
    let missingMembers: UInt64
    let timeoutRescues: UInt64
    let latenciesRecorded: UInt64
    let work: UInt64
  }
  struct Row: Decodable {
    let policy: String
    let ownMachine: Bool
    let slices: Int
    let counts: Counts
    let ratios: [String: Double]
    let verdict: String
  }
  struct Expectation: Decodable {
    let policy: String
    let what: String
    let expected: String
    let count: UInt64?
    let seen: Bool
  }
  struct Trial: Decodable {
    let experiment: String
    let scenario: String
    let vcpus: Int
    let rows: [Row]
    let seen: Bool?
    let expectations: [Expectation]?
  }
  let schema: Int
  let host: Host
  let method: Method
  let complete: Bool
  let problem: String
  let asExpected: Bool
  let trials: [Trial]

  /// The report in `text`, which is one JSON value.
  init(_ text: String) throws {
    self = try JSONDecoder().decode(CompareReport.self, from: Data(text.utf8))
  }
}
