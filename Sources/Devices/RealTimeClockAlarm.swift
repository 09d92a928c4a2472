/// The three alarm bytes, each of which matches one value, all (0xC0 to 0xFF), or none where it holds
/// what its time byte never does.
struct RealTimeClockAlarm: Sendable {
  private enum Field {
    case any
    case value(Int)
    case never
  }

  private let second: Field
  private let minute: Field
  private let hour: Field

  init(second: UInt8, minute: UInt8, hour: UInt8, format: RealTimeClockFormat) {
    self.second = Self.field(second, matching: format.byte(min(format.number(second), 59))) {
      format.number($0)
    }
    self.minute = Self.field(minute, matching: format.byte(min(format.number(minute), 59))) {
      format.number($0)
    }
    self.hour = Self.field(hour, matching: format.hourByte(format.hour(hour))) { format.hour($0) }
  }

  /// `canonical` is the byte that the clock would show for the number of `byte`: where they differ, the
  /// clock never shows `byte`.
  private static func field(
    _ byte: UInt8, matching canonical: UInt8, number: (UInt8) -> Int
  ) -> Field {
    if byte >= 0xC0 { return .any }
    return byte == canonical ? .value(number(byte)) : .never
  }

  /// Seconds from `secondOfDay` (0 to 86399) to the first match after it, 1 to 86400; nil: never.
  func delay(after secondOfDay: Int) -> Int? {
    var time = secondOfDay + 1
    // What a jump of a greater unit begins with.
    var (firstSecond, firstMinute) = (0, 0)
    switch second {
    case .never: return nil
    case .any: break
    case .value(let value):
      firstSecond = value
      time += (value - time % 60 + 60) % 60
    }
    switch minute {
    case .never: return nil
    case .any: break
    case .value(let value):
      firstMinute = value
      let steps = (value - time / 60 % 60 + 60) % 60
      if steps > 0 { time = (time / 60 + steps) * 60 + firstSecond }
    }
    switch hour {
    case .never: return nil
    case .any: break
    case .value(let value):
      let steps = (value - time / 3600 % 24 + 24) % 24
      if steps > 0 { time = (time / 3600 + steps) * 3600 + firstMinute * 60 + firstSecond }
    }
    return time - secondOfDay
  }
}
