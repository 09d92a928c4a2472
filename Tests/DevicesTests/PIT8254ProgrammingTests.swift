import Devices
import Testing

/// Intel 8254 data sheet, "Programming the 8254", and port 0x61.
@Suite("8254: programming") struct PIT8254ProgrammingTests {
  @Test("Least significant byte only, most significant byte only") func singleBytes() {
    var pit = PulsedTimer()
    pit.put(0x43, 0x14)
    pit.put(0x40, 0x9C)
    pit.pulse += 1
    #expect(pit.get(0x40) == 0x9C)
    pit.pulse += 1
    #expect(pit.get(0x40) == 0x9B)
    pit.put(0x43, 0x24)
    pit.put(0x40, 0x9C)
    pit.pulse += 1
    #expect(pit.get(0x40) == 0x9C)
    pit.pulse += 1
    #expect(pit.get(0x40) == 0x9B)
  }

  @Test("Two bytes: reads and writes may be interleaved") func interleaved() {
    var pit = PulsedTimer()
    pit.program(channel: 1, mode: 2, count: 0x1234)
    pit.pulse += 1
    #expect(pit.get(0x41) == 0x34)
    pit.put(0x41, 0x78)
    #expect(pit.get(0x41) == 0x12)
    #expect(pit.readBack(1).status & 0x40 == 0)
    pit.put(0x41, 0x56)
    #expect(pit.readBack(1).status & 0x40 == 0x40)
    pit.pulse += 0x1234
    #expect(pit.count(1) == 0x5678)
  }

  @Test("A control word starts the order of bytes anew") func order() {
    var pit = PulsedTimer()
    pit.put(0x43, 0x34)
    pit.put(0x40, 0x11)
    pit.program(channel: 0, mode: 2, count: 0x2233)
    pit.pulse += 1
    #expect(pit.get(0x40) == 0x33)
    pit.program(channel: 0, mode: 2, count: 0x4455)
    pit.pulse += 1
    #expect(pit.get(0x40) == 0x55)
    #expect(pit.get(0x40) == 0x44)
  }

  @Test("Counter latch: held until read, a second latch ignored, undone by a control word")
  func latch() {
    var pit = PulsedTimer()
    pit.program(channel: 0, mode: 2, count: 0x8000)
    pit.pulse += 1
    pit.put(0x43, 0x00)
    pit.pulse += 0x101
    pit.put(0x43, 0x0E)
    #expect(pit.get(0x40) == 0x00)
    #expect(pit.get(0x40) == 0x80)
    #expect(pit.get(0x40) == 0xFF)
    #expect(pit.get(0x40) == 0x7E)
    pit.put(0x43, 0x00)
    pit.program(channel: 0, mode: 2, count: 0x1234)
    pit.pulse += 1
    #expect(pit.get(0x40) == 0x34)
  }

  @Test("Latches of the channels are their own") func channels() {
    var pit = PulsedTimer()
    for channel: UInt8 in 0..<3 {
      pit.program(channel: channel, mode: 4, count: 0x100 * (UInt16(channel) + 1))
    }
    pit.pulse += 1
    pit.pulse += 7
    // A count latch of all three by one read-back command.
    pit.put(0x43, 0xDE)
    pit.pulse += 9
    for channel: UInt8 in [2, 0, 1] {
      // GATE of channel 2 is low, which stops it.
      let expected = 0x100 * (UInt16(channel) + 1) - (channel == 2 ? 0 : 7)
      let low = pit.get(0x40 + UInt16(channel))
      #expect(UInt16(pit.get(0x40 + UInt16(channel))) << 8 | UInt16(low) == expected)
      #expect(pit.count(channel) == expected - (channel == 2 ? 0 : 9))
    }
  }

