/// A moment in words, the same everywhere.
public enum BenchmarkDate {
  /// `2026-01-31T12:00:00Z` of seconds since the start of 1970, UTC.
  public static func text(unixSeconds: Int64) -> String {
    let seconds = unixSeconds < 0 ? 0 : Int(min(unixSeconds, 253_402_300_799))
    var (day, year) = (seconds / 86_400, 1970)
    func length(_ year: Int) -> Int {
      year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365
    }
    while day >= length(year) {
      day -= length(year)
      year += 1
    }
    let february = length(year) - 337
    var month = 1
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
      if day < days { break }
      day -= days
      month += 1
    }
    let date = "\(year)-\(two(month))-\(two(day + 1))"
    let time = "\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    return "\(date)T\(time)Z"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
