/// A moment of the clock's calendar: the Gregorian one, in which the century counts. (The MC146818
/// itself knows no century, and takes 2100 for a leap year; its successors with a century byte do not.)
struct RealTimeClockCalendar: Sendable, Equatable {
  /// 0 to 9999; later ones by ``advance(seconds:)``.
  private(set) var year: Int
  /// 1 to 12.
  private(set) var month: Int
  /// 1 to 31.
  private(set) var day: Int
  /// 1 (Sunday) to 7; software may have set it apart from the date.
  private(set) var weekday: Int
  /// 0 to 86399.
  private(set) var secondOfDay: Int

  static let secondsPerDay = 86_400
  /// Days from 1 January of year 0 to that of 1970.
  private static let unixEpoch = daysBefore(year: 1970)

  /// A moment from what registers hold, each brought into its range. Without a weekday it is that of
  /// the date.
  init(year: Int, month: Int, day: Int, weekday: Int?, secondOfDay: Int) {
    self.year = min(max(year, 0), 9999)
    self.month = min(max(month, 1), 12)
    self.day = min(max(day, 1), Self.length(month: self.month, year: self.year))
    self.weekday = 1
    self.secondOfDay = min(max(secondOfDay, 0), Self.secondsPerDay - 1)
    self.weekday = weekday ?? Self.weekday(dayNumber: dayNumber)
  }

  /// The moment `unixSeconds` after the start of 1970 (UTC), brought into the years 0 to 9999.
  init(unixSeconds: Int64) {
    let (first, last): (Int64, Int64) = (-62_167_219_200, 253_402_300_799)
    let seconds = Int(min(max(unixSeconds, first), last) - first)
    self.init(year: 0, month: 1, day: 1, weekday: nil, secondOfDay: 0)
    advance(seconds: seconds)
  }

  /// Goes on by `seconds`, 0 to 2^40: seconds, minutes, hours, weekday and date carry.
  mutating func advance(seconds: Int) {
    let (days, rest) = (secondOfDay + seconds).quotientAndRemainder(
      dividingBy: Self.secondsPerDay)
    secondOfDay = rest
    guard days > 0 else { return }
    weekday = (weekday - 1 + days) % 7 + 1
    setDate(dayNumber: dayNumber + days)
  }

  // MARK: Days

  /// Days since 1 January of year 0.
  private var dayNumber: Int {
    var days = Self.daysBefore(year: year) + day - 1
    for earlier in 1..<month { days += Self.length(month: earlier, year: year) }
    return days
  }

  private mutating func setDate(dayNumber: Int) {
    // 146097 days are 400 years: the estimate is right or one year off.
    year = dayNumber * 400 / 146_097
    if Self.daysBefore(year: year + 1) <= dayNumber { year += 1 }
    if Self.daysBefore(year: year) > dayNumber { year -= 1 }
    var rest = dayNumber - Self.daysBefore(year: year)
    month = 1
    while month < 12 && rest >= Self.length(month: month, year: year) {
      rest -= Self.length(month: month, year: year)
      month += 1
    }
    day = rest + 1
  }

  /// Days of the years 0 to `year` - 1; year 0 is a leap year.
  private static func daysBefore(year: Int) -> Int {
    365 * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400
  }

  private static func weekday(dayNumber: Int) -> Int {
    // 1 January 1970 was a Thursday.
    (dayNumber + 7 - unixEpoch % 7 + 4) % 7 + 1
  }

  private static func length(month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }
}
