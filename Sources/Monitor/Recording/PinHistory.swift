import Telemetry

/// What the I/O APIC's pins did over the last samples: deliveries, and when an entry was rewritten.
struct PinHistory: Sendable {
  /// Pins of the 82093AA; more in a snapshot are not looked at.
  static let pinCount = 24
  /// An entry counts as just rewritten for this long, so that an eye can see it, nanoseconds.
  static let freshNanoseconds: UInt64 = 1_000_000_000

  private struct Sample: Sendable {
    let timeNanoseconds: UInt64
    let delivered: [UInt64]
  }

  private var samples = BoundedList<Sample>(limit: Recording.sampleCount)
  private var entries: [PinEntry] = []
  /// When each pin's entry was seen rewritten.
  private(set) var rewrittenAt = [UInt64?](repeating: nil, count: pinCount)
  private var now: UInt64 = 0

  init() {}

  /// As it was at the end of `moments`, in order.
  init(rewound moments: [Moment]) {
    for moment in moments { append(moment.parts.snapshot) }
    rewrittenAt = moments.last?.parts.rewrittenAt ?? rewrittenAt
    now = moments.last?.timeNanoseconds ?? 0
  }

  /// Takes the pins of a snapshot.
  mutating func absorb(_ snapshot: Snapshot) {
    let pins = snapshot.controllers.pins.prefix(Self.pinCount)
    now = snapshot.timeNanoseconds
    let next = pins.map { PinEntry(rawValue: $0.entry) }
    for (pin, pair) in zip(entries, next).enumerated() where pair.0.isRewritten(as: pair.1) {
      rewrittenAt[pin] = now
    }
    entries = next
    append(snapshot)
  }

  private mutating func append(_ snapshot: Snapshot) {
    let time = snapshot.timeNanoseconds
    if let last = samples.last, time <= last.timeNanoseconds { return }
    let pins = snapshot.controllers.pins.prefix(Self.pinCount)
    samples.append(Sample(timeNanoseconds: time, delivered: pins.map(\.delivered)))
  }

  /// How long ago a sample first showed the pin's entry rewritten, nanoseconds; nil: never seen.
  func age(ofEntry pin: Int) -> UInt64? {
    guard rewrittenAt.indices.contains(pin), let time = rewrittenAt[pin] else { return nil }
    return now > time ? now - time : 0
  }

  /// Whether the pin's entry was rewritten within the last second.
  func isFresh(_ pin: Int) -> Bool { age(ofEntry: pin).map { $0 < Self.freshNanoseconds } ?? false }

  /// Interrupts of the pin per second, over the last second or so.
  func rate(_ pin: Int) -> Double {
    guard let last = samples.last, samples.count > 1 else { return 0 }
    var index = samples.count - 2
    while index > 0, last.timeNanoseconds &- samples[index].timeNanoseconds < 1_000_000_000 {
      index -= 1
    }
    return Self.rate(pin, samples[index], last)
  }

  /// The last `count` rates of the pin, sample by sample.
  func history(_ pin: Int, _ count: Int) -> [Double] {
    let first = max(1, samples.count - max(0, count))
    guard first < samples.count else { return [] }
    return (first..<samples.count).map { Self.rate(pin, samples[$0 - 1], samples[$0]) }
  }

  /// 0 where the count stood still or ran backwards, as at a reset.
  private static func rate(_ pin: Int, _ before: Sample, _ after: Sample) -> Double {
    guard before.delivered.indices.contains(pin), after.delivered.indices.contains(pin),
      after.delivered[pin] > before.delivered[pin],
      after.timeNanoseconds > before.timeNanoseconds
    else { return 0 }
    let count = Double(after.delivered[pin] - before.delivered[pin])
    return count / Double(after.timeNanoseconds - before.timeNanoseconds) * 1e9
  }
}
