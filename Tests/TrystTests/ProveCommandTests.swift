import Foundation
import Testing

/// `tryst prove`: no KVM, no terminal.
@Suite(.ownThread, .timeLimit(.minutes(5))) struct ProveCommandTests {
  @Test func aVerdictAndItsWay() async throws {
    let run = try await Run.tryst(
      ["prove", "--policy", "V1", "deaf-halt", "--scenario", "single", "--trace"])
    #expect(run.status == 0 && run.error.isEmpty)
    #expect(
      run.output.hasPrefix("mutex (V1)\n  single  sc  blocking lock"), "\(run.output.prefix(200))")
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count < 80 })
    #expect(
      run.output.contains("vcpu0 has it, so it\n               would sleep\n    => blocking lock"))
    #expect(run.output.contains("       vcpu1  asleep in HLT, and is missing\n"))
    #expect(run.output.contains("2 verdicts, all as expected; "))
  }

  @Test func formats() async throws {
    let arguments = ["prove", "--policy", "first-word", "--scenario", "single", "--format"]
    let markdown = try await Run.tryst(arguments + ["markdown"])
    #expect(markdown.status == 0)
    #expect(markdown.output.contains("| first-word (W0) | single | sc | hang | halt spin | "))
    let json = try await Run.tryst(arguments + ["json"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let verdicts = try #require(object?["verdicts"] as? [[String: Any]])
    #expect(verdicts.count == 1 && verdicts[0]["violations"] as? [String] == ["hang"])
  }

  @Test func unknownNames() async throws {
    for (option, name, known) in [
      ("--policy", "P9", "strict, mutex"), ("--scenario", "x", "single, back-to-back"),
      ("--memory", "arm", "sc, tso, tso-plain-state, tso-plain-request"),
    ] {
      let run = try await Run.tryst(["prove", option, name])
      #expect(run.status == 64 && run.output.isEmpty)
      #expect(run.error.hasPrefix("tryst: \(option) '\(name)' is unknown; known: \(known)"))
      #expect(run.complaints.count == 1)
    }
    let wide = try await Run.tryst(["prove", "--cpus", "9"])
    #expect(wide.status == 64 && wide.error == "tryst: --cpus 9: 3 to 5 vcpus can be explored\n")
  }
}
