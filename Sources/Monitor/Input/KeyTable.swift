/// The keys in force: what a key does, what the bar shows and what the help screen says all come from one
/// value, which the operator's settings may have changed.
public struct KeyTable: Sendable, Equatable {
  /// The bindings, in the order of bar and help; each has a key.
  public let bindings: [KeyBinding]

  /// Those of ``KeyBinding/all``.
  public static let standard = KeyTable(bindings: KeyBinding.all)

  private let index: [InputContext: [Action: [Key]]]
  /// Those of each context: the bar asks with each picture.
  private let byContext: [InputContext: [KeyBinding]]

  init(bindings: [KeyBinding]) {
    self.bindings = bindings
    var index: [InputContext: [Action: [Key]]] = [:]
    var byContext: [InputContext: [KeyBinding]] = [:]
    for binding in bindings {
      for context in binding.contexts {
        index[context, default: [:]][binding.action, default: []] += binding.keys
      }
      for context in Set(binding.contexts) { byContext[context, default: []].append(binding) }
    }
    self.index = index
    self.byContext = byContext
  }

  /// The bindings that are valid in `context`.
  public func bindings(in context: InputContext) -> [KeyBinding] {
    byContext[context] ?? []
  }

  /// The binding of `key` in `context`, or nil.
  public func binding(for key: Key, in context: InputContext) -> KeyBinding? {
    bindings.first { $0.contexts.contains(context) && $0.keys.contains(key) }
  }

  /// The binding of `key`, or else of the key that does the same on the screen.
  func binding(nearest key: Key, in context: InputContext) -> KeyBinding? {
    binding(for: key, in: context) ?? binding(for: key.plain, in: context)
  }

  /// The keys of `action` in `context`, the one that the bar names first.
  public func keys(of action: Action, in context: InputContext) -> [Key] {
    index[context]?[action] ?? []
  }

  /// The key that takes the keyboard back from the guest; twice sends it.
  public var escapeKey: Key { keys(of: .detach, in: .attached).first ?? Self.standardEscapeKey }

  /// Ctrl-], telnet's.
  static let standardEscapeKey = Key.control("]")
}

extension InputContext {
  /// The name in the settings: that of the view, and `attached`, `search`, `inject` and so on.
  public var name: String { "\(self)".lowercased() }

  /// The context of that ``name``, or nil.
  public init?(name: String) {
    guard let context = Self.allCases.first(where: { $0.name == name.lowercased() }) else {
      return nil
    }
    self = context
  }

  /// Whether characters are text here: a field, or the guest's keyboard.
  var takesText: Bool {
    self == .attached || !KeyTable.standard.keys(of: .erase, in: self).isEmpty
  }

  /// Whether `key` cannot be bound here because it is typed.
  func types(_ key: Key) -> Bool {
    switch key {
    case .character: takesText && KeyTable.standard.binding(for: key, in: self) == nil
    case .control, .function, .modified: false
    default: self == .attached
    }
  }
}

extension KeyTable {
  /// What remains of a list of keys in `context`: where text is typed, characters are text.
  public func effect(of keys: [Key], in context: InputContext) -> [Key] {
    keys.filter { !context.types($0) }
  }
}
