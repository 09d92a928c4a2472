import Devices

/// A clock with a time of its own.
struct ClockBench {
  static let second: UInt64 = 1_000_000_000
  /// When the clock was made, ns.
  static let start: UInt64 = 123_456_789
  var clock: RealTimeClock
  var now = start

  /// A clock at `unixSeconds`: 0 is Thursday, 1 January 1970, 00:00:00.
  init(_ unixSeconds: Int64 = 0) {
    clock = RealTimeClock(now: Self.start, unixSeconds: unixSeconds)
  }

  /// Some time passes.
  mutating func wait(seconds: UInt64 = 0, nanoseconds: UInt64 = 0) {
    now += seconds * Self.second + nanoseconds
  }

  mutating func get(_ address: UInt8) -> UInt8 {
    clock.write(port: 0x70, value: address, now: now)
    return clock.read(port: 0x71, now: now)
  }

  mutating func put(_ address: UInt8, _ value: UInt8) {
    clock.write(port: 0x70, value: address, now: now)
    clock.write(port: 0x71, value: value, now: now)
  }

  /// Bytes of `addresses`, in their order.
  mutating func bytes(_ addresses: UInt8...) -> [UInt8] { addresses.map { get($0) } }

  /// Hours, minutes, seconds.
  mutating func time() -> [UInt8] { bytes(4, 2, 0) }

  /// Century, year, month, day, weekday.
  mutating func date() -> [UInt8] { bytes(0x32, 9, 8, 7, 6) }

  /// Sets date and time, in the format that is chosen, under SET.
  mutating func set(date: [UInt8], time: [UInt8]) {
    let control = get(0x0B)
    put(0x0B, control | 0x80)
    for (address, value) in zip([0x32, 9, 8, 7, 6] as [UInt8], date) { put(address, value) }
    for (address, value) in zip([4, 2, 0] as [UInt8], time) { put(address, value) }
    put(0x0B, control)
  }
}
