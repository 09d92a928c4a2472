import Documents
import Monitor
import Yams

/// Reads `keys`, which gives actions other keys: `freeze: [Space, f]` wherever the action has keys,
/// `timeline: {zoom-in-time: ["+"]}` in one view, and `close: {all: [Esc], chooser: [q]}`, which is the same
/// the other way round.
enum KeyReader {
  /// A change and where the file makes it.
  private struct Placed {
    let change: KeyTable.Change
    /// The action's name.
    let name: Node
    /// The keys of the list.
    let keys: [Node]
  }

  /// The table with the changes of `keys`, and another key that takes the keyboard back.
  static func table(
    _ keys: Node?, escape: (key: Key, node: Node)?, _ document: inout DocumentReader
  ) -> KeyTable {
    var changes: [Placed] = []
    if let escape {
      let pairs: [(Action, InputContext)] = [(.detach, .attached), (.sendEscapeKey, .console)]
      for (action, context) in pairs {
        let change = KeyTable.Change(action, in: context, keys: [escape.key])
        changes.append(Placed(change: change, name: escape.node, keys: [escape.node]))
      }
    }
    let before = document.problems.count
    if let keys { changes += read(keys, &document) }
    // A list with a wrong key is not judged further.
    guard document.problems.count == before else { return .standard }
    let (table, objections) = KeyTable.standard.changed(by: changes.map(\.change))
    for objection in objections { report(objection.mistake, changes[objection.change], &document) }
    return objections.isEmpty ? table : .standard
  }

  /// The key called `word`; nil, and reported, where there is none.
  static func key(_ word: String, at node: Node, _ document: inout DocumentReader) -> Key? {
    do throws(Key.NameMistake) {
      return try Key(name: word)
    } catch {
      document.report(
        "\(Printable.quoted(word)) is no key\(Suggestion.hint(for: word, among: Key.names)): "
          + error.words, at: node)
      return nil
    }
  }

  private static func read(_ node: Node, _ document: inout DocumentReader) -> [Placed] {
    var changes: [Placed] = []
    for (key, word, value) in document.entries(of: node, what: "'keys'") ?? [] {
      let action = Action(name: word)
      let context = InputContext(name: word)
      if action == nil && context == nil {
        let names = Action.allCases.map(\.name) + InputContext.allCases.map(\.name)
        reportUnknown(word, key, names, "action or view", &document)
      } else if case .mapping = value {
        for (key, inner, value) in document.entries(of: value, what: "'\(word)'") ?? [] {
          if let action, inner == everywhere {
            changes += list(value, action, nil, key, &document)
          } else if let (action, context) = pair(word, inner) {
            changes += list(value, action, context, key, &document)
          } else {
            var names = context == nil ? [] : Action.allCases.map(\.name)
            if action != nil { names += [everywhere] + InputContext.allCases.map(\.name) }
            reportUnknown(
              inner, key, names, action == nil ? "action" : context == nil ? "view" : "name",
              &document)
          }
        }
      } else if let action {
        changes += list(value, action, nil, key, &document)
      } else {
        document.report("'\(word)' is a view; give it actions: '\(word): {up: [k]}'", at: value)
      }
    }
    return changes
  }

  /// The word for every view in which an action has keys.
  static let everywhere = "all"

  /// The action and the view that two words name, in either order. `help` and `inject` are both; then the
  /// order counts in which the table has them.
  private static func pair(_ outer: String, _ inner: String) -> (Action, InputContext)? {
    var pairs: [(Action, InputContext)] = []
    for (first, second) in [(inner, outer), (outer, inner)] {
      if let action = Action(name: first), let context = InputContext(name: second) {
        pairs.append((action, context))
      }
    }
    return pairs.first { !KeyTable.standard.keys(of: $0.0, in: $0.1).isEmpty } ?? pairs.first
  }

  private static func reportUnknown(
    _ word: String, _ node: Node, _ names: [String], _ what: String,
    _ document: inout DocumentReader
  ) {
    document.report(
      "unknown \(what) \(Printable.quoted(word))\(Suggestion.hint(for: word, among: names)); "
        + "'tryst config --default' has them all", at: node)
  }

  /// One key or a list of keys; none where something is wrong.
  private static func list(
    _ node: Node, _ action: Action, _ context: InputContext?, _ name: Node,
    _ document: inout DocumentReader
  ) -> [Placed] {
    let nodes: [Node]
    switch node {
    case .sequence(let sequence): nodes = Array(sequence)
    case .scalar: nodes = [node]
    default:
      document.report("keys are a list like [Space, f], not \(document.kind(of: node))", at: node)
      return []
    }
    var keys: [Key] = []
    for node in nodes {
      guard let word = document.text(of: node, what: "a key") else { return [] }
      guard let key = key(word, at: node, &document) else { return [] }
      if keys.contains(key) {
        document.report("\(Printable.quoted(key.name)) stands twice in this list", at: node)
        return []
      }
      keys.append(key)
    }
    let change = KeyTable.Change(action, in: context, keys: keys)
    return [Placed(change: change, name: name, keys: nodes)]
  }

  private static func report(
    _ mistake: KeyTable.Mistake, _ placed: Placed, _ document: inout DocumentReader
  ) {
    let name = placed.change.action.name
    switch mistake {
    case .unbound:
      let places = InputContext.allCases.filter {
        !KeyTable.standard.keys(of: placed.change.action, in: $0).isEmpty
      }
      document.report(
        "'\(name)' is nothing that '\(placed.change.context?.name ?? "")' can do; it is for "
          + places.map(\.name).joined(separator: ", "), at: placed.name)
    case .needed(let context):
      document.report(
        "'\(name)' must have a key: without one there is no way out of '\(context.name)'",
        at: placed.name)
    case .typed(let context):
      document.report(
        "'\(name)' is left without a key in '\(context.name)', where letters are typed; add one "
          + "such as F6, or give it its own there: '\(context.name): {\(name): [F6]}'",
        at: placed.keys.first ?? placed.name)
    case .signal(let key):
      document.report(
        "the terminal makes a signal of \(placed.change.keys[key].name); only quit may have it",
        at: placed.keys[key])
    case .taken(let key, let other, let context):
      document.report(
        "\(Printable.quoted(placed.change.keys[key].name)) is '\(other.name)' in "
          + "'\(context.name)'; take it from there: '\(context.name): {\(other.name): []}'",
        at: placed.keys[key])
    }
  }
}
