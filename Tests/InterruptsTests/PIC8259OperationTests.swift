import Interrupts
import Testing

/// 8259A data sheet, "Operation Command Words (OCWs)" and the modes that they set.
@Suite("8259A: operation") struct PIC8259OperationTests {
  @Test("Fully nested mode: IR0 is the highest, the slave's eight come in place of IR2")
  func fullyNested() {
    var pair = PIC8259Pair.initialized()
    for irq in 0..<16 { pair.raise(irq) }
    var order: [UInt8] = []
    while pair.output && order.count < 32 {
      let vector = pair.acknowledge()
      order.append(vector)
      #expect(!pair.output)
      if vector >= 0x28 { pair.put(0xA0, 0x20) }
      pair.put(0x20, 0x20)
    }
    #expect(order == [0x20, 0x21] + Array(0x28...0x2F) + Array(0x23...0x27))
    #expect(pair.master.inService == 0)
    #expect(pair.slave.inService == 0)
  }

  @Test("A level in service holds back its equals and lower ones, not higher ones") func nesting() {
    var pair = PIC8259Pair.initialized()
    pair.raise(5)
    #expect(pair.acknowledge() == 0x25)
    pair.lower(5)
    pair.raise(5, 6)
    #expect(!pair.output)
    pair.raise(3)
    #expect(pair.acknowledge() == 0x23)
    #expect(pair.master.inService == 0x28)
    pair.put(0x20, 0x20)
    #expect(pair.master.inService == 0x20)
    pair.put(0x20, 0x20)
    #expect(pair.drain() == [0x25])
  }

  @Test("OCW1: a masked request waits in IRR") func masking() {
    var pair = PIC8259Pair.initialized()
    pair.put(0x21, 0x08)
    pair.raise(3)
    #expect(!pair.output)
    #expect(pair.read(port: 0x20) == 0x08)
    pair.put(0x21, 0)
    #expect(pair.output)
    pair.put(0x21, 0x08)
    #expect(!pair.output)
    pair.put(0x21, 0)
    #expect(pair.acknowledge() == 0x23)
    pair.put(0xA1, 0x02)
    pair.raise(9)
    pair.put(0x20, 0x20)
    #expect(!pair.output)
    pair.put(0xA1, 0)
    #expect(pair.acknowledge() == 0x29)
  }

  @Test("Edge: one request each rise; acknowledged, the line may stay up") func edges() {
    var pair = PIC8259Pair.initialized()
    pair.raise(4)
    #expect(pair.read(port: 0x20) == 0x10)
    #expect(pair.acknowledge() == 0x24)
    #expect(pair.read(port: 0x20) == 0)
    pair.put(0x20, 0x20)
    pair.raise(4)
    #expect(!pair.output)
    pair.lower(4)
    pair.raise(4)
    #expect(pair.acknowledge() == 0x24)
  }

  @Test("Level: it requests as long as it is up") func levels() {
    var pair = PIC8259Pair.initialized()
    pair.put(0x4D0, 0x20)
    pair.put(0x4D1, 0x02)
    pair.raise(5)
    #expect(pair.acknowledge() == 0x25)
    #expect(pair.read(port: 0x20) == 0x20)
    pair.put(0x20, 0x20)
    #expect(pair.acknowledge() == 0x25)
    pair.lower(5)
    pair.put(0x20, 0x20)
    #expect(!pair.output)
    pair.raise(9)
    #expect(pair.acknowledge() == 0x29)
    pair.put(0xA0, 0x20)
    pair.put(0x20, 0x20)
    #expect(pair.acknowledge() == 0x29)
  }

  @Test("Default IR7: the line dropped before the acknowledge", arguments: [false, true])
  func spuriousMaster(isLevel: Bool) {
    var pair = PIC8259Pair.initialized()
    if isLevel { pair.put(0x4D0, 0x08) }
    pair.raise(3)
    pair.lower(3)
    #expect(pair.read(port: 0x20) == 0)
    #expect(pair.output)
    #expect(pair.acknowledge() == 0x27)
    #expect(pair.master.inService == 0)
    #expect(!pair.output)
    // A true IR7 sets its bit: how a handler tells them apart.
    pair.raise(7)
    #expect(pair.acknowledge() == 0x27)
    #expect(pair.master.inService == 0x80)
  }

  @Test("Default IR7 of the slave: the master has the cascade in service") func spuriousSlave() {
    var pair = PIC8259Pair.initialized()
    pair.raise(11)
    pair.lower(11)
    #expect(pair.acknowledge() == 0x2F)
    #expect(pair.master.inService == 0x04)
    #expect(pair.slave.inService == 0)
    #expect(!pair.output)
    pair.raise(11)
    #expect(!pair.output)
    pair.put(0x20, 0x20)
    #expect(pair.acknowledge() == 0x2B)
  }

  @Test("An acknowledge that nobody asked for is a default IR7") func unasked() {
    var pair = PIC8259Pair.initialized()
    #expect(pair.acknowledge() == 0x27)
    #expect(pair == .initialized())
  }

