import ArgumentParser
import Machine

/// What the command line says about lines of text instead of a screen.
struct PlainOptions: ParsableArguments {
  @Flag(help: "No screen: a line of text for each event, and totals; for screen readers and pipes.")
  var plain = false
  @Option(help: "Plain: time between two lines of totals, 100ms to 1h.")
  var every: String?
  @Option(help: "Plain: which events, as the log's filter: rdv spur lag>100 vcpu:0-3 !inj.")
  var events: String?

  /// The run that is asked for; nil where it is not of this kind.
  func run(
    _ configuration: MachineConfiguration, _ limit: RunDuration?, headless: Bool,
    _ serial: SerialOption, _ injections: StartInjections
  ) throws(Failure) -> PlainRun? {
    guard plain else {
      for (option, isGiven) in [("--every", every != nil), ("--events", events != nil)]
      where isGiven {
        throw Failure(ExitStatus.usage, "\(option) is for --plain")
      }
      return nil
    }
    if headless { throw Failure(ExitStatus.usage, "--plain and --headless exclude each other") }
    if serial != .none { throw Failure(ExitStatus.usage, "--serial is for --headless") }
    let text = every ?? "5s"
    guard let period = RunDuration(text), (100_000_000...3_600_000_000_000) ~= period.nanoseconds
    else {
      throw Failure(
        ExitStatus.usage, "--every '\(text)' is no time of 100ms to 1h; give one like 5s")
    }
    return try PlainRun(
      configuration: configuration, limit: limit, period: period, filter: events ?? "",
      injections: injections)
  }
}
