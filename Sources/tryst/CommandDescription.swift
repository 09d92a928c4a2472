import FoundationEssentials

/// A command as the argument parser describes it in JSON (`--experimental-dump-help`, format 0): what of it
/// the manual needs.
struct CommandDescription: Decodable {
  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String

      /// As it is typed.
      var typed: String { (kind == "long" ? "--" : "-") + name }
    }

    let kind: String
    let shouldDisplay: Bool
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let abstract: String?
    let discussion: String?
  }

  let commandName: String
  let shouldDisplay: Bool
  let abstract: String?
  let discussion: String?
  let defaultSubcommand: String?
  let subcommands: [CommandDescription]?
  let arguments: [Argument]?

  private struct Tool: Decodable {
    let serializationVersion: Int
    let command: CommandDescription
  }

  /// The root command of a description.
  static func root(json: String) throws(Failure) -> CommandDescription {
    guard let tool = try? JSONDecoder().decode(Tool.self, from: Data(json.utf8)),
      tool.serializationVersion == 0
    else {
      throw Failure(ExitStatus.ourFault, "the argument parser describes commands in a new way")
    }
    return tool.command
  }
}
