import Monitor
import Settings
import Telemetry
import Themes

/// The manual, made from the argument parser's description of the commands, the key table and the settings.
struct ManualPage {
  private var page = Troff(title: "TRYST", source: "tryst \(Version.current)")
  private let root: CommandDescription

  init(_ root: CommandDescription) { self.root = root }

  /// The page for man(1).
  static func text(_ root: CommandDescription) -> String {
    var manual = ManualPage(root)
    manual.commands()
    manual.keys()
    manual.settings()
    manual.surroundings()
    return manual.page.text
  }

  private mutating func commands() {
    page.section("NAME")
    page.paragraph("tryst - \(root.abstract ?? "")")
    page.section("SYNOPSIS")
    for command in shown(root) {
      page.paragraph(Self.synopsis("tryst \(command.commandName)", command))
    }
    page.section("COMMANDS")
    page.paragraph(
      "Without a command tryst does what 'tryst \(root.defaultSubcommand ?? "run")' does.")
    describe("tryst", root)
    for command in shown(root) { describe("tryst \(command.commandName)", command) }
  }

  private func shown(_ command: CommandDescription) -> [CommandDescription] {
    (command.subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
  }

  private static func synopsis(_ path: String, _ command: CommandDescription) -> String {
    var words = [path]
    if let inner = command.subcommands, !inner.isEmpty {
      words.append("[" + inner.map(\.commandName).joined(separator: "|") + "]")
    }
    if command.arguments?.contains(where: { $0.kind != "positional" }) == true {
      words.append("[options]")
    }
    for argument in command.arguments ?? [] where argument.kind == "positional" {
      let name = "<\(argument.valueName ?? "value")>\(argument.isRepeating ? "..." : "")"
      words.append(argument.isOptional ? "[\(name)]" : name)
    }
    return words.joined(separator: " ")
  }

  private mutating func describe(_ path: String, _ command: CommandDescription) {
    page.part(path)
    if path != "tryst" { page.paragraph(command.abstract ?? "") }
    if let discussion = command.discussion { page.paragraph(discussion) }
    for argument in command.arguments ?? [] where argument.shouldDisplay {
      let isFlag = argument.kind == "flag"
      let value = isFlag ? "" : "<\(argument.valueName ?? "value")>"
      let names = (argument.names ?? []).map(\.typed).joined(separator: ", ")
      var text = argument.abstract ?? ""
      if let value = argument.defaultValue, !isFlag { text += " (default: \(value))" }
      if let more = argument.discussion { text += " \(more)" }
      page.item([names, value].filter { !$0.isEmpty }.joined(separator: " "), text)
    }
    if path == "tryst" { return }
    for inner in shown(command) { describe("\(path) \(inner.commandName)", inner) }
  }

  private mutating func keys() {
    page.section("KEYS")
    page.paragraph(
      "As they are without settings. The name in brackets is the action's in the settings; the views in "
        + "which it has these keys follow where they are few.")
    for section in KeyBinding.Section.allCases {
      let bindings = KeyTable.standard.bindings.filter { $0.section == section }
      if bindings.isEmpty { continue }
      page.part(section.rawValue)
      for binding in bindings {
        let places = binding.contexts.map(\.name)
        let names = places.count > 3 ? "" : " In: \(places.joined(separator: ", "))."
        page.item(
          binding.keys.map(\.name).joined(separator: " "),
          "\(binding.help) [\(binding.action.name)]\(names)")
      }
    }
  }

  private mutating func settings() {
    page.section("SETTINGS")
    page.paragraph(
      "A YAML file of 'key: value'. The command line goes before it, and it before the defaults; "
        + "'tryst config --default' prints all of it with comments.")
    for name in SettingName.allCases { page.item(name.rawValue, name.summary) }
  }

  private mutating func surroundings() {
    page.section("FILES")
    page.item(
      "$XDG_CONFIG_HOME/tryst/config.yaml", "settings; ~/.config where the variable is unset")
    page.item(
      "$XDG_CONFIG_HOME/tryst/themes/NAME.yaml",
      "themes; then tryst/themes in each of $XDG_DATA_DIRS, then those built in")
    page.item("/dev/kvm", "the KVM device, unless --device names another")
    page.section("ENVIRONMENT")
    page.item("TRYST_THEME", "the theme, between the command line and the settings")
    page.item("NO_COLOR", "not empty: no colours unless --color says otherwise")
    page.item("TERM", "the terminal, by its terminfo entry")
    page.item("LC_ALL, LC_CTYPE, LANG", "whether the terminal takes UTF-8")
    page.item("XDG_CONFIG_HOME, XDG_DATA_DIRS, HOME", "where settings and themes are")
    page.section("SIGNALS")
    page.item("SIGUSR1", "samples and paints at once")
    page.item("SIGUSR2", "reads the theme and the settings' keys, theme and rate again")
    page.section("EXIT STATUS")
    for (status, meaning) in Self.statuses { page.item(status, meaning) }
    page.section("EXAMPLES")
    page.example("tryst run --scenario init-storm --policy baseline")
    page.example("tryst run --headless --for 3s --format json")
    page.example("tryst config --default > ~/.config/tryst/config.yaml")
    page.example(
      "tryst --generate-completion-script bash > ~/.local/share/bash-completion/completions/tryst")
  }

  private static let statuses = [
    (String(ExitStatus.success), "the operator left, or the guest ended well"),
    (String(ExitStatus.guestFailed), "the guest failed"),
    (String(ExitStatus.usage), "the command line is wrong"),
    (String(ExitStatus.inputMissing), "a file that was named is missing"),
    (String(ExitStatus.unavailable), "no KVM, no terminal, or nowhere to write"),
    (String(ExitStatus.ourFault), "a fault of tryst's own"),
    (String(ExitStatus.configuration), "a theme or the settings are wrong"),
    ("128+n", "ended by signal n"),
  ]
}
