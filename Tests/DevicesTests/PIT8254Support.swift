import Devices

/// A timer whose moments are CLK pulses: pulse `n` is the first nanosecond at which n of them are over.
struct PulsedTimer {
  static let origin: UInt64 = 777_777_777
  var timer = PIT8254(now: origin)
  /// Pulses until now.
  var pulse: UInt64 = 0

  /// When pulse `number` comes, ns: by a longer way than the model's, from whole seconds.
  static func time(of number: UInt64) -> UInt64 {
    let (seconds, rest) = number.quotientAndRemainder(dividingBy: 1_193_182)
    return origin + seconds * 1_000_000_000 + (rest * 1_000_000_000 + 1_193_181) / 1_193_182
  }

  var now: UInt64 { Self.time(of: pulse) }

  mutating func put(_ port: UInt16, _ values: UInt8...) {
    for value in values { timer.write(port: port, value: value, now: now) }
  }

  mutating func get(_ port: UInt16) -> UInt8 { timer.read(port: port, now: now) }

  /// A control word for `channel`: low byte then high byte, and the count.
  mutating func program(channel: UInt8, mode: UInt8, count: UInt16, isBCD: Bool = false) {
    put(0x43, channel << 6 | 0x30 | mode << 1 | (isBCD ? 1 : 0))
    setCount(count, channel: channel)
  }

  mutating func setCount(_ count: UInt16, channel: UInt8) {
    put(0x40 + UInt16(channel), UInt8(count & 0xFF), UInt8(count >> 8))
  }

  mutating func setGate(_ value: Bool) { put(0x61, value ? 1 : 0) }

  func output(_ channel: Int) -> Bool { timer.output(channel: channel, now: now) }

  /// Status and count of `channel` by a read-back command, without a trace in the timer. Of a counter
  /// of one byte the other is 0.
  func readBack(_ channel: UInt8) -> (status: UInt8, count: UInt16) {
    var copy = timer
    copy.write(port: 0x43, value: 0xC0 | 2 << channel, now: now)
    let port = 0x40 + UInt16(channel)
    let status = copy.read(port: port, now: now)
    let access = status >> 4 & 3
    let low = access & 1 == 1 ? copy.read(port: port, now: now) : 0
    let high = access & 2 == 2 ? copy.read(port: port, now: now) : 0
    return (status, UInt16(high) << 8 | UInt16(low))
  }

  func count(_ channel: UInt8) -> UInt16 { readBack(channel).count }

  /// OUT of `channel` after each of the next `count` pulses: `#` high, `_` low.
  mutating func trace(_ channel: Int, _ count: Int) -> String {
    var text = ""
    for _ in 0..<count {
      pulse += 1
      text += output(channel) ? "#" : "_"
    }
    return text
  }

  /// The count of `channel` after each of the next `count` pulses.
  mutating func counts(_ channel: UInt8, _ count: Int) -> [UInt16] {
    (0..<count).map { _ in
      pulse += 1
      return self.count(channel)
    }
  }
}
