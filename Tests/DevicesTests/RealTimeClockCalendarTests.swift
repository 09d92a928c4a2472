import Devices
import Testing

/// MC146818A data sheet, "Time, Calendar, and Alarm Locations", and the century byte of a PC.
@Suite("Clock: calendar") struct RealTimeClockCalendarTests {
  @Test("Power-up: BCD, 24 hours, running, valid, nothing enabled") func powerUp() {
    var bench = ClockBench(1_700_000_000)
    #expect(bench.date() == [0x20, 0x23, 0x11, 0x14, 3])
    #expect(bench.time() == [0x22, 0x13, 0x20])
    #expect(bench.bytes(0x0A, 0x0B, 0x0C, 0x0D) == [0x26, 0x02, 0x00, 0x80])
    #expect(!bench.clock.interruptLine)
  }

  @Test("A second passes after each second, however long nobody looked") func seconds() {
    var bench = ClockBench(0)
    bench.wait(nanoseconds: ClockBench.second - 1)
    #expect(bench.time() == [0, 0, 0])
    bench.wait(nanoseconds: 1)
    #expect(bench.time() == [0, 0, 1])
    bench.wait(seconds: 100 * 365 * 86_400)
    #expect(bench.time() == [0, 0, 1])
    // 36500 days: 25 leap days (1972 to 2068, 2000 with them) short of a hundred years.
    #expect(bench.date() == [0x20, 0x69, 0x12, 0x07, 7])
  }

  @Test("Every day of two centuries, in binary: date and weekday", .timeLimit(.minutes(1)))
  func everyDay() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    // 1 January 1900 was a Monday, 25567 days before 1970.
    var (number, weekday) = (Int64(-25_567), 1)
    var wrong: [String] = []
    for year in 1900..<2101 {
      let isLeap = year % 4 == 0 && year % 100 != 0 || year == 2000
      for month in 1...12 {
        for day in 1...(lengths[month - 1] + (month == 2 && isLeap ? 1 : 0)) {
          var bench = ClockBench(number * 86_400 + 86_399)
          let bcd = [year / 100, year % 100, month, day].map { UInt8($0 / 10 * 16 + $0 % 10) }
          if bench.date() != bcd + [UInt8(weekday % 7 + 1)] { wrong.append("\(bcd)") }
          (number, weekday) = (number + 1, weekday + 1)
        }
      }
    }
    #expect(wrong.prefix(5).isEmpty)
  }

  @Test(
    "The end of a year, a century and February",
    arguments: [
      ([0x19, 0x99, 0x12, 0x31, 6], [0x20, 0x00, 0x01, 0x01, 7]),
      ([0x20, 0x00, 0x02, 0x28, 2], [0x20, 0x00, 0x02, 0x29, 3]),
      ([0x20, 0x01, 0x02, 0x28, 4], [0x20, 0x01, 0x03, 0x01, 5]),
      ([0x20, 0x24, 0x02, 0x29, 7], [0x20, 0x24, 0x03, 0x01, 1]),
      ([0x21, 0x00, 0x02, 0x28, 1], [0x21, 0x00, 0x03, 0x01, 2]),
      ([0x99, 0x99, 0x12, 0x31, 5], [0x00, 0x00, 0x01, 0x01, 6]),
      // A weekday that is not the date's goes on all the same.
      ([0x20, 0x24, 0x03, 0x01, 1], [0x20, 0x24, 0x03, 0x02, 2]),
    ] as [([UInt8], [UInt8])])
  func carries(before: [UInt8], after: [UInt8]) {
    var bench = ClockBench()
    bench.set(date: before, time: [0x23, 0x59, 0x59])
    #expect(bench.date() == before)
    bench.wait(seconds: 1)
    #expect(bench.date() == after)
    #expect(bench.time() == [0, 0, 0])
  }

  @Test("Every hour, 12 and 24 hours, BCD and binary") func hours() {
    for hour in 0..<24 {
      let civil = (hour + 11) % 12 + 1
      let bcd = { (value: Int) in UInt8(value / 10 * 16 + value % 10) }
      let afternoon: UInt8 = hour >= 12 ? 0x80 : 0
      for (control, shown): (UInt8, UInt8) in [
        (0x02, bcd(hour)), (0x06, UInt8(hour)), (0x00, bcd(civil) | afternoon),
        (0x04, UInt8(civil) | afternoon),
      ] {
        var bench = ClockBench()
        bench.put(0x0B, control)
        let isBinary = control & 4 != 0
        bench.set(date: [20, 24, 5, 6, 2], time: [shown, isBinary ? 58 : 0x58, 0])
        bench.wait(seconds: 60)
        #expect(bench.time() == [shown, isBinary ? 59 : 0x59, 0])
        bench.wait(seconds: 3600 * 24)
        #expect(bench.time() == [shown, isBinary ? 59 : 0x59, 0])
        #expect(bench.get(7) == 7)
      }
    }
  }

  @Test("A change of the format converts nothing") func formatChange() {
    var bench = ClockBench(1_700_000_000)
    let before = bench.bytes(0x32, 9, 8, 7, 6, 4, 2, 0)
    bench.put(0x0B, 0x04)
    #expect(bench.bytes(0x32, 9, 8, 7, 6, 4, 2, 0) == before)
  }

  @Test("Bytes that are no time: the next update brings them into range") func invalid() {
    var bench = ClockBench()
    bench.set(date: [0xAA, 0xFF, 0xFF, 0xFF, 0xFF], time: [0xFF, 0xFF, 0xFF])
    // The seconds' highest bit cannot be written.
    #expect(bench.time() == [0xFF, 0xFF, 0x7F])
    bench.wait(seconds: 1)
    // 31 December of year 99 of this century, 23:59:59, went on by a second.
    #expect(bench.time() == [0, 0, 0])
    #expect(bench.date().prefix(4) == [0x21, 0x00, 0x01, 0x01])
    bench.set(date: [0xEE, 0x24, 0x00, 0x00, 0x00], time: [0, 0, 0])
    bench.wait(seconds: 1)
    // The century byte is memory, and stays until the century changes; 1 January 2024 was a Monday.
    #expect(bench.date() == [0xEE, 0x24, 0x01, 0x01, 2])
  }

  @Test(
    "Times before 0 and after 9999 show as those years", arguments: [Int64.min, -62_167_219_201])
  func early(unixSeconds: Int64) {
    var bench = ClockBench(unixSeconds)
    #expect(bench.date() == [0, 0, 1, 1, 7])
    var late = ClockBench(.max)
    #expect(late.date() == [0x99, 0x99, 0x12, 0x31, 6])
    #expect(late.time() == [0x23, 0x59, 0x59])
    late.now = .max
    _ = late.time()
    #expect(late.get(0x32) == 0x05)
  }
}
