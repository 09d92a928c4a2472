import ArgumentParser

/// `tryst manual`: the manual for man(1).
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page, for 'man -l -'.")

  func run() throws {
    let root = try CommandDescription.root(json: Tryst._dumpHelp())
    try StandardStreams.write(ManualPage.text(root))
  }
}
