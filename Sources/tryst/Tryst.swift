import ArgumentParser
import Glibc
import Telemetry

/// The root command; without a subcommand it is `tryst run`.
@main
struct Tryst: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tryst",
    abstract:
      "See vcpus meet: boots a KVM guest, owns its interrupt controller, shows every rendezvous.",
    version: Version.current,
    subcommands: [
      RunCommand.self, CompareCommand.self, ProveCommand.self, BenchCommand.self,
      ThemesCommand.self, ConfigCommand.self, PathsCommand.self, ManualCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() { Glibc.exit(Launch.status(Array(CommandLine.arguments.dropFirst()))) }
}

/// Parses, runs, and turns whatever happens into one line and a status. Not in `main()`, whose closures
/// the compiler takes for the main actor's.
enum Launch {
  static func status(_ arguments: [String]) -> Int32 {
    do {
      try StandardStreams.check()
      var command = try Tryst.parseAsRoot(arguments)
      try command.run()
      return ExitStatus.success
    } catch let failure as Failure {
      if !failure.description.isEmpty { StandardStreams.complain(failure.description) }
      return failure.status
    } catch {
      let code = Tryst.exitCode(for: error)
      guard code != .success else {
        // --help and --version: text that was asked for.
        do {
          try StandardStreams.write(text(for: error, arguments) + "\n")
          return ExitStatus.success
        } catch { return error.status }
      }
      let words = Tryst.message(for: error).split(separator: "\n").joined(separator: " ")
      StandardStreams.complain("\(words); see tryst --help")
      return code.rawValue
    }
  }

  /// What was asked for; the help of the root has that of `run` with it, which is what it does.
  private static func text(for error: any Error, _ arguments: [String]) -> String {
    let text = Tryst.fullMessage(for: error)
    guard ["--help", "-h", "help"].contains(arguments.first), arguments.count == 1 else {
      return text
    }
    return text + "\n\n" + Tryst.helpMessage(for: RunCommand.self)
  }
}
