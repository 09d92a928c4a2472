/// Numbers in few columns, the same in every locale.
enum Quantity {
  private static let units = ["", "k", "M", "G", "T", "P", "E"]

  /// At most five columns: 99999, then 100k, 1.23M and so on.
  static func count(_ value: UInt64) -> String {
    value < 100_000 ? String(value) : scaled(value, digits: 3)
  }

  /// At most four columns: 9999, then 10k, 1.2M, 123M and so on.
  static func shortCount(_ value: UInt64) -> String {
    value < 10_000 ? String(value) : scaled(value, digits: 2)
  }

  /// `value` cut (not rounded) to `digits` significant digits, or to its whole units.
  private static func scaled(_ value: UInt64, digits: Int) -> String {
    var unit = 0
    var scale: UInt64 = 1
    while value / scale >= 1000 && unit < units.count - 1 {
      scale *= 1000
      unit += 1
    }
    let whole = value / scale
    let decimals = digits - String(whole).utf8.count
    guard decimals > 0 && scale > 1 else { return "\(whole)\(units[unit])" }
    let step: UInt64 = decimals == 1 ? 10 : 100
    let fraction = value % scale / (scale / step)
    return "\(whole).\(padded(fraction, decimals))\(units[unit])"
  }

  /// Per second, at most five columns: 0, 0.3, 12.0, 812, 81.2k.
  static func rate(_ value: Double) -> String {
    guard value.isFinite && value >= 0.05 else { return "0" }
    if value < 99.95 {
      let tenths = Int((value * 10).rounded())
      return "\(tenths / 10).\(tenths % 10)"
    }
    guard value < 1e18 else { return "max" }
    let whole = UInt64(value.rounded())
    return whole < 10_000 ? String(whole) : scaled(whole, digits: 3)
  }

  /// Nanoseconds as whole microseconds, at most five columns; below 10 µs with one decimal. What is less than
  /// that is not nothing.
  static func microseconds(_ nanoseconds: UInt64) -> String {
    if nanoseconds == 0 { return "0" }
    if nanoseconds < 100 { return "<0.1" }
    if nanoseconds < 10_000 { return "\(nanoseconds / 1000).\(nanoseconds / 100 % 10)" }
    return count(nanoseconds / 1000)
  }

  /// Nanoseconds with a unit: 0.4 µs, 41 µs, 2031 µs, 12.3 ms, 1.20 s.
  static func duration(_ nanoseconds: UInt64) -> String {
    let micro = nanoseconds / 1000
    if micro < 10_000 { return "\(microseconds(nanoseconds)) µs" }
    if micro < 1_000_000 { return "\(micro / 1000).\(micro / 100 % 10) ms" }
    return "\(micro / 1_000_000).\(padded(micro / 10_000 % 100, 2)) s"
  }

  /// A longer time, cut to tenths of a second: 0.5 s, 12.3 s, 4 min 05.0 s.
  static func seconds(_ nanoseconds: UInt64) -> String {
    let tenths = nanoseconds / 100_000_000
    let seconds = tenths / 10
    guard seconds >= 60 else { return "\(seconds).\(tenths % 10) s" }
    return "\(seconds / 60) min \(padded(seconds % 60, 2)).\(tenths % 10) s"
  }

  /// `00:03:12.4`
  static func clock(_ nanoseconds: UInt64) -> String {
    let tenths = nanoseconds / 100_000_000
    let seconds = tenths / 10
    return "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
      + ".\(tenths % 10)"
  }

  /// `3:12.318`, with hours where there are some.
  static func logTime(_ nanoseconds: UInt64) -> String {
    let milli = nanoseconds / 1_000_000
    let seconds = milli / 1000
    let tail = "\(padded(seconds % 60, 2)).\(padded(milli % 1000, 3))"
    let minutes = seconds / 60
    return minutes < 60
      ? "\(minutes):\(tail)" : "\(minutes / 60):\(padded(minutes % 60, 2)):\(tail)"
  }

  /// A count and what is counted: `1 vcpu`, `2 vcpus`.
  static func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? one : many ?? one + "s")"
  }

  /// A percentage of `whole`, 0 where there is none.
  static func percent(_ part: UInt64, of whole: UInt64) -> UInt64 {
    whole == 0 ? 0 : UInt64((Double(part) / Double(whole) * 100).rounded())
  }

  private static func padded(_ value: UInt64, _ digits: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}

extension String {
  /// Blanks in front, up to `columns`.
  func rightAligned(_ columns: Int) -> String {
    Self.blanks(columns - CellWidth.columns(self)) + self
  }
  /// Blanks behind, up to `columns`.
  func leftAligned(_ columns: Int) -> String {
    self + Self.blanks(columns - CellWidth.columns(self))
  }

  /// The short ones, which need no memory of their own.
  private static let shortBlanks = (0..<16).map { String(repeating: " ", count: $0) }

  private static func blanks(_ count: Int) -> String {
    if count <= 0 { return "" }
    return count < shortBlanks.count ? shortBlanks[count] : String(repeating: " ", count: count)
  }
}