  @Test("Between fall and acknowledge another request is served in its own name") func replaced() {
    var pair = PIC8259Pair.initialized()
    pair.raise(3)
    pair.lower(3)
    pair.raise(6)
    #expect(pair.drain() == [0x26])
  }

  @Test("Specific EOI ends the level it names", arguments: UInt8(0)..<8)
  func specificEOI(_ level: UInt8) {
    var pair = PIC8259Pair.initialized()
    for irq in [7, 6, 5, 4, 3, 10, 1, 0] {
      pair.raise(irq)
      _ = pair.acknowledge()
    }
    #expect(pair.master.inService == 0xFF)
    pair.put(0x20, 0x60 | level)
    #expect(pair.master.inService == ~(1 << level))
    pair.put(0x20, 0x60 | level)
    #expect(pair.master.inService == ~(1 << level))
  }

  @Test("Auto-EOI: nothing stays in service; the slave's next request is a new edge")
  func autoEOI() {
    var pair = PIC8259Pair.initialized(masterICW4: 0x03, slaveICW4: 0x03)
    pair.raise(9, 12, 15, 5)
    #expect(pair.drain() == [0x29, 0x2C, 0x2F, 0x25])
    #expect(pair.master.inService | pair.slave.inService == 0)
  }

  @Test("Automatic rotation: on non-specific EOI, on auto-EOI set and cleared") func rotation() {
    // The data sheet's example: IR4 and IR6 request, IR4 has been served and becomes the lowest.
    var pair = PIC8259Pair.initialized()
    pair.raise(6)
    _ = pair.acknowledge()
    pair.raise(4)
    #expect(pair.acknowledge() == 0x24)
    pair.put(0x20, 0xA0)
    #expect(pair.master.inService == 0x40)
    pair.put(0x20, 0x20)
    pair.lower(4, 6)
    pair.raise(4, 5, 3)
    #expect(pair.acknowledge() == 0x25)
    pair.put(0x20, 0x20)
    #expect(pair.acknowledge() == 0x23)
    pair.put(0x20, 0x20)
    #expect(pair.acknowledge() == 0x24)

    var auto = PIC8259Pair.initialized(masterICW4: 0x03)
    auto.put(0x20, 0x80)
    auto.raise(3)
    #expect(auto.acknowledge() == 0x23)
    auto.lower(3)
    auto.raise(3, 4)
    #expect(auto.drain() == [0x24, 0x23])
    // IR3 is the lowest now, and cleared rotation leaves it so.
    auto.put(0x20, 0x00)
    auto.lower(3, 4)
    auto.raise(3, 4)
    #expect(auto.drain() == [0x24, 0x23])
    auto.lower(3, 4)
    auto.raise(0, 4)
    #expect(auto.drain() == [0x24, 0x20])
  }

  @Test("Specific rotation: set priority, and rotate on specific EOI", arguments: UInt8(0)..<8)
  func specificRotation(_ lowest: UInt8) {
    var pair = PIC8259Pair.initialized()
    pair.put(0xA0, 0xC0 | lowest)
    for irq in 8..<16 { pair.raise(irq) }
    var order: [UInt8] = []
    for _ in 0..<8 {
      order.append(pair.acknowledge())
      pair.put(0xA0, 0x20)
      pair.put(0x20, 0x20)
    }
    #expect(order == (1...8).map { 0x28 + (lowest + $0) % 8 })

    var rotated = PIC8259Pair.initialized()
    rotated.raise(8 + Int(lowest))
    _ = rotated.acknowledge()
    rotated.put(0xA0, 0xE0 | lowest)
    rotated.put(0x20, 0x20)
    #expect(rotated.slave.inService == 0)
    rotated.lower(8 + Int(lowest))
    rotated.raise(8 + Int(lowest), 8 + Int((lowest + 1) % 8))
    #expect(rotated.acknowledge() == 0x28 + (lowest + 1) % 8)
  }

  @Test("OCW2 without a function changes nothing") func noOperation() {
    var pair = PIC8259Pair.initialized()
    pair.raise(1)
    _ = pair.acknowledge()
    let before = pair
    pair.put(0x20, 0x40, 0x47)
    #expect(pair == before)
  }

  @Test("Special mask mode: a masked level in service holds nobody back") func specialMask() {
    var pair = PIC8259Pair.initialized()
    pair.raise(3)
    _ = pair.acknowledge()
    pair.raise(5)
    #expect(!pair.output)
    pair.put(0x21, 0x08)
    #expect(!pair.output)
    pair.put(0x20, 0x68)
    #expect(pair.acknowledge() == 0x25)
    #expect(pair.master.inService == 0x28)
    // A non-specific EOI does not end the masked one, a specific one does.
    pair.put(0x20, 0x20)
    #expect(pair.master.inService == 0x08)
    pair.put(0x20, 0x20)
    #expect(pair.master.inService == 0x08)
    // SMM without ESMM is ignored; with it the mode ends.
    pair.put(0x20, 0x08)
    pair.raise(6)
    #expect(pair.output)
    pair.put(0x20, 0x48)
    #expect(!pair.output)
    pair.put(0x20, 0x63)
    #expect(pair.acknowledge() == 0x26)
  }

