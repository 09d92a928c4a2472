import Telemetry

/// Freezing, and going back in time.
extension MonitorModel {
  /// Freezes the picture as it is, or lets it move again.
  mutating func toggleFreeze() {
    if past != nil {
      past = nil
    } else {
      past = Past(live)
    }
    settleSelection()
  }

  /// Shows the sample `step` further; freezes where the picture moves.
  mutating func stepMoment(_ step: Int) {
    var next = past ?? Past(live)
    guard next.step(step) else {
      ui.notice =
        step < 0
        ? "no older sample is kept"
        : "this is the newest sample of the frozen picture; . takes one more"
      past = next
      return
    }
    past = next
    settleSelection()
    ui.notice = "sample \(next.ordinal) of \(next.count), \(Quantity.duration(next.age)) back"
  }

  /// Goes to the moment of `time`, nanoseconds since the machine started, and freezes there.
  mutating func show(momentAt time: UInt64) {
    var next = past ?? Past(live)
    next.show(time: time)
    past = next
    settleSelection()
  }

  /// Takes one sample more into the frozen picture: the newest.
  mutating func takeSample() {
    past = Past(live)
    settleSelection()
    ui.notice = "one sample taken"
  }
}

/// A frozen picture, and where in its past it stands.
struct Past: Sendable {
  /// All that was recorded when the picture was frozen.
  private let recording: Recording
  /// The number of the moment that is shown.
  private var number: Int
  /// What is shown.
  private(set) var shown: Recording

  init(_ recording: Recording) {
    self.recording = recording
    number = recording.moments.end - 1
    shown = recording
  }

  /// How many moments there are, and which of them is shown, from 1.
  var count: Int { recording.moments.count }
  var ordinal: Int { number - recording.moments.first + 1 }
  /// Nanoseconds from the moment that is shown to the newest one of the picture.
  var age: UInt64 {
    let (new, old) = (recording.snapshot.timeNanoseconds, shown.snapshot.timeNanoseconds)
    return new > old ? new - old : 0
  }

  /// False where there is no moment there.
  mutating func step(_ step: Int) -> Bool {
    guard recording.moments.moment(number + step) != nil else { return false }
    number += step
    shown = recording.rewound(to: number)
    return true
  }

  mutating func show(time: UInt64) {
    guard count > 0 else { return }
    number = recording.moments.number(at: time)
    shown = recording.rewound(to: number)
  }
}
