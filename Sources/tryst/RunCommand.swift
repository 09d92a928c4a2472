import ArgumentParser
import Commands
import Machine
import Rendezvous

/// `tryst run`: boots the demo guest, with the monitor or headless.
struct RunCommand: ParsableCommand {
  /// How a headless run reports.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Boot the demo guest and watch it.")

  @Option(help: "Vcpus of the guest, 1 to 255.")
  var cpus = 4
  @Option(help: "Memory of the guest in MiB, 4 to 3072.")
  var memory = 16
  @Option(help: "What the guest does: \(Scenario.allCases.map(\.name).joined(separator: ", ")).")
  var scenario = Scenario.mixed.name
  @Option(
    help: "Rendezvous policy: \(RendezvousPolicy.presets.map(\.preset).joined(separator: ", ")).")
  var policy = RendezvousPolicy.landed.preset
  @Flag(help: "No screen: run, then print what was counted.")
  var headless = false
  @Option(name: .customLong("for"), help: "End after this time: 500ms, 3s, 2m.")
  var duration: String?
  @Option(help: "Headless report: text or json.")
  var format = Format.text
  @Option(
    help: ArgumentHelp(
      "Headless: where the guest's serial port leads: none, stdio, pty or file:PATH.",
      discussion: "With stdio the report goes to standard error; Ctrl-A x at a terminal quits."))
  var serial = "none"
  @Option(help: "Theme: a name (see tryst themes) or a file's path.")
  var theme: String?
  @Option(help: "Colours: auto, never, 8, 16, 256, true.")
  var color = "auto"
  @Option(help: "Characters: auto, ascii, unicode.")
  var glyphs = "auto"
  @Option(help: "Samples and frames a second: 1, 2, 5, 10, 20, 30, 60.")
  var refresh = 10
  @Flag(help: "Leave the mouse to the terminal.")
  var noMouse = false
  @Option(help: "The KVM device.")
  var device = "/dev/kvm"

  func run() throws {
    let options = try MonitorOptions(
      theme: theme, color: color, glyphs: glyphs, refresh: refresh, mouse: !noMouse)
    let limit = try duration.map { text in
      guard let limit = RunDuration(text) else {
        throw Failure(ExitStatus.usage, "--for '\(text)' is no time; give one like 500ms, 3s or 2m")
      }
      return limit
    }
    let serial = try SerialOption(serial)
    let configuration = try machineConfiguration()
    if headless {
      try HeadlessRun(
        configuration: configuration, limit: limit, format: format, serial: serial
      ).run()
    } else if serial != .none {
      throw Failure(
        ExitStatus.usage, "--serial is for --headless; on the screen the console is the serial port"
      )
    } else {
      try MonitorSession(configuration: configuration, limit: limit, options: options).run()
    }
  }

  private func machineConfiguration() throws(Failure) -> MachineConfiguration {
    var result = MachineConfiguration()
    result.vcpus = cpus
    result.memoryMebibytes = memory
    result.device = device
    guard let scenario = Scenario(name: scenario) else {
      throw Failure(
        ExitStatus.usage,
        "--scenario '\(scenario)' is unknown; there are \(Scenario.allCases.map(\.name).joined(separator: ", "))"
      )
    }
    guard let policy = RendezvousPolicy.preset(named: policy) else {
      throw Failure(
        ExitStatus.usage,
        "--policy '\(policy)' is unknown; there are \(RendezvousPolicy.presets.map(\.preset).joined(separator: ", "))"
      )
    }
    result.scenario = scenario
    result.policy = policy
    return result
  }
}
