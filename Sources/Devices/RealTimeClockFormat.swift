/// How the ten time, calendar and alarm bytes show numbers: by the DM and 24/12 bits of register B
/// (MC146818 data sheet, "Time, Calendar, and Alarm Locations").
struct RealTimeClockFormat: Sendable {
  /// DM: binary, else BCD.
  let isBinary: Bool
  /// 24/12: hours 0 to 23, else 1 to 12 with bit 7 for the afternoon.
  let is24Hour: Bool

  init(registerB: UInt8) {
    isBinary = registerB & 0x04 != 0
    is24Hour = registerB & 0x02 != 0
  }

  /// The number of a byte; of one that is no BCD some number up to 165.
  func number(_ byte: UInt8) -> Int {
    isBinary ? Int(byte) : Int(byte >> 4) * 10 + Int(byte & 0xF)
  }

  /// The byte of a number, 0 to 99.
  func byte(_ number: Int) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: number)
    return isBinary ? value : (value / 10) << 4 | value % 10
  }

  /// The hour of a byte brought into range, 0 to 23.
  func hour(_ byte: UInt8) -> Int {
    if is24Hour { return min(number(byte), 23) }
    let hour = min(max(number(byte & 0x7F), 1), 12) % 12
    return byte & 0x80 != 0 ? hour + 12 : hour
  }

  /// The byte of an hour, 0 to 23.
  func hourByte(_ hour: Int) -> UInt8 {
    if is24Hour { return byte(hour) }
    return byte((hour + 11) % 12 + 1) | (hour >= 12 ? 0x80 : 0)
  }
}
