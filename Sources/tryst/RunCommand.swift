import ArgumentParser
import Commands
import Machine
import Rendezvous
import Settings
import Themes

/// `tryst run`: boots the demo guest or a kernel, with the monitor or headless.
struct RunCommand: ParsableCommand {
  /// How a headless run reports.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Boot a guest and watch it: a kernel, or the demo guest.")

  @Argument(
    help: "Kernel: bzImage, vmlinux, multiboot, ELF; without one, the demo guest.",
    completion: .file())
  var kernel: String?
  @Option(help: "Vcpus of the guest, 1 to 1024; default 4.")
  var cpus: Int?
  @Option(help: "Memory in MiB: 4 to 3072, default 16; of a kernel default 256.")
  var memory: Int?
  @Option(help: "Initial RAM disk (multiboot: module) of the kernel.", completion: .file())
  var initrd: String?
  @Option(help: "Command line of the kernel.")
  var append: String?
  @Option(help: "Load the kernel as a flat binary at this address and start there.")
  var at: String?
  @Flag(help: "End when the guest resets the machine.")
  var noReboot = false
  @Flag(help: "Offer no x2APIC mode to the guest.")
  var noX2apic = false
  @Flag(help: "Do not repair instructions that the host's KVM cannot emulate.")
  var noRepair = false
  @Option(
    help: "What the guest does: \(SettingName.scenario.words.joined(separator: ", ")).",
    completion: .list(SettingName.scenario.words))
  var scenario: String?
  @Option(
    help: "Rendezvous policy: \(SettingName.policy.words.joined(separator: ", ")).",
    completion: .list(SettingName.policy.words))
  var policy: String?
  @OptionGroup var lab: LabOptions
  @OptionGroup var injecting: InjectOption
  @Flag(help: "No screen: run, then print what was counted.")
  var headless = false
  @OptionGroup var plain: PlainOptions
  @Option(name: .customLong("for"), help: "End after this time: 500ms, 3s, 2m.")
  var duration: String?
  @Option(help: "Headless report: text or json.")
  var format = Format.text
  @Option(
    help: ArgumentHelp(
      "Headless: where the guest's serial port leads: none, stdio, pty or file:PATH.",
      discussion: "With stdio the report goes to standard error; Ctrl-A x at a terminal quits."))
  var serial = "none"
  @OptionGroup var configuration: ConfigurationOption
  @Option(
    help: "Theme: a name (see tryst themes) or a file's path; or set TRYST_THEME.",
    completion: .themes)
  var theme: String?
  @OptionGroup var themes: ThemesDirectoryOption
  @Option(
    help: "Colours: \(Settings.colors.joined(separator: ", ")).",
    completion: .list(Settings.colors))
  var color: String?
  @Option(
    help: "Characters: \(Settings.glyphSets.joined(separator: ", ")).",
    completion: .list(Settings.glyphSets))
  var glyphs: String?
  @Option(
    help: "Samples and frames a second: \(SettingName.refresh.words.joined(separator: ", ")).",
    completion: .list(SettingName.refresh.words))
  var refresh: Int?
  @Flag(
    inversion: .prefixedNo,
    help: "Only look: nothing on the screen injects, types, stops or switches.")
  var readOnly: Bool?
  @Flag(inversion: .prefixedNo, help: "Take the mouse, or leave it to the terminal.")
  var mouse: Bool?
  @Option(help: "The KVM device.")
  var device = "/dev/kvm"

  func run() throws {
    // Without a screen nothing of the user's that is about the screen may stop the run.
    let file = try configuration.load()
    let settings = file.settings
    let theme = theme ?? (headless || plain.plain ? nil : ThemeCatalog.environmentTheme)
    let options = try MonitorOptions(
      theme: theme ?? (headless || plain.plain ? nil : settings.theme), in: themes.catalog(),
      color: color ?? settings.color,
      glyphs: glyphs ?? SettingName.glyphs.text(in: settings) ?? "auto",
      refresh: refresh ?? settings.refreshHertz, mouse: mouse ?? settings.hasMouse,
      isReadOnly: readOnly ?? settings.isReadOnly,
      settings: SettingsChoice(
        file, choice: configuration.config, hasTheme: theme != nil, hasRefresh: refresh != nil))
    let limit = try duration.map { text in
      guard let limit = RunDuration(text) else {
        throw Failure(ExitStatus.usage, "--for '\(text)' is no time; give one like 500ms, 3s or 2m")
      }
      return limit
    }
    let serial = try SerialOption(serial)
    let configuration = try machineConfiguration(settings)
    let injections = try injecting.injections(
      vcpus: configuration.vcpus, isDemo: kernel == nil)
    if let run = try plain.run(configuration, limit, headless: headless, serial, injections) {
      try run.run()
    } else if headless {
      try HeadlessRun(
        configuration: configuration, limit: limit, format: format, serial: serial,
        injections: injections
      ).run()
    } else if serial != .none {
      throw Failure(
        ExitStatus.usage, "--serial is for --headless; on the screen the console is the serial port"
      )
    } else {
      try MonitorSession(
        configuration: configuration, limit: limit, options: options, injections: injections
      ).run()
    }
  }

  private func kernelFiles() throws(Failure) -> KernelFiles? {
    guard let kernel else {
      for (option, isGiven) in [
        ("--initrd", initrd != nil), ("--append", append != nil), ("--at", at != nil),
      ] where isGiven {
        throw Failure(ExitStatus.usage, "\(option) is for a kernel; name its file")
      }
      return nil
    }
    var address: UInt64?
    if let at {
      guard let number = NumberText.parse(at) else {
        throw Failure(ExitStatus.usage, "--at '\(at)' is no address; give one like 0x7c00")
      }
      address = number
    }
    var files = KernelFiles(
      image: try FileContents.read(kernel, option: "kernel"),
      name: kernel.split(separator: "/").last.map(String.init) ?? kernel)
    if let initrd { files.initialRAMDisk = try FileContents.read(initrd, option: "--initrd") }
    files.commandLine = append ?? ""
    files.flatAddress = address
    return files
  }

  private func machineConfiguration(
    _ settings: Settings
  ) throws(Failure) -> MachineConfiguration {
    var result = MachineConfiguration()
    result.vcpus = cpus ?? settings.vcpus
    result.kernel = try kernelFiles()
    result.memoryMebibytes = memory ?? settings.memoryMebibytes ?? (kernel == nil ? 16 : 256)
    result.endsAtReset = noReboot
    result.repairsInstructions = !noRepair
    result.hasX2APIC = !noX2apic
    result.device = device
    let scenarioName = scenario ?? settings.scenario.name
    guard let scenario = Scenario(name: scenarioName) else {
      throw Failure(
        ExitStatus.usage,
        "--scenario '\(scenarioName)' is unknown; there are \(Scenario.allCases.map(\.name).joined(separator: ", "))"
      )
    }
    let policyName = policy ?? settings.policy
    guard let policy = RendezvousPolicy.preset(named: policyName) else {
      throw Failure(
        ExitStatus.usage,
        "--policy '\(policyName)' is unknown; there are \((RendezvousPolicy.presets + RendezvousPolicy.unsafePresets).map(\.preset).joined(separator: ", "))"
      )
    }
    result.scenario = scenario
    result.policy = policy
    try lab.apply(to: &result)
    return result
  }
}
