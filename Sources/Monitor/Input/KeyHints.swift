import Themes

/// Keys as the views' hints name them: they are the operator's, who may have bound others.
extension MonitorModel {
  /// The name of the key that does `action` in `context`: `usual` where it still does it, else the first that does;
  /// nil: no key does.
  func keyName(_ action: Action, in context: InputContext, usual: Key) -> String? {
    let bound = keys.keys(of: action, in: context)
    return (bound.contains(usual) ? usual : bound.first)?.name
  }

  /// The same in a sentence, which must name something: the palette's command where no key does it.
  func keyWord(_ action: Action, in context: InputContext, usual: Key) -> String {
    keyName(action, in: context, usual: usual) ?? ":\(action.name)"
  }

  /// `KEY words` as a hint at the end of a line, set apart by two blanks; nothing where no key does it.
  func hint(
    _ action: Action, in context: InputContext, usual: Key, _ words: String
  ) -> [Span] {
    keyName(action, in: context, usual: usual).map { [Span("  \($0) \(words)", .dim)] } ?? []
  }

  /// The two keys that turn pages in `context`: `PgDn PgUp`.
  func pageKeyNames(in context: InputContext) -> String {
    [
      keyName(.pageDown, in: context, usual: .pageDown),
      keyName(.pageUp, in: context, usual: .pageUp),
    ].compactMap { $0 }.joined(separator: " ")
  }
}
