import ArgumentParser
import Checker

/// `tryst prove`: explores every interleaving of the rendezvous protocol under each policy. Needs no KVM.
struct ProveCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, markdown, json
  }

  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Explore every interleaving of the rendezvous protocol, policy by policy.",
    discussion: """
      Without a choice, the whole table: every policy, locking all vcpus, suspend and reset, store buffers, and \
      mistakes that must be found. With one, each chosen policy in each chosen scenario. Exits with 0 where \
      every verdict is as expected, with 1 otherwise.
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Presets, variants, or the review's names (V6a).", valueName: "name"))
  var policy: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("What happens: single, back-to-back, two-initiators, …", valueName: "name"))
  var scenario: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "sc, or tso as the code stores; tso-plain-state and tso-plain-request without barriers.",
      valueName: "model"))
  var memory: [String] = []
  @Option(help: ArgumentHelp("How many vcpus, 3 to 5.", valueName: "count"))
  var cpus: Int = 3
  @Option(help: "text, markdown or json.")
  var format: Format = .text
  @Flag(help: "Print a shortest way to each violation.")
  var trace = false

  func run() throws {
    let report = VerdictReport(try cases().map { $0.verdict() }, hasTraces: trace)
    let lines =
      switch format {
      case .text: report.text
      case .markdown: report.markdown
      case .json: report.json
      }
    try StandardStreams.write(lines.map { "\($0)\n" }.joined())
    guard report.surprises == 0 else {
      throw Failure(
        ExitStatus.guestFailed,
        "\(report.surprises) of \(report.verdicts.count) verdicts are not as expected")
    }
  }

  private func cases() throws -> [CheckedCase] {
    let policies = try policy.map { name in
      try Self.known(
        name, "--policy", CheckedPolicy.named(name),
        (CheckedPolicy.all + CheckedPolicy.locking).map(\.name))
    }
    let scenarios = try scenario.map { name in
      try Self.known(name, "--scenario", Scenario.named(name), Scenario.all.map(\.name))
    }
    let memories = try memory.map { name in
      try Self.known(
        name, "--memory", MemoryModel.all.first { $0.name == name }, MemoryModel.all.map(\.name))
    }
    guard (3...5).contains(cpus) else {
      throw Failure(ExitStatus.usage, "--cpus \(cpus): 3 to 5 vcpus can be explored")
    }
    if policies.isEmpty && scenarios.isEmpty && memories.isEmpty && cpus == 3 {
      return VerdictTable.cases
    }
    let chosen = scenarios.isEmpty ? Scenario.section9 : scenarios
    for scenario in chosen where !scenario.fits(vcpus: cpus) {
      throw Failure(
        ExitStatus.usage, "--cpus \(cpus): too many for \(scenario.name), which has operators")
    }
    return VerdictTable.cases(
      of: policies.isEmpty ? CheckedPolicy.all : policies,
      in: chosen.map { $0.with(vcpus: cpus) },
      under: memories.isEmpty ? [.sequential] : memories)
  }

  private static func known<Value>(
    _ name: String, _ option: String, _ value: Value?, _ names: [String]
  ) throws(Failure) -> Value {
    guard let value else {
      throw Failure(
        ExitStatus.usage,
        "\(option) '\(name)' is unknown; known: \(names.joined(separator: ", "))")
    }
    return value
  }
}
