import Checker
import Rendezvous
import Testing

/// Interleavings as people read them.
@Suite struct CounterexampleTests {
  private func lines(
    _ name: String, _ scenario: Scenario, _ violation: Violations
  ) throws -> [String] {
    let policy = try #require(CheckedPolicy.named(name))
    let exploration = Exploration(ProtocolModel(policy: policy.policy, scenario: scenario))
    return try #require(exploration.counterexample(to: violation)).lines
  }

  /// A shortest one, word by word.
  @Test func theLockInTheNoBlockRegion() throws {
    #expect(
      try lines("mutex", .single, .blockingLock) == [
        "1  vcpu0  stores state := running",
        "2  vcpu0  takes the lock, reads request: its own bit is clear: nothing to do",
        "3  vcpu0  enters the guest",
        "4  vcpu0  the guest leaves and wants rendezvous A of {1}",
        "5  vcpu0  stores state := frozen",
        "6  vcpu0  takes the lock and begins rendezvous A of {1}",
        "7  vcpu1  stores state := running",
        "8  vcpu1  wants the lock before it reads its bit: vcpu0 has it, so it would sleep",
        "=> blocking lock in the no-block region",
      ])
  }

  @Test func theReviewsABA() throws {
    let lines = try lines("V6a", .backToBack, .assertion)
    let order = [
      "vcpu2  reads function: set, rendezvous A", "vcpu0  returns from rendezvous A",
      "vcpu0  stores request := {2}",
      "vcpu2  reads request: its own bit is set: leaves for it",
      "vcpu2  at the exit, function is NULL: the assertion fails",
    ].map { step in lines.firstIndex { $0.hasSuffix(step) } }
    #expect(!order.contains(nil) && order.compactMap { $0 } == order.compactMap { $0 }.sorted())
  }

  @Test func whoIsMissingInAHang() throws {
    let lines = try lines("deaf-halt", .single, .hang)
    #expect(lines.suffix(4).first == "=> hang:")
    #expect(lines.contains("   vcpu1  asleep in HLT, and is missing"))
    #expect(lines.contains("   vcpu0  waits for the end of A"))
  }

  @Test func aLivelockIsACircle() throws {
    let policy = try #require(CheckedPolicy.named("no-clear"))
    let exploration = Exploration(ProtocolModel(policy: policy.policy, scenario: .single))
    let example = try #require(exploration.counterexample(to: .livelock))
    let start = try #require(example.repeatsFrom)
    let circle = example.steps[start...]
    #expect(circle.count == 5 && circle.allSatisfy { $0.hasPrefix("vcpu1") })
    #expect(circle.contains("vcpu1  at the exit, function is NULL"))
    #expect(example.lines.contains("from here on, for ever:"))
  }

  @Test func reports() throws {
    let policy = try #require(CheckedPolicy.named("mutex"))
    let report = VerdictReport([CheckedCase(policy, .single).verdict()], hasTraces: true)
    #expect(
      report.markdown[0] == "| policy | scenario | memory | verdict | spurious | states | ms |")
    #expect(
      report.markdown[2].hasPrefix(
        "| mutex (V1) | single | sc | blocking lock in the no-block region | halt spin | 5718 |"))
    #expect(report.markdown.last == "```")
    let json = report.json.joined()
    #expect(json.contains("\"policy\":\"mutex\",\"review\":\"V1\",\"mutation\":null"))
    #expect(json.contains("\"counterexamples\":[{\"violation\":\"blocking lock"))
    #expect(json.hasSuffix("\"surprises\":0}"))
  }
}
