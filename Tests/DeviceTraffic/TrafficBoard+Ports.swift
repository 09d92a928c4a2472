import Devices

/// The I/O space.
extension TrafficBoard {
  private mutating func port() -> UInt16 {
    let index = Int(program.byte())
    return index < TrafficPorts.named.count ? TrafficPorts.named[index] : program.word()
  }

  mutating func readPort(_ parameter: UInt8) {
    let size = size(parameter)
    let port = port()
    guard let owner = TrafficPorts.owner(port) else { return readNobody(port, size: size) }
    let first = read(owner, port, size: size)
    if size < 4 {
      require(first >> (8 * UInt32(size)) == 0, "more than \(size) bytes read at \(port)")
    }
    guard Self.keepsWhatItShows(port), size == 1, now < .max - Self.lastPeriod else { return }
    let second = read(owner, port, size: size)
    require(first == second, "port \(port) reads \(first), then \(second)")
  }

  mutating func writePort(_ parameter: UInt8) {
    let size = size(parameter)
    let port = port()
    let value = UInt32(truncatingIfNeeded: program.number(Int(min(size, 4))))
    guard let owner = TrafficPorts.owner(port) else { return writeNobody(port, size, value) }
    write(owner, port, size, value)
  }

  private mutating func read(_ owner: TrafficPorts.Owner, _ port: UInt16, size: UInt8) -> UInt32 {
    touched.insert(TrafficParts(owner))
    return switch owner {
    case .pic, .pit, .clock: readBytes(owner, port, size: size)
    case .uart: uart.read(port: port, size: size, now: now)
    case .keyboard: keyboard.read(port: port, size: size, now: now)
    case .power: power.read(port: port, size: size, now: now)
    case .reset: reset.read(port: port, size: size, now: now)
    case .pci: pci.read(port: port, size: size, now: now)
    case .test: test.read(port: port, size: size, now: now)
    case .firmware: firmware.read(port: port, size: size, now: now)
    }
  }

  /// The three devices without sizes of their own sit on a bus of bytes.
  private mutating func readBytes(
    _ owner: TrafficPorts.Owner, _ port: UInt16, size: UInt8
  ) -> UInt32 {
    var value: UInt32 = 0
    for lane in 0..<UInt16(min(size, 4)) {
      let byte =
        switch owner {
        case .pic: pic.read(port: port &+ lane)
        case .pit: pit.read(port: port &+ lane, now: now)
        default: clock.read(port: port &+ lane, now: now)
        }
      value |= UInt32(byte) << UInt32(8 * lane)
    }
    return value
  }

  private mutating func writeBytes(
    _ owner: TrafficPorts.Owner, _ port: UInt16, _ size: UInt8, _ value: UInt32
  ) {
    for lane in 0..<UInt16(min(size, 4)) {
      let byte = UInt8(truncatingIfNeeded: value >> UInt32(8 * lane))
      switch owner {
      case .pic: pic.write(port: port &+ lane, value: byte)
      case .pit:
        pit.write(port: port &+ lane, value: byte, now: now)
        intervalWrites += 1
      default: clock.write(port: port &+ lane, value: byte, now: now)
      }
    }
  }

  private mutating func write(
    _ owner: TrafficPorts.Owner, _ port: UInt16, _ size: UInt8, _ value: UInt32
  ) {
    touched.insert(TrafficParts(owner))
    switch owner {
    case .pic, .pit, .clock: writeBytes(owner, port, size, value)
    case .uart: apply(uart.write(port: port, size: size, value: value, now: now))
    case .keyboard: apply(keyboard.write(port: port, size: size, value: value, now: now))
    case .power: apply(power.write(port: port, size: size, value: value, now: now))
    case .reset: apply(reset.write(port: port, size: size, value: value, now: now))
    case .pci: apply(pci.write(port: port, size: size, value: value, now: now))
    case .test: apply(test.write(port: port, size: size, value: value, now: now))
    case .firmware: apply(firmware.write(port: port, size: size, value: value, now: now))
    }
  }

