import Telemetry
import Testing

@testable import Benchmarks

@Suite struct BenchmarkReportTests {
  /// Two figures, an omission, everything else at rest.
  private static var state: BenchmarkState {
    var state = BenchmarkState(BenchmarkPlan(sections: [.exit, .rendezvous, .telemetry]))
    state.host.kvm = "kvm_pvm"
    state.host.cpus = 2
    state.host.kernel = "6.18.5"
    state.host.commit = "a1b2c3d"
    state.host.date = "2026-11-23T13:00:00Z"
    var pairs = BenchmarkPairs()
    pairs.add(ours: [10_100], floor: [10_000])
    pairs.add(ours: [20_600], floor: [20_000])
    pairs.add(ours: [10_200], floor: [10_000])
    var exit = BenchmarkResult(
      .exit, "PIO exit", .nanoseconds, pairs: pairs, against: "a loop in C")
    exit.counts = [.init("exits", 12)]
    state.add(exit)
    var meeting = BenchmarkResult(
      .rendezvous, "4 halted, landed", .nanoseconds, vcpus: 4, pairs: pairs,
      against: "as many threads woken by futex, all answering")
    meeting.isLatency = true
    state.add(meeting)
    state.add(
      BenchmarkResult(
        .telemetry, "snapshot of 1 vcpu", .nanoseconds, ours: BenchmarkSamples([500])))
    state.add(
      BenchmarkOmission(
        .telemetry, "something", "this host cannot, " + String(repeating: "so ", count: 40)))
    state.isFinished = true
    return state
  }

  @Test func textFitsAndTells() {
    let lines = BenchmarkText.lines(Self.state).flatMap { $0.split(separator: "\n") }
    #expect(lines.allSatisfy { $0.count <= 80 && $0.allSatisfy(\.isASCII) })
    #expect(lines[0] == "kvm_pvm on 2 CPUs, Linux 6.18.5, a1b2c3d, 2026-11-23T13:00:00Z")
    #expect(
      lines.contains("  PIO exit                      10.2 us  10.0 us  1.020  1.010"),
      "\(lines)")
    #expect(
      lines.contains {
        $0.hasPrefix("  4 halted, landed") && $0.hasSuffix("  1.020  1.010  20.6 us  20.6 us")
      }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("  not measured: something: this host") })
    #expect(!lines.contains { $0.contains("debug") })
  }

  @Test func endsAreTold() {
    var state = Self.state
    state.isCut = true
    state.problem = "no luck"
    state.host.isOptimized = false
    let text = BenchmarkText.lines(state).joined(separator: "\n")
    #expect(text.contains("ended before its time") && text.contains("stopped: no luck"))
    #expect(text.contains("a debug build"))
    #expect(!state.isComplete)
    let markdown = BenchmarkMarkdown.text(state)
    #expect(markdown.contains("Stopped: no luck.") && markdown.contains("A debug build"))
  }

  @Test func markdownIsOneTable() {
    let text = BenchmarkMarkdown.text(Self.state)
    #expect(
      text.contains("| exit: PIO exit | 10.2 us | 10.0 us | 1.020 | 1.010 |  |  | a loop in C |"))
    #expect(text.contains("| telemetry: snapshot of 1 vcpu | 500 ns |  |  |  |  |  |  |"))
    #expect(text.contains("\nNot measured: telemetry, something:"))
    #expect(text.hasSuffix("\n"))
  }

  @Test func jsonIsTheContract() throws {
    let value = BenchmarkReport.value(Self.state)
    #expect(!value.json.contains("\n"))
    #expect(value["schema"] == .number(1) && value["complete"] == .flag(true))
    #expect(value["commit"] == .text("a1b2c3d") && value["date"] == .text("2026-11-23T13:00:00Z"))
    #expect(value["host"]?["kvm"] == .text("kvm_pvm"))
    #expect(value["host"]?["kernel"] == .text("6.18.5") && value["host"]?["cpus"] == .number(2))
    guard case .list(let figures) = value["figures"], case .list(let omitted) = value["omitted"]
    else {
      Issue.record("no figures")
      return
    }
    #expect(figures.count == 3 && omitted.count == 1)
    #expect(figures[0]["ratio"] == .decimal(1.02) && figures[0]["turns"] == .number(3))
    #expect(figures[0]["ratioOfMinima"] == .decimal(1.01))
    #expect(figures[0]["ours"]?["samples"] == .number(3))
    #expect(figures[0]["ours"]?["min"] == .decimal(10_100))
    #expect(figures[0]["floor"]?["max"] == .decimal(20_000))
    #expect(figures[0]["counts"]?["exits"] == .number(12))
    #expect(figures[1]["vcpus"] == .number(4) && figures[1]["latency"] == .flag(true))
    #expect(figures[2]["ratio"] == nil && figures[2]["floor"] == nil)
  }
}
