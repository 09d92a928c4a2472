public import Yams

/// Reads the values of a YAML file and collects what is wrong with them, all of it, not only the first
/// thing. YAML is used for mappings, lists and text only: no booleans, no numbers, no tags.
public struct DocumentReader: Sendable {
  /// The file, for what the parser no longer knows: comments.
  public let text: DocumentText
  /// What was wrong so far. Not more than 50: nobody reads further.
  public private(set) var problems: [DocumentProblem] = []

  private static let most = 50

  /// A reader of the values of `text`.
  public init(text: DocumentText) { self.text = text }

  /// The file's YAML.
  public func compose() throws(DocumentProblem) -> Node {
    do {
      // The basic resolver leaves scalars as text: no booleans, no octal numbers, no regular
      // expressions.
      if let node = try Yams.compose(yaml: text.string, .basic, .default, .utf8) { return node }
    } catch let error as YamlError {
      throw problem(error)
    } catch {
      throw DocumentProblem("not YAML")
    }
    throw text.empty
  }

  private func problem(_ error: YamlError) -> DocumentProblem {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      // An unquoted colour swallows the rest of its line, so the parser stumbles further down.
      if let hash = text.unquotedColor(through: mark.line) { return hash }
      let what = context.map { "\($0.text), " } ?? ""
      return DocumentProblem("not YAML: \(what)\(problem)", line: mark.line, column: mark.column)
    case .duplicatedKeysInMapping(let names, let context):
      let name = names.first.map(Printable.quoted) ?? "a key"
      return DocumentProblem(
        "\(name) is given twice", line: context.mark.line, column: context.mark.column)
    case .reader(let problem, _, _, _): return DocumentProblem("not YAML: \(problem)")
    default: return DocumentProblem("not YAML")
    }
  }

  // MARK: - Problems

  /// Notes that something is wrong at `node`.
  public mutating func report(_ message: String, at node: Node) {
    report(problem(message, at: node))
  }

  /// Notes a problem.
  public mutating func report(_ problem: DocumentProblem) {
    if problems.count < DocumentReader.most { problems.append(problem) }
  }

  /// A problem at the place of `node`.
  public func problem(_ message: String, at node: Node) -> DocumentProblem {
    DocumentProblem(message, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
  }

  // MARK: - Shapes

  /// The entries of a mapping whose keys are text; nil when it is no mapping. `what` names what was
  /// wanted.
  public mutating func entries(
    of node: Node, what: String
  ) -> [(key: Node, name: String, value: Node)]? {
    guard case .mapping(let mapping) = node else {
      report("\(what) is a mapping ('key: value'), not \(kind(of: node))", at: node)
      return nil
    }
    var entries: [(key: Node, name: String, value: Node)] = []
    for (key, value) in mapping {
      if case .scalar(let scalar) = key {
        entries.append((key, scalar.string, value))
      } else {
        report("a key is a word, not \(kind(of: key))", at: key)
      }
    }
    return entries
  }

  /// The text of a scalar; nil when it is none or nothing.
  public mutating func text(of node: Node, what: String) -> String? {
    guard case .scalar(let scalar) = node else {
      report("\(what) is a word, not \(kind(of: node))", at: node)
      return nil
    }
    let isPlain = scalar.style == .plain || scalar.style == .any
    guard isPlain && ["", "~", "null"].contains(scalar.string) else { return scalar.string }
    let line = node.mark?.line ?? 0
    report(
      text.unquotedColor(from: max(1, line - 1), through: line)
        ?? problem("\(what) is missing here", at: node))
    return nil
  }

  /// What a node is, in words.
  public func kind(of node: Node) -> String {
    switch node {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : Printable.quoted(scalar.string)
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
