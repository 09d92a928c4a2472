import ArgumentParser

/// `tryst themes`: what there is, how it looks, whether it is any good.
struct ThemesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "themes", abstract: "List, show and check themes.",
    subcommands: [ThemesListCommand.self, ThemesShowCommand.self, ThemesCheckCommand.self],
    defaultSubcommand: ThemesListCommand.self)
}
