import ArgumentParser
import Benchmarks
import Machine
import Rendezvous
import Telemetry
import Terminal
import Threads

/// `tryst bench`: what tryst costs beside the least that a program in C does for the same, in one run.
struct BenchCommand: ParsableCommand {
  /// How it is printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown
  }

  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure tryst beside the least that C needs for the same.",
    discussion: """
      Ours and the floor's take turns on this host, with the same guest, and the ratio is the median of the turns. Without \
      options it takes less than three minutes.
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Sections in place of all: \(BenchmarkSection.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "section"),
    completion: .list(BenchmarkSection.allCases.map(\.rawValue)))
  var only: [String] = []
  @Option(
    help: ArgumentHelp(
      "The most vcpus; default \(BenchmarkPlan.usualCPUs), in a short run \(BenchmarkPlan.shortCPUs).",
      valueName: "number"))
  var cpusUpTo: Int?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Policies whose rendezvous are measured; default: landed and tryst.", valueName: "policy"),
    completion: .list(RendezvousPolicy.presets.map(\.preset)))
  var policy: [String] = []
  @Option(
    name: .customLong("for"),
    help: "Time of all sections together, about; default 2m.")
  var duration: String?
  @Flag(help: "Take each figure once, to see that it can be; the times say nothing.")
  var short = false
  @Option(help: "Report: text, json or markdown.")
  var format = Format.text
  @Option(
    help: ArgumentHelp(
      "What was built, for the report, as git rev-parse names it.", valueName: "name"))
  var commit = ""
  @Option(help: "The KVM device.")
  var device = "/dev/kvm"

  func run() throws {
    let plan = try plan()
    let events = try BenchWorker.events()
    let worker: BenchWorker
    do throws(ThreadError) {
      let waker = events.waker
      worker = try BenchWorker(plan, commit: commit) { waker.wake() }
    } catch { throw Failure(ExitStatus.ourFault, error.description) }
    let signal = worker.follow(events)
    let state = worker.now
    if !state.results.isEmpty { try StandardStreams.write(text(state)) }
    if let failure = worker.failure { throw failure }
    if signal != 0 { throw Failure(ExitStatus.signalled(signal)) }
  }

  private func text(_ state: BenchmarkState) -> String {
    switch format {
    case .text: BenchmarkText.lines(state).map { $0 + "\n" }.joined()
    case .json: BenchmarkReport.value(state).json + "\n"
    case .markdown: BenchmarkMarkdown.text(state)
    }
  }

  // MARK: Options

  private func plan() throws(Failure) -> BenchmarkPlan {
    let cpus = cpusUpTo ?? (short ? BenchmarkPlan.shortCPUs : BenchmarkPlan.usualCPUs)
    guard (1...MachineConfiguration.maximumKernelVCPUs).contains(cpus) else {
      throw Failure(
        ExitStatus.usage,
        "--cpus-up-to \(cpus) is out of range; there may be 1 to \(MachineConfiguration.maximumKernelVCPUs)"
      )
    }
    var nanoseconds = BenchmarkPlan.usualNanoseconds
    if let text = duration {
      if short { throw Failure(ExitStatus.usage, "--for and --short exclude each other") }
      guard let duration = RunDuration(text) else {
        throw Failure(
          ExitStatus.usage, "--for '\(text)' is no time; give one like 500ms, 3s or 2m")
      }
      nanoseconds = duration.nanoseconds
    }
    return BenchmarkPlan(
      sections: try sections(), cpusUpTo: cpus, policies: try policies(), nanoseconds: nanoseconds,
      isShort: short, device: device)
  }

  /// `--only exit kick` and `--only exit,kick`.
  private func sections() throws(Failure) -> [BenchmarkSection] {
    if only.isEmpty { return BenchmarkSection.allCases }
    var sections: [BenchmarkSection] = []
    for name in only.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      guard let section = BenchmarkSection(rawValue: String(name)) else {
        throw Failure(
          ExitStatus.usage,
          "--only '\(name)' is unknown; there are \(BenchmarkSection.allCases.map(\.rawValue).joined(separator: ", "))"
        )
      }
      sections.append(section)
    }
    return sections
  }

  private func policies() throws(Failure) -> [RendezvousPolicy] {
    if policy.isEmpty { return [.landed, .tryst] }
    var policies: [RendezvousPolicy] = []
    for name in policy {
      guard let preset = RendezvousPolicy.presets.first(where: { $0.preset == name }) else {
        throw Failure(
          ExitStatus.usage,
          "--policy '\(name)' is unknown; there are \(RendezvousPolicy.presets.map(\.preset).joined(separator: ", "))"
        )
      }
      if !policies.contains(preset) { policies.append(preset) }
    }
    return policies
  }
}
