import Interrupts
import Testing

/// 8259A data sheet, "Initialization Command Words (ICWs)".
@Suite("8259A: initialization") struct PIC8259InitializationTests {
  @Test("IMR reads back at power-up, and nothing interrupts before ICW1") func powerUp() {
    var pair = PIC8259Pair()
    for port: UInt16 in [0x21, 0xA1] {
      for value: UInt8 in [0xFB, 0x00, 0xFF, 0x5A] {
        pair.put(port, value)
        #expect(pair.read(port: port) == value)
      }
      pair.put(port, 0)
    }
    for irq in 0..<16 { pair.raise(irq) }
    #expect(!pair.output)
    #expect(pair.read(port: 0x20) == 0xFB)
    #expect(pair.read(port: 0xA0) == 0xFF)
  }

  @Test("Ports that are not the pair's give 0xFF and change nothing") func otherPorts() {
    var pair = PIC8259Pair.initialized()
    let before = pair
    for port: UInt16 in [0x00, 0x1F, 0x22, 0x9F, 0xA2, 0x4CF, 0x4D2, 0xFFFF] {
      pair.put(port, 0x11)
      #expect(pair.read(port: port) == 0xFF)
    }
    #expect(pair == before)
  }

  @Test("ICW2 gives the vector's upper five bits", arguments: UInt8(0)..<8)
  func vectorBase(_ level: UInt8) {
    var pair = PIC8259Pair()
    pair.put(0x20, 0x11)
    pair.put(0x21, 0x4F, 0x04, 0x01)
    pair.put(0xA0, 0x11)
    pair.put(0xA1, 0x77, 0x02, 0x01)
    if level != 2 {
      pair.raise(Int(level))
      #expect(pair.acknowledge() == 0x48 + level)
      pair.put(0x20, 0x20)
      pair.lower(Int(level))
    }
    pair.raise(8 + Int(level))
    #expect(pair.acknowledge() == 0x70 + level)
  }

  @Test("ICW1 clears IMR, ISR, priorities, special mask mode and the choice of register")
  func icw1() {
    var pair = PIC8259Pair.initialized()
    pair.raise(3)
    _ = pair.acknowledge()
    pair.put(0x21, 0xA5)
    // ISR is chosen, special mask mode set, IR3 lowest, rotation on.
    pair.put(0x20, 0x0B, 0x68, 0xC3, 0x80)
    pair.put(0x20, 0x11)
    pair.put(0x21, 0x20, 0x04, 0x01)
    #expect(pair.read(port: 0x21) == 0)
    #expect(pair.master.inService == 0)
    pair.lower(3)
    pair.raise(3, 4)
    #expect(pair.read(port: 0x20) == 0x18)
    #expect(pair.acknowledge() == 0x23)
    #expect(pair.drain().isEmpty)
    // IR7 is the lowest again.
    pair.raise(1)
    #expect(pair.drain() == [0x21])
  }

  @Test("ICW1 resets the edge sense: a line that stays up asks for nothing until it rises again")
  func edgeSense() {
    var pair = PIC8259Pair.initialized()
    pair.raise(4, 12)
    #expect(pair.output)
    pair.put(0x20, 0x11)
    #expect(!pair.output)
    pair.put(0x21, 0x20, 0x04, 0x01)
    pair.put(0xA0, 0x11)
    pair.put(0xA1, 0x28, 0x02, 0x01)
    #expect(!pair.output)
    #expect(pair.master.lines == 0x10)
    #expect(pair.read(port: 0x20) == 0)
    pair.lower(4)
    pair.raise(4)
    #expect(pair.drain() == [0x24])
  }

