import Foundation
import Testing

/// `--unsafe-policies` and `--stop-on-assertion`, from the command line to what is told.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(3))) struct LabOptionsTests {
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

  /// The assertion fails once in some thirty rendezvous; on a busy host the guest alone makes few.
  @Test func stopsWhereTheAssertionFails() async throws {
    let arguments = [
      "run", "--plain", "--every", "1s", "--for", "5s", "--scenario", "init-storm", "--cpus", "6",
      "--policy", "strict", "--inject", "rendezvous to 1 every 200us times 100000",
    ]
    let told = "panic would have been: vcpu"
    func run(_ more: [String]) async throws -> String {
      var output = ""
      for _ in 0..<4 where !output.contains(told) {
        let run = try await Run.tryst(arguments + more)
        #expect(run.status == 0)
        output = run.output
      }
      return output
    }
    let going = try await run([])
    #expect(going.contains(told) && !going.contains("; guest stopped"))
    let stopped = try await run(["--stop-on-assertion"])
    #expect(stopped.contains(told) && stopped.contains("; guest stopped"))
    #expect(stopped.contains("guest stopped: an assertion failed"), "\(stopped)")
  }
}
