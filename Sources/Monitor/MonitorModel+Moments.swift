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
      let takes = keyWord(.takeSample, in: ui.viewContext, usual: .character("."))
      ui.notice =
        step < 0
        ? "no older sample is kept"
        : "this is the newest sample of the frozen picture; \(takes) takes one more"
      past = next
      return
    }
    past = next
    settleSelection()
    ui.notice = "sample \(next.ordinal) of \(next.count), \(Quantity.seconds(next.age)) back"
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
  private var cursor: MomentCursor
  /// What is shown.
  private(set) var shown: Recording

  init(_ recording: Recording) {
    self.recording = recording
    cursor = MomentCursor(recording)
    shown = recording
  }

  /// How many moments there are, and which of them is shown, from 1.
  var count: Int { recording.moments.count }
  var ordinal: Int { cursor.number - recording.moments.first + 1 }
  /// Nanoseconds from the moment that is shown to the newest one of the picture.
  var age: UInt64 {
    let (new, old) = (recording.snapshot.timeNanoseconds, shown.snapshot.timeNanoseconds)
    return new > old ? new - old : 0
  }

  /// False where there is no moment there.
  mutating func step(_ step: Int) -> Bool {
    guard recording.moments.moment(cursor.number + step) != nil else { return false }
    move(to: cursor.number + step)
    return true
  }

  mutating func show(time: UInt64) {
    guard count > 0 else { return }
    move(to: recording.moments.number(at: time))
  }

  private mutating func move(to number: Int) {
    cursor.move(to: number)
    // The newest is the picture as it was frozen, with what had come since its sample.
    shown = number == recording.moments.end - 1 ? recording : recording.rewound(to: cursor)
  }
}