  @Test("INT is down during the initialization; a level then interrupts at once") func level() {
    var pair = PIC8259Pair.initialized()
    pair.put(0x4D1, 0x08)
    pair.raise(11)
    #expect(pair.output)
    for (port, value): (UInt16, UInt8) in [
      (0x20, 0x11), (0x21, 0x20), (0x21, 0x04), (0x21, 0x01), (0xA0, 0x11), (0xA1, 0x28),
      (0xA1, 0x02),
    ] {
      pair.put(port, value)
      if port >= 0xA0 || value == 0x11 { #expect(!pair.output) }
    }
    pair.put(0xA1, 0x01)
    #expect(pair.drain() == [0x2B])
  }

  @Test("Without IC4 there is no ICW4: its functions are zero, the vector is the MCS-80's")
  func withoutICW4() {
    var pair = PIC8259Pair.initialized(masterICW4: 0x13)
    // Interval 4 (ADI set): A7 to A5 of ICW1, the level in bits 4 to 2.
    pair.put(0x20, 0x14 | 0xA0)
    pair.put(0x21, 0x55, 0x04, 0xF0)
    #expect(pair.read(port: 0x21) == 0xF0)
    pair.raise(3)
    #expect(pair.acknowledge() == 0xA0 | 3 << 2)
    #expect(pair.master.inService == 0x08)
    // Interval 8: A7 and A6, the level in bits 5 to 3.
    pair.lower(3)
    pair.put(0x20, 0x10 | 0xE0)
    pair.put(0x21, 0x55, 0x04)
    pair.raise(5)
    #expect(pair.acknowledge() == 0xC0 | 5 << 3)
  }

  @Test("Single mode expects no ICW3, and IR2 is an input like the others") func single() {
    var pair = PIC8259Pair.initialized()
    pair.put(0x20, 0x13)
    pair.put(0x21, 0x40, 0x01, 0x3C)
    #expect(pair.read(port: 0x21) == 0x3C)
    pair.put(0x21, 0)
    pair.raise(9)
    #expect(pair.acknowledge() == 0x42)
    #expect(pair.slave.requests == 0x02)
    #expect(pair.slave.inService == 0)
  }

  @Test("A slave answers to its own number only", arguments: UInt8(0)..<8)
  func slaveNumber(_ number: UInt8) {
    var pair = PIC8259Pair.initialized(slaveNumber: number)
    pair.raise(10)
    #expect(pair.acknowledge() == (number == 2 ? 0x2A : 0xFF))
    #expect(pair.master.inService == 0x04)
    #expect(pair.slave.inService == (number == 2 ? 0x04 : 0))
  }

  @Test("Where the master's ICW3 names no slave, IR2 is its own") func noSlave() {
    var pair = PIC8259Pair()
    pair.put(0x20, 0x11)
    pair.put(0x21, 0x20, 0x00, 0x01)
    pair.put(0xA0, 0x11)
    pair.put(0xA1, 0x28, 0x02, 0x01)
    pair.raise(10)
    #expect(pair.acknowledge() == 0x22)
  }

  @Test("LTIM of ICW1 does nothing where there is an ELCR") func triggerByICW1() {
    var pair = PIC8259Pair()
    pair.put(0x20, 0x19)
    pair.put(0x21, 0x20, 0x04, 0x01)
    pair.raise(5)
    #expect(pair.acknowledge() == 0x25)
    pair.put(0x20, 0x20)
    #expect(!pair.output)
    #expect(pair.read(port: 0x20) == 0)
  }

  @Test("ELCR: IRQ 0, 1, 2, 8 and 13 stay edge triggered") func levelControl() {
    var pair = PIC8259Pair.initialized()
    #expect(pair.read(port: 0x4D0) == 0)
    #expect(pair.read(port: 0x4D1) == 0)
    pair.put(0x4D0, 0xFF)
    pair.put(0x4D1, 0xFF)
    #expect(pair.read(port: 0x4D0) == 0xF8)
    #expect(pair.read(port: 0x4D1) == 0xDE)
    for irq in 0..<16 where irq != 2 {
      pair.raise(irq)
      let vector = pair.acknowledge()
      #expect(vector == 0x20 + UInt8(irq))
      if irq >= 8 { pair.put(0xA0, 0x20) }
      pair.put(0x20, 0x20)
      let isLevel = ![0, 1, 8, 13].contains(irq)
      #expect(pair.output == isLevel, "IRQ \(irq)")
      pair.lower(irq)
      // A command takes back what the line's drop left of INT.
      pair.put(irq >= 8 ? 0xA0 : 0x20, 0x40)
      #expect(!pair.output)
    }
  }
}
