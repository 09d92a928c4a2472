import Testing

/// The programs of the fuzzer's corpus: what drivers do. The files in `Tests/FuzzDevices/Corpus` are their
/// bytes.
struct CorpusProgram: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]

  var testDescription: String { name }

  init(_ name: String, _ write: (inout TrafficScript) -> Void) {
    self.name = name
    bytes = TrafficScript(write).bytes
  }

  static let all: [CorpusProgram] = legacy + serial + platform + local + system

  private static func initializePICs(_ script: inout TrafficScript) {
    script.write(0x20, 0x11)
    script.write(0x21, [0x20, 0x04, 0x01])
    script.write(0xA0, 0x11)
    script.write(0xA1, [0x28, 0x02, 0x01])
    script.write(0x21, 0)
    script.write(0xA1, 0)
  }

  private static func enable(_ script: inout TrafficScript, _ cpu: UInt8) {
    script.writeAPIC(cpu, 0xF0, 0x1FF)
    script.writeAPIC(cpu, 0x80, 0)
    script.writeAPIC(cpu, 0xE0, 0xFFFF_FFFF)
    script.writeAPIC(cpu, 0xD0, 1 << (24 + UInt32(cpu)))
    script.writeAPIC(cpu, 0x350, 0x700)
    script.writeAPIC(cpu, 0x360, 0x400)
    script.writeAPIC(cpu, 0x370, 0xFE)
    script.writeAPIC(cpu, 0x280, 0)
  }

  private static func takeAndEnd(_ script: inout TrafficScript, _ cpu: UInt8) {
    script.acknowledge(cpu)
    script.writeAPIC(cpu, 0xB0, 0)
  }

  private static let legacy: [CorpusProgram] = [
    CorpusProgram("pic-init") {
      initializePICs(&$0)
      for line: UInt8 in [1, 8, 15] {
        $0.line(line, true)
        $0.acknowledgePIC()
        $0.write(0xA0, 0x20)
        $0.write(0x20, 0x20)
        $0.line(line, false)
      }
    },
    CorpusProgram("pic-modes") {
      initializePICs(&$0)
      $0.write(0x4D0, 0xF8)
      $0.write(0x4D1, 0xDE)
      $0.line(5, true)
      $0.line(9, true)
      $0.write(0x20, [0x0B, 0x0A, 0x68, 0x0C])
      $0.read(0x20)
      $0.write(0x20, [0x80, 0xA0, 0xC3, 0xE1, 0x48])
      $0.write(0x20, 0x13)
      $0.write(0x21, [0x40, 0x03])
      $0.acknowledgePIC()
      $0.line(5, false)
      $0.acknowledgePIC()
    },
    CorpusProgram("pit-rate") {
      initializePICs(&$0)
      $0.write(0x43, 0x34)
      $0.write(0x40, [0xA9, 0x04])
      for _ in 0..<3 {
        $0.wait(.interval)
        $0.acknowledgePIC()
        $0.write(0x20, 0x20)
        $0.write(0x43, 0x00)
        $0.read(0x40)
        $0.read(0x40)
      }
      $0.wait(.milliseconds, 200)
    },
    CorpusProgram("pit-modes") {
      for mode: UInt32 in 0..<6 {
        $0.write(0x43, 0x30 | mode << 1)
        $0.write(0x40, [0x05, 0x00])
        $0.wait(.microseconds, 3)
        $0.write(0x43, 0xC2)
        $0.read(0x40)
        $0.read(0x40)
        $0.wait(.interval)
      }
      $0.write(0x43, 0xB7)
      $0.write(0x61, 1)
      $0.write(0x42, [0x99, 0x12])
      $0.wait(.microseconds, 100)
      $0.write(0x61, 0)
      $0.read(0x61)
      $0.write(0x61, 1)
      $0.wait(.microseconds, 100)
      $0.read(0x42)
    },
    CorpusProgram("rtc-periodic") {
      $0.clock(0x0A, 0x2F)
      $0.clock(0x0B, 0x42)
      $0.wait(.clock)
      $0.readClock(0x0C)
      $0.wait(.clock)
      $0.readClock(0x0C)
      $0.clock(0x0A, 0x21)
      $0.wait(.longMicroseconds, 5000)
      $0.readClock(0x0C)
    },
    CorpusProgram("rtc-alarm") {
      $0.clock(0x0B, 0x80)
      for (register, value): (UInt32, UInt32) in [
        (9, 0x99), (8, 0x12), (7, 0x31), (4, 0x23), (2, 0x59), (0, 0x58), (0x32, 0x19),
        (1, 0xC0), (3, 0x00), (5, 0x00),
      ] {
        $0.clock(register, value)
      }
      $0.clock(0x0B, 0x32)
      $0.wait(.clock)
      $0.readClock(0x0C)
      $0.clock(0x0B, 0x24)
      $0.wait(.clock)
      $0.readClock(0x0C)
      $0.readClock(0x04)
      $0.clock(0x0A, 0x76)
      $0.clock(0x0A, 0x26)
      $0.wait(.days, 200)
      $0.readClock(0x0A)
    },
  ]

  private static let serial: [CorpusProgram] = [
    CorpusProgram("uart-autoconfig") {
      $0.write(0x3F9, 0)
      $0.read(0x3F9)
      $0.write(0x3F9, 0x0F)
      $0.read(0x3F9)
      $0.write(0x3FC, 0x1A)
      $0.read(0x3FE)
      $0.write(0x3FC, 0x08)
      $0.write(0x3FB, 0xBF)
      $0.write(0x3FA, 0)
      $0.write(0x3FB, 0)
      $0.write(0x3FA, 1)
      $0.read(0x3FA)
      $0.write(0x3FF, 0x5A)
      $0.read(0x3FF)
    },
    CorpusProgram("uart-receive") {
      $0.write(0x3FB, 0x83)
      $0.write(0x3F8, 0x0001, size: 2)
      $0.write(0x3FB, 0x03)
      $0.write(0x3FA, 0xC7)
      $0.write(0x3FC, 0x0B)
      $0.write(0x3F9, 0x07)
      $0.outside(0, [0x41])
      $0.wait(.uart)
      $0.read(0x3FA)
      $0.read(0x3F8)
      $0.outside(1, [0])
      $0.read(0x3FD)
      $0.outside(2)
      $0.read(0x3FA)
      for _ in 0..<4 { $0.read(0x3F8) }
      $0.write(0x3F8, 0x42)
      $0.read(0x3FA)
    },
    CorpusProgram("uart-loop") {
      $0.write(0x3FC, 0x1B)
      $0.write(0x3F9, 0x0F)
      for byte: UInt32 in 0..<3 { $0.write(0x3F8, byte) }
      $0.read(0x3FD)
      $0.read(0x3F8)
      $0.write(0x3FC, 0x00)
      $0.read(0x3FE)
    },
    CorpusProgram("keyboard") {
      $0.write(0x64, 0xAD)
      $0.write(0x64, 0xAA)
      $0.read(0x60)
      $0.write(0x64, 0x60)
      $0.write(0x60, 0x65)
      $0.write(0x60, 0xED)
      $0.wait(.deadline)
      $0.read(0x60)
      $0.write(0x60, 0x07)
      $0.wait(.deadline)
      $0.read(0x60)
      $0.outside(5, [0xF0, 0x1C])
      $0.wait(.milliseconds, 1)
      $0.read(0x64)
      $0.read(0x60)
      $0.write(0x60, [0xF0, 0x01])
      $0.write(0x60, 0xFF)
      $0.wait(.milliseconds, 2)
      $0.read(0x60)
      $0.outside(7, [0x1C])
      $0.write(0x64, 0xFE)
    },
  ]

  private static let platform: [CorpusProgram] = [
    CorpusProgram("acpi") {
      $0.write(0xB2, 0xF1)
      $0.write(0x602, 0x0101, size: 2)
      $0.outside(6)
      $0.read(0x600, size: 2)
      $0.write(0x600, 0x0100, size: 2)
      $0.read(0x608, size: 4)
      $0.wait(.deadline)
      $0.wait(.backwards, 9000)
      $0.read(0x600, size: 4)
      $0.write(0x604, 0x3400, size: 2)
    },
    CorpusProgram("ports") {
      $0.write(0xCF8, 0x8000_0000, size: 4)
      $0.read(0xCFC, size: 4)
      $0.write(0xCF9, 0x02)
      $0.write(0xCF9, 0x06)
      $0.write(0x92, 0x03)
      $0.write(0x510, 0x0015, size: 2)
      for _ in 0..<4 { $0.read(0x511) }
      $0.write(0xE0, 0x1234_5678, size: 4)
      $0.read(0xE8)
      $0.write(0x2004, 1)
      $0.write(0x2004, 0)
      $0.write(0x402, 0x21)
      $0.write(0x8900, Array("Shutdown".utf8).map(UInt32.init))
      $0.write(0xF4, 0x10, size: 4)
      $0.read(0x1234, size: 4)
      $0.write(0x1234, 0xFFFF_FFFF, size: 4)
      $0.memory(15, offset: 0x1000, 0x0102_0304_0506_0708)
      $0.memory(7, offset: 0xFFFC)
    },
  ]

  private static let local: [CorpusProgram] = [
    CorpusProgram("apic-enable") {
      enable(&$0, 0)
      $0.readAPIC(0, 0x20)
      $0.readAPIC(0, 0x30)
      $0.accept(0, 0x41)
      $0.accept(0, 0x91, isLevel: true)
      takeAndEnd(&$0, 0)
      $0.cr8(0, 5)
      takeAndEnd(&$0, 0)
      $0.writeAPIC(0, 0x40, 1)
      $0.writeAPIC(0, 0x280, 0)
      $0.readAPIC(0, 0x280)
      $0.localInterrupt(0, 5)
      $0.localInterrupt(0, 3)
    },
    CorpusProgram("apic-timer") {
      enable(&$0, 0)
      $0.writeAPIC(0, 0x3E0, 0x3)
      $0.writeAPIC(0, 0x320, 0x2_00EC)
      $0.writeAPIC(0, 0x380, 1000)
      $0.wait(.timer)
      takeAndEnd(&$0, 0)
      $0.readAPIC(0, 0x390)
      $0.writeAPIC(0, 0x3E0, 0xB)
      $0.wait(.longMicroseconds, 100)
      $0.writeAPIC(0, 0x320, 0xEC)
      $0.wait(.timer)
      takeAndEnd(&$0, 0)
      $0.writeAPIC(0, 0x320, 0x4_00EC)
      $0.deadline(0, after: 5000)
      $0.wait(.timer)
      takeAndEnd(&$0, 0)
    },
    CorpusProgram("apic-ipi") {
      for cpu: UInt8 in 0..<3 { enable(&$0, cpu) }
      $0.writeAPIC(0, 0x310, 0x0100_0000)
      $0.writeAPIC(0, 0x300, 0x0000_4500)
      $0.writeAPIC(0, 0x300, 0x0000_4608)
      enable(&$0, 1)
      $0.writeAPIC(0, 0x300, 0x0000_4061)
      takeAndEnd(&$0, 1)
      $0.writeAPIC(0, 0x300, 0x000C_0062)
      $0.writeAPIC(0, 0x300, 0x0004_0063)
      $0.writeAPIC(0, 0x310, 0x0700_0000)
      $0.writeAPIC(0, 0x300, 0x0000_0964)
      $0.writeAPIC(0, 0x300, 0x0000_0005)
      $0.message(0xFEE0_1000, 0x0071)
      $0.initialize(2)
    },
    CorpusProgram("x2apic") {
      for cpu: UInt8 in 0..<4 {
        $0.mode(cpu, 3)
        $0.writeMSR(cpu, 0x80F, 0x1FF)
      }
      $0.readMSR(0, 0x802)
      $0.readMSR(3, 0x80D)
      $0.writeMSR(0, 0x830, 0x103 << 32 | 0x4055)
      $0.acknowledge(3)
      $0.writeMSR(3, 0x80B, 0)
      $0.writeMSR(0, 0x830, 0x0001_0004 << 32 | 0x0856)
      $0.writeMSR(0, 0x83F, 0x77)
      $0.acknowledge(0)
      $0.writeMSR(0, 0x80B, 1)
      $0.writeMSR(0, 0x832, 0x4_00EC)
      $0.deadline(0, after: 100)
      $0.wait(.timer)
      $0.mode(0, 2)
      $0.mode(0, 0)
      $0.mode(0, 3)
      $0.mode(0, 2)
      $0.base(1, 0xFEE0_0800)
    },
  ]

  private static let system: [CorpusProgram] = [
    CorpusProgram("ioapic") {
      enable(&$0, 0)
      $0.ioapic(0, 0x0100_0000)
      $0.readIOAPIC(1)
      for pin: UInt32 in 0..<4 {
        $0.ioapic(0x11 + 2 * pin, 0)
        $0.ioapic(0x10 + 2 * pin, 0x30 + pin)
      }
      $0.ioapic(0x22, 0xA039)
      $0.pin(1, 1)
      takeAndEnd(&$0, 0)
      $0.pin(1, 9)
      $0.acknowledge(0)
      $0.ioapic(0x22, 0x1_A039)
      $0.ioapic(0x22, 0xA039)
      $0.writeAPIC(0, 0xB0, 0)
      $0.pin(2, 9)
      $0.endAtIOAPIC(0x39)
      $0.pin(0, 23, 0xFF00_0000_0000_0865)
      $0.pin(3, 23)
      $0.pin(0, 5, 0x0000_0000_0000_8155)
      $0.pin(1, 5)
    },
    CorpusProgram("virtual-wire") {
      initializePICs(&$0)
      enable(&$0, 0)
      $0.write(0x43, 0x34)
      $0.write(0x40, [0xA9, 0x04])
      $0.wait(.interval)
      $0.acknowledgePIC()
      $0.write(0x20, 0x20)
      $0.writeAPIC(0, 0x350, 0x1_0700)
      $0.ioapic(0x14, 0x31)
      $0.wait(.interval)
      takeAndEnd(&$0, 0)
    },
    CorpusProgram("level-lint0") {
      enable(&$0, 0)
      $0.writeAPIC(0, 0x350, 0x8051)
      $0.localInterrupt(0, 4)
      $0.localInterrupt(0, 4)
      takeAndEnd(&$0, 0)
      $0.localInterrupt(0, 4)
    },
    CorpusProgram("end-of-time") {
      enable(&$0, 0)
      $0.writeAPIC(0, 0x320, 0x2_00EC)
      $0.writeAPIC(0, 0x380, 0xFFFF_FFFF)
      $0.write(0x43, 0x36)
      $0.write(0x40, [0, 0])
      $0.clock(0x0B, 0x72)
      $0.wait(.seconds, 200)
      $0.wait(.backwards, 500)
      $0.wait(.beforeDeadline)
      $0.wait(.any, 1 << 62)
      $0.wait(.end)
      $0.readClock(0x0C)
      $0.wait(.backwards, 500)
      $0.wait(.deadline)
    },
  ]
}
