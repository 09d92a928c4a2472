/// An injection, and how often it is made.
public struct RepeatedInjection: Sendable, Equatable {
  /// How often one may be made.
  public static let counts = 1...100_000
  /// The time from one to the next may be this, nanoseconds: 10 µs to an hour.
  public static let periods: ClosedRange<UInt64> = 10_000...3_600_000_000_000

  /// What is injected.
  public let injection: Injection
  /// How often, in ``counts``.
  public let count: Int
  /// From the start of one to the start of the next, nanoseconds, in ``periods``; 0 where there is no next.
  public let periodNanoseconds: UInt64

  /// `injection` once.
  public init(_ injection: Injection) {
    self.injection = injection
    count = 1
    periodNanoseconds = 0
  }

  /// `injection` `count` times; what is out of range is brought to the nearest that is not.
  public init(_ injection: Injection, count: Int, periodNanoseconds: UInt64) {
    self.injection = injection
    self.count = min(max(Self.counts.lowerBound, count), Self.counts.upperBound)
    let period = min(max(Self.periods.lowerBound, periodNanoseconds), Self.periods.upperBound)
    self.periodNanoseconds = self.count == 1 ? 0 : period
  }

  /// The command that makes it.
  public var command: Command {
    count == 1 ? .inject(injection) : .injectRepeatedly(self)
  }

  /// As ``InjectionExpression`` reads it: `fixed 0x40 to 0-3 every 500us times 10`.
  public var text: String {
    if count == 1 { return injection.text }
    return "\(injection.text) every \(TimeText.text(periodNanoseconds)) times \(count)"
  }
}
