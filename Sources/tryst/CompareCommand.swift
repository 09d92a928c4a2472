import ArgumentParser
import Comparison
import Telemetry
import Terminal
import Threads

/// `tryst compare`: the designs beside each other in one guest, and whether experiments show what is expected.
struct CompareCommand: ParsableCommand {
  /// How it is printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown
  }

  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Measure rendezvous policies beside each other in the demo guest.",
    discussion: """
      The policies take turns in short slices on one running guest, so that what else the host does meets all of them; \
      unsafe ones have guests of their own. Ends with 1 where an experiment did not show what is expected.
      """)

  @OptionGroup var options: CompareOptions
  @Option(help: "Report: text, json or markdown.")
  var format = Format.text
  @Option(help: "The KVM device.")
  var device = "/dev/kvm"

  func run() throws {
    let plan = try options.plan()
    let events = try CompareWorker.events()
    let worker: CompareWorker
    do throws(ThreadError) {
      let waker = events.waker
      worker = try CompareWorker(plan, device: device) { waker.wake() }
    } catch { throw Failure(ExitStatus.ourFault, error.description) }
    let signal = worker.follow(events)
    let state = worker.now
    if state.slicesDone > 0 { try StandardStreams.write(text(state)) }
    if let failure = worker.failure { throw failure }
    if signal != 0 { throw Failure(ExitStatus.signalled(signal)) }
    if !state.isAsExpected { throw Failure(ExitStatus.guestFailed, Self.unseen(state)) }
  }

  private func text(_ state: ComparisonState) -> String {
    switch format {
    case .text: ComparisonText.lines(state).map { $0.text + "\n" }.joined()
    case .json: ComparisonReport.value(state).json + "\n"
    case .markdown: ComparisonMarkdown.text(state)
    }
  }

  private static func unseen(_ state: ComparisonState) -> String {
    let names = state.plan.trials.indices.compactMap { trial -> String? in
      state.findings(trial: trial).allSatisfy(\.isSeen)
        ? nil : state.plan.trials[trial].experiment?.name
    }
    return "not all that is expected was seen: \(names.joined(separator: ", "))"
  }
}
