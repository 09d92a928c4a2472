/// How often pictures are made: samples come at the refresh rate, and at most as often the picture
/// follows. Keys, the mouse and the terminal's size never wait for it.
public struct PaintPace: Sendable, Equatable {
  /// Whether somebody may be looking: the terminal's window has the focus, as far as it tells (xterm's
  /// mode 1004). Without it, once a second is enough.
  public var hasFocus = true
  /// Pictures that were never shown because a newer one came before the terminal had caught up.
  public var framesSkipped = 0

  /// Every so manieth sample is shown: 1, or a power of 2 where pictures cost too much.
  private(set) var slowdown = 1
  private var hertz = 0
  private var samples = 0
  private var dear = 0
  private var cheap = 0

  /// Dear pictures in a row that halve the rate. One alone may be the host's fault.
  static let patience = 3
  /// Cheap pictures in a row that double it again.
  static let confidence = 20

  /// A pace that shows every sample.
  public init() {}

  /// Whether the next sample is shown, at `hertz` samples a second; call it once for each. `isQuiet`: once
  /// a second is enough.
  mutating func isDue(hertz: Int, isQuiet: Bool) -> Bool {
    samples += 1
    let wanted = isQuiet || !hasFocus ? max(1, hertz) : slowdown
    guard samples >= wanted else { return false }
    samples = 0
    return true
  }

  /// Takes note of what making and sending a picture took. More than 30 % of the time between two halves
  /// the rate; less than 10 % for long doubles it.
  mutating func painted(nanoseconds: UInt64, hertz: Int) {
    if hertz != self.hertz {
      // The operator has chosen another rate: it gets its chance.
      (self.hertz, slowdown, dear, cheap) = (hertz, 1, 0, 0)
    }
    let period = 1_000_000_000 / UInt64(max(1, hertz)) * UInt64(slowdown)
    let tenth = period / 10
    dear = nanoseconds > tenth * 3 ? dear + 1 : 0
    cheap = nanoseconds < tenth && slowdown > 1 ? cheap + 1 : 0
    if dear >= Self.patience && slowdown * 2 <= hertz {
      slowdown *= 2
      dear = 0
    } else if cheap >= Self.confidence {
      slowdown /= 2
      cheap = 0
    }
  }
}

extension MonitorModel {
  /// Whether the picture is due after the sample that was absorbed last; call it once for each. A frozen
  /// picture is due once a second, where something else than samples came, and one that nobody sees.
  public mutating func isPictureDue() -> Bool {
    guard pace.isDue(hertz: refreshHertz, isQuiet: isFrozen && !isAttached) else { return false }
    return !standsStill || hasChanged || isTerminalSlow
  }

  /// Takes note of the nanoseconds that making and sending a picture took. Where that is too much of the
  /// time, fewer samples are shown, and the header says so; all are recorded.
  public mutating func painted(nanoseconds: UInt64) {
    pace.painted(nanoseconds: nanoseconds, hertz: refreshHertz)
    hasChanged = false
  }

  /// What the header says where not everything is shown. A frozen picture says nothing of its pace: it stands
  /// still anyhow, and words that come and go with the host's load would be sent for nothing.
  var paceWords: [String] {
    var words: [String] = []
    if isTerminalSlow {
      let skipped = pace.framesSkipped
      words.append(
        skipped == 0 ? "term slow" : "term slow, \(Quantity.count(UInt64(skipped))) skipped")
    }
    if pace.slowdown > 1 && past == nil {
      let (whole, tenth) = (refreshHertz * 10 / pace.slowdown).quotientAndRemainder(dividingBy: 10)
      words.append("slowed to \(whole)\(tenth == 0 ? "" : ".\(tenth)") Hz")
    }
    return words
  }
}
