import Interrupts

extension PIC8259Pair {
  /// A pair as a PC's firmware leaves it, nothing masked: vectors 0x20 and 0x28.
  static func initialized(
    masterICW4: UInt8 = 0x01, slaveICW4: UInt8 = 0x01, slaveNumber: UInt8 = 2
  ) -> PIC8259Pair {
    var pair = PIC8259Pair()
    pair.put(0x20, 0x11)
    pair.put(0x21, 0x20, 0x04, masterICW4)
    pair.put(0xA0, 0x11)
    pair.put(0xA1, 0x28, slaveNumber, slaveICW4)
    return pair
  }

  /// Writes `values` to `port`, one after the other.
  mutating func put(_ port: UInt16, _ values: UInt8...) {
    for value in values { write(port: port, value: value) }
  }

  mutating func raise(_ irqs: Int...) {
    for irq in irqs { setLine(irq, asserted: true) }
  }

  mutating func lower(_ irqs: Int...) {
    for irq in irqs { setLine(irq, asserted: false) }
  }

  /// Acknowledges while INTR is up, at most 32 times: the vectors.
  mutating func drain() -> [UInt8] {
    var vectors: [UInt8] = []
    while output && vectors.count < 32 { vectors.append(acknowledge()) }
    return vectors
  }
}
