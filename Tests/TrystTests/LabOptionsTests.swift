import Foundation
import Testing

/// `--unsafe-policies` and `--stop-on-assertion`, from the command line to what is told.
@Suite(.serialized, .needsKVM, .timeLimit(.minutes(3))) struct LabOptionsTests {
  static let dangerous = [
    "first-word", "first-word-set", "no-clear", "deaf-halt", "unlatched-kick",
  ]

  @Test(arguments: dangerous) func refusedUnlessAllowed(_ policy: String) async throws {
    let run = try await Run.tryst(["run", "--headless", "--for", "1s", "--policy", policy])
    #expect(run.status == 64 && run.output.isEmpty)
    #expect(run.complaints.count == 1 && run.error.contains(" \(policy) is unsafe"), "\(run.error)")
    #expect(run.error.contains("--unsafe-policies"), "\(run.error)")
  }

  /// Nothing hangs for long, and the run ends when it should. Two of them break once in a great while: in
  /// MachineTests they are helped.
  @Test(
    arguments: [
      ("no-clear", "livelock: vcpu"), ("deaf-halt", nil), ("unlatched-kick", nil),
    ] as [(String, String?)])
  func whatBreaksIsTold(_ policy: String, _ words: String?) async throws {
    let start = ContinuousClock.now
    let run = try await Run.tryst([
      "run", "--plain", "--every", "1s", "--for", "6s", "--scenario", "init-storm", "--policy",
      policy, "--unsafe-policies", "--inject", "rendezvous to all every 20ms times 200",
    ])
    #expect(run.status == 0, "\(run.error)")
    #expect(.now - start < .seconds(30))
    guard let words else { return }
    let line = run.output.split(separator: "\n").first { $0.contains(words) }
    #expect(line?.hasSuffix("(\(policy))") == true, "\(run.output.suffix(2000))")
  }

  /// Members from 64 up are left out.
  @Test(arguments: [("first-word", "hang: rdv #"), ("first-word-set", "missing: rdv #")])
  func theSecondWord(_ policy: String, _ words: String) async throws {
    let run = try await Run.tryst([
      "run", "--plain", "--every", "1s", "--for", "5s", "--scenario", "idle", "--cpus", "66",
      "--policy", policy, "--unsafe-policies", "--inject", "rendezvous to 64-65",
    ])
    #expect(run.status == 0, "\(run.error)")
    #expect(run.output.contains(words) && run.output.contains("vcpus 64-65"), "\(run.output)")
  }

  @Test func stopsWhereTheAssertionFails() async throws {
    let arguments = [
      "run", "--plain", "--every", "1s", "--for", "4s", "--scenario", "init-storm", "--cpus", "6",
      "--policy", "strict",
    ]
    let going = try await Run.tryst(arguments)
    let stopped = try await Run.tryst(arguments + ["--stop-on-assertion"])
    let told = "panic would have been: vcpu"
    #expect(going.output.contains(told) && !going.output.contains("; guest stopped"))
    #expect(stopped.output.contains(told) && stopped.output.contains("; guest stopped"))
    #expect(stopped.output.contains("guest stopped: an assertion failed"), "\(stopped.output)")
    #expect(going.status == 0 && stopped.status == 0)
  }
}