  @Test("Special fully nested mode: a slave in service may ask again, lower inputs may not")
  func specialFullyNested() {
    var plain = PIC8259Pair.initialized()
    var special = PIC8259Pair.initialized(masterICW4: 0x11)
    for isSpecial in [false, true] {
      var pair = isSpecial ? special : plain
      pair.raise(12)
      #expect(pair.acknowledge() == 0x2C)
      pair.raise(3, 13)
      #expect(!pair.output)
      pair.raise(9)
      #expect(pair.output == isSpecial)
      if isSpecial { special = pair } else { plain = pair }
    }
    #expect(special.acknowledge() == 0x29)
    #expect(special.slave.inService == 0x12)
    special.put(0xA0, 0x20)
    #expect(special.slave.inService == 0x10)
    #expect(!special.output)
    special.put(0xA0, 0x20)
    #expect(special.acknowledge() == 0x2D)
    special.put(0xA0, 0x20)
    special.put(0x20, 0x20)
    #expect(special.drain() == [0x23])
    plain.put(0xA0, 0x20)
    plain.put(0x20, 0x20)
    #expect(plain.drain() == [0x29])
  }

  @Test("Poll: the next read acknowledges", arguments: [UInt16(0x20), 0x21])
  func poll(port: UInt16) {
    var pair = PIC8259Pair.initialized()
    pair.put(0x20, 0x0C)
    #expect(pair.read(port: port) == 0)
    pair.raise(6)
    pair.put(0x20, 0x0C)
    #expect(pair.read(port: port) == 0x86)
    #expect(pair.master.inService == 0x40)
    #expect(!pair.output)
    #expect(pair.read(port: 0x21) == 0)
    pair.raise(7)
    pair.put(0x20, 0x0C)
    #expect(pair.read(port: port) == 0)
    // An OCW3 without P takes the poll back.
    pair.put(0x20, 0x0C, 0x0B)
    #expect(pair.read(port: 0x20) == 0x40)
  }

  @Test("Poll of the slave: its INT drops, and what is left is a new edge at the master")
  func pollSlave() {
    var pair = PIC8259Pair.initialized(slaveICW4: 0x03)
    pair.raise(9, 10)
    pair.put(0x20, 0x0C)
    #expect(pair.read(port: 0x20) == 0x82)
    pair.put(0xA0, 0x0C)
    #expect(pair.read(port: 0xA0) == 0x81)
    pair.put(0x20, 0x20)
    #expect(pair.output)
    pair.put(0xA0, 0x0C)
    #expect(pair.read(port: 0xA1) == 0x82)
    #expect(!pair.output)
  }

  @Test("OCW3: IRR or ISR is read until told otherwise, and P overrides RR") func statusRead() {
    var pair = PIC8259Pair.initialized()
    pair.raise(3)
    _ = pair.acknowledge()
    pair.raise(5)
    #expect(pair.read(port: 0x20) == 0x20)
    pair.put(0x20, 0x0B)
    #expect(pair.read(port: 0x20) == 0x08)
    pair.put(0x20, 0x08, 0x09)
    #expect(pair.read(port: 0x20) == 0x08)
    pair.put(0x20, 0x0A)
    #expect(pair.read(port: 0x20) == 0x20)
    pair.put(0x20, 0x0F)
    #expect(pair.read(port: 0x20) == 0)
    #expect(pair.read(port: 0x20) == 0x20)
  }

  @Test("IRQ 2 and lines that do not exist do nothing")
  func otherLines() {
    var pair = PIC8259Pair.initialized()
    for irq in [2, -1, 16, Int.min, Int.max] {
      pair.raise(irq)
      pair.lower(irq)
    }
    #expect(pair == .initialized())
  }

  @Test("Whatever is written, read and raised: no trap, and INTR yields within its bounds")
  func hostile() {
    var generator = Generator(seed: 8259)
    let ports: [UInt16] = [0x20, 0x21, 0xA0, 0xA1, 0x4D0, 0x4D1]
    var pair = PIC8259Pair()
    for _ in 0..<100_000 {
      let random = generator.next()
      switch random & 7 {
      case 0...2: pair.put(ports[Int((random >> 8) % 6)], UInt8(truncatingIfNeeded: random >> 16))
      case 3: _ = pair.read(port: ports[Int((random >> 8) % 6)])
      case 4, 5: pair.setLine(Int(random >> 8 & 15), asserted: random >> 16 & 1 == 1)
      default: if pair.output { _ = pair.acknowledge() }
      }
      // The cascade is wired: the master's IR2 is the slave's INT.
      let follows = (pair.master.lines & 4 != 0) == pair.slave.output
      if !follows { Issue.record("IR2 differs from the slave's INT") }
    }
    #expect(pair.read(port: 0x4D0) & 0x07 == 0)
    #expect(pair.read(port: 0x4D1) & 0x21 == 0)
  }
}
