import Telemetry

/// A place among the moments of a recording, with what can only be told by going there step by step: the
/// vcpus' rows and the IPI matrix.
struct MomentCursor: Sendable {
  private let moments: Moments
  /// The absolute number of the moment.
  private(set) var number: Int
  /// The vcpus then.
  private(set) var rows: [VCPUSnapshot]
  /// The rows that the vCPU view's rates are since; nil where they are not kept.
  private(set) var base: VCPURecent.Rows?
  /// The IPI matrix then.
  private(set) var traffic: IPITrafficHistory
  /// The rows of the moment where ``base`` was looked for last.
  private var baseRows: (number: Int, rows: [VCPUSnapshot])

  /// At the newest moment of `recording`.
  init(_ recording: Recording) {
    moments = recording.moments
    number = moments.end - 1
    rows = recording.snapshot.vcpus
    baseRows = (number, rows)
    traffic = recording.traffic
    // What came after the last sample belongs to none yet.
    for step in traffic.takeSteps().reversed() { traffic.undo(step) }
  }

  /// Goes to the moment `target`, which is kept; the time that it takes grows with the way.
  mutating func move(to target: Int) {
    while number > target, let moment = moments.moment(number) {
      for step in moment.parts.traffic.reversed() { traffic.undo(step) }
      moment.parts.rows.undo(&rows)
      number -= 1
    }
    while number < target, let moment = moments.moment(number + 1) {
      for step in moment.parts.traffic { traffic.redo(step) }
      moment.parts.rows.redo(&rows)
      number += 1
    }
    settle()
  }

  /// Moments that the window of the matrix can reach back: a second and a half at 60 Hz.
  private static let windowMoments = 128

  private mutating func settle() {
    let first = max(moments.first, number - Self.windowMoments)
    let steps = (min(first, number)...number).flatMap {
      moments.moment($0)?.parts.traffic ?? []
    }
    traffic.setWindow(steps)
    guard let now = moments.moment(number) else { return }
    moveBase(to: now.parts.ratesSince)
  }

  private mutating func moveBase(to target: Int) {
    guard let then = moments.moment(target) else {
      base = nil
      return
    }
    while baseRows.number > target, let moment = moments.moment(baseRows.number) {
      moment.parts.rows.undo(&baseRows.rows)
      baseRows.number -= 1
    }
    while baseRows.number < target, let moment = moments.moment(baseRows.number + 1) {
      moment.parts.rows.redo(&baseRows.rows)
      baseRows.number += 1
    }
    base = VCPURecent.Rows(
      number: target, timeNanoseconds: then.timeNanoseconds, vcpus: baseRows.rows)
  }
}
