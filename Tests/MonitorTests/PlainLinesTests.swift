import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct PlainLinesTests {
  static func lines(_ filter: String = "", isASCII: Bool = true) throws -> PlainLines {
    try PlainLines(filter: filter, vcpus: 4, isASCII: isASCII)
  }

  static func snapshot(_ step: UInt64, _ events: [LogEvent] = []) -> Snapshot {
    var snapshot = Fixture.snapshot(vcpus: 4, step: step)
    snapshot.events = events.map {
      LogEntry(timeNanoseconds: snapshot.timeNanoseconds, event: $0)
    }
    return snapshot
  }

  @Test func whatRunsIsSaidFirst() throws {
    #expect(
      try Self.lines().opening(Self.snapshot(0))
        == "tryst \(Version.current): guest demo, 4 vcpus on kvm_intel, policy landed, scenario mixed"
    )
  }

  @Test func aLineForEachEvent() throws {
    let target = InjectionReport.Target(
      vcpu: 0, outcome: .delivered(afterNanoseconds: 41_000), guestSaw: 1)
    let report = Fixture.report(5, .fixed(vector: 0x40, targets: CPUSet([0])), [target])
    let events: [LogEvent] = [
      .rendezvous(Fixture.record(9, .initIPI, CPUSet([3]), by: 0, latency: 67_000)),
      .rendezvous(
        Fixture.record(10, .redirectionEntry, CPUSet(0..<4), by: nil, bystanders: 2)),
      .injection(report), .policyChanged("baseline"), .scenarioChanged("init-storm"),
      .message("it is so"), .dropped(1),
    ]
    let time = "3:12.000 "
    #expect(
      try Self.lines().events(Self.snapshot(0, events)) == [
        time + "rendezvous 9 INIT by vcpu 0 for vcpu 3, 67 us",
        time + "rendezvous 10 RTE by the operator for vcpus 0-3, 41 us, last vcpu 3, "
          + "2 bystanders stalled 1840 us",
        time + "injection 5 FIXED 0x40 to 0: delivered after 41 us, guest saw it",
        time + "policy baseline", time + "scenario init-storm", time + "message: it is so",
        time + "lost 1 record: nobody read in time",
      ])
  }

  @Test func theFilterIsTheLogs() throws {
    let events: [LogEvent] = [
      .rendezvous(Fixture.record(9, .initIPI, CPUSet([3]), by: 0, latency: 67_000)),
      .rendezvous(Fixture.record(10, .initIPI, CPUSet([3]), by: 0, latency: 670_000)),
      .message("x"),
    ]
    let lines = try Self.lines("lag>100").events(Self.snapshot(0, events))
    #expect(lines.count == 1 && lines.first?.contains("rendezvous 10 ") == true)
    #expect(throws: PlainLines.Mistake.self) { try Self.lines("lag>x") }
  }

  /// Rates are of the time between two lines, which need not be the samples of a screen.
  @Test func totals() throws {
    var lines = try Self.lines()
    _ = lines.totals(Self.snapshot(0))
    #expect(
      lines.totals(Self.snapshot(10))
        == "3:13 4 vcpus, 30.0 rendezvous/s, p50 41 us, p99 188 us, longest 2031 us, "
        + "spurious 2.0/s, IPIs 890/s, exits 20.8k/s, 1 running, 1 kicked, 1 halted, "
        + "1 waiting for SIPI")
    var last = Self.snapshot(20)
    last.isStopped = true
    last.rendezvous.missingMembers = 2
    last.droppedEvents = 7
    let line = lines.totals(last)
    #expect(line.hasPrefix("3:14 "))
    #expect(line.hasSuffix(", guest stopped, members missing 2, dropped 7 records"))
  }

  @Test func theEnd() throws {
    var snapshot = Self.snapshot(0)
    #expect(try Self.lines().ending(snapshot) == nil)
    snapshot.guestEnded = "triple fault"
    #expect(try Self.lines().ending(snapshot) == "3:12 guest ended: triple fault")
  }

  @Test(arguments: [true, false]) func hostileValues(isASCII: Bool) throws {
    var snapshot = RobustnessTests.hostile().shown.snapshot
    snapshot.events = [
      LogEntry(timeNanoseconds: .max, event: .message("m\u{1b}[2J\n\u{202e}µ→é")),
      LogEntry(
        timeNanoseconds: 5,
        event: .rendezvous(
          Fixture.record(.max, .operatorRequest, CPUSet(0..<4096), by: nil, latency: .max))),
    ]
    var lines = try Self.lines(isASCII: isASCII)
    let all =
      [lines.opening(snapshot), lines.totals(snapshot), lines.ending(snapshot) ?? ""]
      + lines.events(snapshot)
    for line in all {
      #expect(
        line.unicodeScalars.allSatisfy {
          isASCII ? (0x20...0x7e) ~= $0.value : CellWidth.of($0) > 0
        }, "\(line)")
    }
    #expect(all[3].hasSuffix(isASCII ? "message: m[2Juto?" : "message: m[2Jutoé"))
  }
}