  @Test("Read-back: status is OUT, null count and the control word as written")
  func status() {
    var pit = PulsedTimer()
    for word: UInt8 in [0x10, 0x12, 0x14, 0x16, 0x18, 0x1A, 0x1C, 0x1E, 0x21, 0x3F, 0x34] {
      pit.put(0x43, word)
      let isHigh: UInt8 = word & 0x0E == 0 ? 0 : 0x80
      #expect(pit.readBack(0).status == isHigh | 0x40 | word)
    }
    pit.setCount(2, channel: 0)
    #expect(pit.readBack(0).status == 0xF4)
    pit.pulse += 1
    #expect(pit.readBack(0).status == 0xB4)
    pit.pulse += 1
    #expect(pit.readBack(0).status == 0x34)
  }

  @Test("Read-back: status before count, each held until it is read") func readBackOrder() {
    var pit = PulsedTimer()
    pit.program(channel: 0, mode: 2, count: 0x1000)
    pit.pulse += 1
    pit.put(0x43, 0xC2)
    pit.pulse += 0x0FFF
    // OUT is low now; both latches hold what was.
    pit.put(0x43, 0xE2, 0xD2)
    #expect(pit.get(0x40) == 0xB4)
    #expect(pit.get(0x40) == 0x00)
    #expect(pit.get(0x40) == 0x10)
    pit.put(0x43, 0xE2)
    #expect(pit.get(0x40) == 0x34)
    #expect(pit.get(0x40) == 0x01)
    // Nothing is latched with both bits set, nor without a channel.
    pit.put(0x43, 0xF2, 0xC0)
    #expect(pit.get(0x40) == 0x00)
  }

  @Test("Null count: set by the second of two bytes, reset by the load") func nullCount() {
    var pit = PulsedTimer()
    pit.program(channel: 0, mode: 4, count: 9)
    pit.pulse += 1
    #expect(pit.readBack(0).status & 0x40 == 0)
    pit.put(0x40, 5)
    #expect(pit.readBack(0).status & 0x40 == 0)
    pit.put(0x40, 0)
    #expect(pit.readBack(0).status & 0x40 == 0x40)
    pit.pulse += 1
    #expect(pit.readBack(0).status & 0x40 == 0)
  }

  @Test("A control word leaves what CE shows until a count is loaded") func residue() {
    var pit = PulsedTimer()
    pit.program(channel: 0, mode: 2, count: 0x500)
    pit.pulse += 0x11
    pit.put(0x43, 0x38)
    pit.pulse += 100
    #expect(pit.count(0) == 0x4F0)
  }

  @Test("Port 0x43 and ports of others read 0xFF and take everything") func otherPorts() {
    var pit = PulsedTimer()
    for port: UInt16 in [0x43, 0x3F, 0x44, 0x60, 0x62, 0xFFFF] {
      #expect(pit.get(port) == 0xFF)
      if port != 0x43 { pit.put(port, 0x34) }
    }
    #expect(pit.timer.output(channel: 3, now: pit.now) == false)
    #expect(pit.timer.output(channel: -1, now: pit.now) == false)
  }

  // MARK: Port 0x61

  @Test("Port 0x61: bits 3:0 read back, the rest does not come from the write")
  func controlPort() {
    var pit = PulsedTimer()
    for value in UInt8.min...UInt8.max {
      pit.put(0x61, value)
      #expect(pit.get(0x61) & 0xCF == value & 0x0F)
    }
  }

  @Test("Port 0x61: bit 4 turns every 18 pulses") func refresh() {
    var pit = PulsedTimer()
    for pulse in UInt64(0)..<100 {
      pit.pulse = pulse
      #expect(pit.get(0x61) >> 4 & 1 == UInt8(pulse / 18 & 1))
    }
  }

  @Test("Port 0x61: bit 5 is OUT of channel 2: how Linux calibrates its TSC") func channel2() {
    var pit = PulsedTimer()
    pit.put(0x61, pit.get(0x61) & ~2 | 1)
    // 50 ms in mode 0.
    pit.program(channel: 2, mode: 0, count: 59_659)
    let start = pit.now
    #expect(pit.get(0x61) & 0x20 == 0)
    #expect(pit.timer.read(port: 0x61, now: start + 49_990_000) & 0x20 == 0)
    #expect(pit.timer.read(port: 0x61, now: start + 50_010_000) & 0x20 == 0x20)
  }
}
