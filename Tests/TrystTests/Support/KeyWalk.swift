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

  /// What the keys are pressed on.
  enum Picture: Sendable {
    /// One that goes on.
    case live
    /// A frozen one: keys alone change it. The guest runs on.
    case frozen
    /// A frozen one of a guest that was stopped first: it costs no time, and its log stays.
    case stopped
  }

  let context: InputContext
  /// Options of `tryst run`.
  let options: [String]
  let columns: Int
  let rows: Int
  let picture: Picture
  /// From the overview to the view; the first leads there. They are pressed before the picture is frozen.
  let opening: [Key]
  /// What the screen shows before the picture is frozen.
  let ready: String
  /// From there to the context.
  let way: [Key]
  /// What the screen shows there.
  let landmark: String
  let steps: [Step]

  /// Much happens in the first second, and every key finds something.
  static let storm = ["--cpus", "4", "--scenario", "init-storm"]
  /// Nothing happens.
  static let quiet = ["--cpus", "2", "--scenario", "idle"]

  init(
    _ context: InputContext, _ picture: Picture = .stopped, options: [String] = storm,
    columns: Int = 100, rows: Int = 30, opening: [Key] = [], ready: String = "● RUN",
    way: [Key] = [], landmark: String, steps: [Step]
  ) {
    self.context = context
    self.picture = picture
    self.options = options
    self.columns = columns
    self.rows = rows
    self.opening = opening
    self.ready = ready
    self.way = way
    self.landmark = landmark
    self.steps = steps
  }

  /// The context, and which of its walks.
  var testDescription: String {
    guard steps.count == 1, let step = steps.first else { return "\(context)" }
    return "\(context), \(step.key.name)"
  }

  /// A key that leaves the program, which needs a run of its own, so a small one.
  static func leaving(
    _ context: InputContext, _ key: Key, opening: [Key] = [], ready: String = "● RUN",
    way: [Key] = [], landmark: String
  ) -> KeyWalk {
    KeyWalk(
      context, .live, options: quiet, opening: opening, ready: ready, way: way, landmark: landmark,
      steps: [.press(key, .leaves)])
  }

  /// `text`, typed.
  static func typed(_ text: String) -> [Key] { text.unicodeScalars.map(Key.character) }
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
