import Glibc
import Monitor
import Testing

/// A way through one context of the key table, key by key, on the real screen.
struct KeyWalk: Sendable, CustomTestStringConvertible {
  /// What a key must do for the walk to go on.
  enum Effect: Sendable {
    /// The picture, which is frozen and so changes by keys alone, is another: text or colours.
    case another
    /// The picture shows this, and did not before.
    case shows(String)
    /// The picture does not show this any more.
    case hides(String)
    /// The log, looked at afterwards under the filter, has so many lines with this.
    case logs(String, filter: String, lines: Int)
    /// The program ends.
    case leaves
  }

  /// A key, what it must do, and how the walk comes to where it can, and back.
  struct Step: Sendable {
    let key: Key
    let effect: Effect
    /// Keys pressed before and after, whose effects are other steps' matter.
    let first: [Key]
    let last: [Key]
  }

  let context: InputContext
  /// Options of `tryst run`.
  let options: [String]
  let columns: Int
  let rows: Int
  /// From the overview to the context; the first leads to the view.
  let way: [Key]
  /// What the screen shows before the picture is frozen; nil: it is not.
  let freezesAt: String?
  /// What the screen shows there.
  let landmark: String
  let steps: [Step]

  init(
    _ context: InputContext, options: [String] = ["--cpus", "6", "--scenario", "init-storm"],
    columns: Int = 100, rows: Int = 30, way: [Key], freezesAt: String? = nil, landmark: String,
    steps: [Step]
  ) {
    self.context = context
    self.options = options
    self.columns = columns
    self.rows = rows
    self.way = way
    self.freezesAt = freezesAt
    self.landmark = landmark
    self.steps = steps
  }

  var testDescription: String { "\(context)" }
}

extension KeyWalk.Step {
  /// `key` does `effect`.
  static func press(
    _ key: Key, _ effect: KeyWalk.Effect = .another, after first: [Key] = [], then last: [Key] = []
  ) -> Self {
    KeyWalk.Step(key: key, effect: effect, first: first, last: last)
  }
  /// The same for a letter or sign.
  static func press(
    _ scalar: Unicode.Scalar, _ effect: KeyWalk.Effect = .another, after first: [Key] = [],
    then last: [Key] = []
  ) -> Self {
    press(.character(scalar), effect, after: first, then: last)
  }
}

extension Key {
  /// What the program ends with: the terminal makes a signal of Ctrl-C, which works when nobody reads keys.
  var leavingStatus: Int32 { self == .control("c") ? 128 + SIGINT : 0 }

  /// As tmux's `send-keys` calls it.
  var tmuxName: String {
    switch self {
    case .character(" "): "Space"
    case .character(let scalar): String(Character(scalar))
    case .control(let scalar): "C-\(Character(scalar))"
    case .function(let number): "F\(number)"
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PageUp"
    case .pageDown: "PageDown"
    case .tab: "Tab"
    case .backTab: "BTab"
    case .enter: "Enter"
    case .escape: "Escape"
    case .backspace: "BSpace"
    case .delete: "DC"
    case .insert: "IC"
    case .modified(let key, let modifiers):
      (modifiers.contains(.control) ? "C-" : "") + (modifiers.contains(.alt) ? "M-" : "")
        + (modifiers.contains(.shift) ? "S-" : "") + key.tmuxName
    }
  }
}
