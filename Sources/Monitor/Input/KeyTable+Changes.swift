extension KeyTable {
  /// Other keys for an action.
  public struct Change: Sendable, Equatable {
    /// What the keys are to do.
    public let action: Action
    /// Where; nil: wherever it has keys.
    public let context: InputContext?
    /// All the keys that it has there from now on, the one for the bar first; none: it has no key.
    public let keys: [Key]

    /// A change.
    public init(_ action: Action, in context: InputContext? = nil, keys: [Key]) {
      self.action = action
      self.context = context
      self.keys = keys
    }
  }

  /// What is wrong with a change.
  public enum Mistake: Error, Sendable, Equatable {
    /// The action is none of the context's.
    case unbound
    /// Without a key for it there is no way out of the context.
    case needed(InputContext)
    /// No key is left in the context, where such keys are typed.
    case typed(InputContext)
    /// The terminal makes a signal of the key with that place in the list.
    case signal(key: Int)
    /// The key with that place in the list does something else in the context.
    case taken(key: Int, by: Action, in: InputContext)
  }

  /// A mistake, and the place of its change in the list of changes.
  public struct Objection: Sendable, Equatable {
    /// From 0.
    public let change: Int
    /// What is wrong.
    public let mistake: Mistake
  }

  /// What must always have a key: the ways out.
  static let needed: Set<Action> = [.quit, .close, .detach]
  /// Keys that the terminal turns into signals unless the keyboard is the guest's.
  private static let signals: Set<Key> = [.control("c"), .control("z"), .control("\\")]

  /// The table with the changes made, and what is wrong with them. A change for one context beats one
  /// for all, a later one an earlier one. Where the list of objections is not empty, the table is not to
  /// be used.
  public func changed(by changes: [Change]) -> (table: KeyTable, objections: [Objection]) {
    var wanted: [InputContext: [Action: Wish]] = [:]
    var objections: [Objection] = []
    for isForOne in [false, true] {
      for (number, change) in changes.enumerated() where (change.context != nil) == isForOne {
        let places = InputContext.allCases.filter {
          (change.context ?? $0) == $0 && !keys(of: change.action, in: $0).isEmpty
        }
        if let mistake = places.isEmpty ? .unbound : Self.mistake(change, places) {
          objections.append(Objection(change: number, mistake: mistake))
        }
        for place in places {
          let keys = change.keys.filter { !place.types($0) }
          wanted[place, default: [:]][change.action] = Wish(keys: keys, change: number)
        }
      }
    }
    objections += conflicts(wanted, changes)
    return (KeyTable(bindings: bound(wanted)), objections)
  }

  private struct Wish {
    let keys: [Key]
    let change: Int
  }

  private static func mistake(_ change: Change, _ places: [InputContext]) -> Mistake? {
    let (action, keys) = (change.action, change.keys)
    if keys.isEmpty { return needed.contains(action) ? .needed(places[0]) : nil }
    if action != .quit, places != [.attached], let key = keys.firstIndex(where: signals.contains) {
      return .signal(key: key)
    }
    return places.first { place in keys.allSatisfy(place.types) }.map(Mistake.typed)
  }

  /// What stands twice in a context, by the change that makes it so; each pair is named once.
  private func conflicts(
    _ wanted: [InputContext: [Action: Wish]], _ changes: [Change]
  ) -> [Objection] {
    var objections: [Objection] = []
    var named: Set<[Int]> = []
    for context in InputContext.allCases {
      guard let wishes = wanted[context] else { continue }
      var owners: [Key: (action: Action, change: Int)] = [:]
      // Those that were not changed own their keys; of two changes the later one is at fault.
      for binding in bindings(in: context) where wishes[binding.action] == nil {
        for key in binding.keys { owners[key] = (binding.action, -1) }
      }
      for (action, wish) in wishes.sorted(by: { $0.value.change < $1.value.change }) {
        for key in wish.keys {
          guard let owner = owners.updateValue((action, wish.change), forKey: key) else { continue }
          let place = changes[wish.change].keys.firstIndex(of: key) ?? 0
          let other = Action.allCases.firstIndex(of: owner.action) ?? 0
          guard named.insert([wish.change, place, other]).inserted else { continue }
          objections.append(
            Objection(
              change: wish.change,
              mistake: .taken(key: place, by: owner.action, in: context)))
        }
      }
    }
    return objections
  }

  /// The bindings with their new keys: one that has different keys in different contexts becomes several,
  /// which stay in its place; where an action has several bindings, the first takes the keys.
  private func bound(_ wanted: [InputContext: [Action: Wish]]) -> [KeyBinding] {
    var escape = Self.standardEscapeKey
    if let wish = wanted[.attached]?[.detach], let key = wish.keys.first { escape = key }
    var taken: Set<Place> = []
    var result: [KeyBinding] = []
    for binding in bindings {
      var groups: [(contexts: [InputContext], keys: [Key])] = []
      for context in binding.contexts {
        var keys = binding.keys
        if let wish = wanted[context]?[binding.action],
          wish.keys != self.keys(of: binding.action, in: context)
        {
          let isFirst = taken.insert(Place(action: binding.action, context: context)).inserted
          keys = isFirst ? wish.keys : []
        }
        if let same = groups.firstIndex(where: { $0.keys == keys }) {
          groups[same].contexts.append(context)
        } else {
          groups.append(([context], keys))
        }
      }
      let help =
        escape == Self.standardEscapeKey
        ? binding.help : binding.help.replacing(Self.standardEscapeKey.name, with: escape.name)
      for group in groups where !group.keys.isEmpty {
        result.append(
          KeyBinding(
            group.contexts, binding.section, binding.action, group.keys, binding.label, help))
      }
    }
    return result
  }

  private struct Place: Hashable {
    let action: Action
    let context: InputContext
  }
}