  private mutating func apply(_ effect: DeviceEffect) {
    switch effect {
    case .none, .transmit, .powerOff: break
    case .reset: clock.reset(now: now)
    case .exit(let status): require(status & 1 == 1, "an even exit status")
    case .setLine(let line, let isAsserted):
      require((0..<24).contains(line), "line \(line)")
      setLine(line, isAsserted)
    }
  }

  /// A port that is nobody's, to everybody but the UART, which does not know where it lies.
  private mutating func readNobody(_ port: UInt16, size: UInt8) {
    for owner: TrafficPorts.Owner in [.keyboard, .power, .reset, .pci, .test, .firmware] {
      let value = read(owner, port, size: size)
      require(size != 1 || value == 0xFF, "\(owner) answers at \(port)")
    }
    require(pic.read(port: port) == 0xFF, "the 8259 pair answers at \(port)")
    require(pit.read(port: port, now: now) == 0xFF, "the interval timer answers at \(port)")
    require(clock.read(port: port, now: now) == 0xFF, "the clock answers at \(port)")
  }

  private mutating func writeNobody(_ port: UInt16, _ size: UInt8, _ value: UInt32) {
    let before = pic
    for owner: TrafficPorts.Owner in [
      .pic, .pit, .clock, .keyboard, .power, .reset, .pci, .test, .firmware,
    ] {
      write(owner, port, size, value)
    }
    require(size != 1 || pic == before, "the 8259 pair listens at \(port)")
  }

  /// Whether a byte at `port` reads the same twice without time in between: not where the read itself
  /// changes something (8259 in poll mode, 8254 counts, register C, RBR, IIR, LSR, MSR, fw_cfg).
  private static func keepsWhatItShows(_ port: UInt16) -> Bool {
    switch port {
    case 0x20, 0x21, 0xA0, 0xA1, 0x40...0x42, 0x71, 0x3F8, 0x3FA, 0x3FD, 0x3FE, 0x511: false
    default: true
    }
  }

  /// Bytes, keys and buttons. Parameter 0 and 1: a byte or a break for the UART; 2: as many bytes as it
  /// takes; 3 to 5: none to three scan codes; 6: the power button; 7: twenty scan codes.
  mutating func outside(_ parameter: UInt8) {
    touched.formUnion([.uart, .keyboard, .power])
    switch parameter {
    case 0, 1:
      let isExpected = uart.canReceive
      let byte = program.byte()
      let isTaken =
        parameter == 0 ? uart.receive(byte, now: now) : uart.breakReceived(now: now)
      require(isTaken == isExpected, "the UART said that it takes a byte: \(isExpected)")
    case 2:
      var count = 0
      while count <= 16 && uart.receive(UInt8(count), now: now) { count += 1 }
      require(count <= 16, "a FIFO of more than 16")
    case 6: power.pressPowerButton(now: now)
    case 7:
      let codes = [UInt8](repeating: program.byte(), count: 20)
      let isTaken = keyboard.press(scanCodes: codes, now: now)
      require(!isTaken, "the keyboard holds more than 16 codes")
    default:
      let codes = (3..<min(parameter, 7)).map { _ in program.byte() }
      _ = keyboard.press(scanCodes: codes, now: now)
    }
  }

  /// See ``TrafficOperation/memory``.
  mutating func testMemory(_ parameter: UInt8) {
    let offset = UInt64(program.word()) &* (parameter & 7 == 7 ? 0x1_0001_0001_0001 : 1)
    var all = memory ?? TestMemory()
    memory = nil
    if parameter < 8 {
      let value = all.read(offset: offset, size: parameter)
      require(
        parameter > 7 || value >> (8 * UInt64(parameter)) == 0, "the test memory reads too much")
    } else {
      let value = program.number(8)
      let size = parameter == 15 ? 255 : parameter & 7
      all.write(offset: offset, size: size, value: value)
      let end = offset.addingReportingOverflow(8)
      if !end.overflow && end.partialValue <= UInt64(TestMemory.size) && size != 0 {
        let bits = 8 * UInt64(min(size, 8))
        let mask: UInt64 = bits == 64 ? .max : (1 << bits) - 1
        require(
          all.read(offset: offset, size: min(size, 8)) == value & mask, "the test memory forgets")
      }
    }
    memory = all
  }
}
