import DeviceTraffic

/// A program for ``TrafficBoard``, written operation by operation.
struct TrafficScript {
  private(set) var bytes: [UInt8] = []

  init(_ write: (inout TrafficScript) -> Void) { write(&self) }

  private mutating func put(_ operation: TrafficOperation, _ parameter: UInt8) {
    bytes.append(parameter << 4 | operation.rawValue)
  }

  private mutating func put(_ number: UInt64, bytes count: Int) {
    for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
  }

  private mutating func put(port: UInt16) {
    if let index = TrafficPorts.named.firstIndex(of: port) {
      bytes.append(UInt8(index))
    } else {
      bytes.append(0xFF)
      put(UInt64(port), bytes: 2)
    }
  }

  /// The parameter that says a size of 1, 2 or 4 bytes.
  private static func code(_ size: Int) -> UInt8 { size == 4 ? 2 : UInt8(size - 1) }

  // MARK: Ports

  mutating func read(_ port: UInt16, size: Int = 1) {
    put(.readPort, Self.code(size))
    put(port: port)
  }

  mutating func write(_ port: UInt16, _ value: UInt32, size: Int = 1) {
    put(.writePort, Self.code(size))
    put(port: port)
    put(UInt64(value), bytes: size)
  }

  mutating func write(_ port: UInt16, _ values: [UInt32]) {
    for value in values { write(port, value) }
  }

  /// A register of the real-time clock.
  mutating func clock(_ register: UInt32, _ value: UInt32) {
    write(0x70, register)
    write(0x71, value)
  }

  mutating func readClock(_ register: UInt32) {
    write(0x70, register)
    read(0x71)
  }

  // MARK: Time and the outside

  mutating func wait(_ wait: TrafficWait, _ value: UInt64 = 0) {
    put(.wait, wait.rawValue)
    let count =
      switch wait {
      case .nanoseconds, .microseconds, .milliseconds, .seconds, .days: 1
      case .longMicroseconds, .backwards: 2
      case .longNanoseconds: 4
      case .any: 8
      case .deadline, .beforeDeadline, .timer, .clock, .uart, .interval, .end: 0
      }
    put(value, bytes: count)
  }

  /// See ``TrafficBoard/outside(_:)``.
  mutating func outside(_ what: UInt8, _ values: [UInt8] = []) {
    put(.outside, what)
    bytes += values
  }

  mutating func line(_ line: UInt8, _ isUp: Bool) {
    put(.line, 0)
    bytes.append(line | (isUp ? 0x20 : 0))
  }

  mutating func acknowledgePIC() { put(.line, 8) }

  mutating func memory(_ parameter: UInt8, offset: UInt16, _ value: UInt64 = 0) {
    put(.memory, parameter)
    put(UInt64(offset), bytes: 2)
    if parameter >= 8 { put(value, bytes: 8) }
  }

  // MARK: Local APICs

  mutating func readAPIC(_ cpu: UInt8, _ offset: UInt32) {
    put(.readAPIC, cpu)
    bytes.append(UInt8(offset >> 4))
  }

  mutating func writeAPIC(_ cpu: UInt8, _ offset: UInt32, _ value: UInt32) {
    put(.writeAPIC, cpu)
    bytes.append(UInt8(offset >> 4))
    put(UInt64(value), bytes: 4)
  }

  mutating func readMSR(_ cpu: UInt8, _ index: UInt32) {
    put(.readMSR, cpu)
    bytes.append(UInt8(truncatingIfNeeded: index))
  }

  mutating func writeMSR(_ cpu: UInt8, _ index: UInt32, _ value: UInt64) {
    put(.writeMSR, cpu)
    bytes.append(UInt8(truncatingIfNeeded: index))
    put(value, bytes: 8)
  }

  /// Bits 11:10 of IA32_APIC_BASE.
  mutating func mode(_ cpu: UInt8, _ bits: UInt8) {
    put(.control, 1 << 2 | cpu)
    bytes.append(bits << 6)
  }

  mutating func base(_ cpu: UInt8, _ value: UInt64) {
    put(.control, cpu)
    put(value, bytes: 8)
  }

  /// `after` is ns from now.
  mutating func deadline(_ cpu: UInt8, after: UInt64) {
    put(.control, 2 << 2 | cpu)
    put(after + (1 << 20), bytes: 8)
  }

  mutating func cr8(_ cpu: UInt8, _ value: UInt8) {
    put(.control, 3 << 2 | cpu)
    bytes.append(value & 0xF)
  }

  mutating func initialize(_ cpu: UInt8) {
    put(.control, 3 << 2 | cpu)
    bytes.append(0x80)
  }

  mutating func accept(_ cpu: UInt8, _ vector: UInt8, isLevel: Bool = false) {
    put(.interrupt, (isLevel ? 1 << 2 : 0) | cpu)
    bytes.append(vector)
  }

  mutating func acknowledge(_ cpu: UInt8) { put(.interrupt, 2 << 2 | cpu) }

  mutating func localInterrupt(_ cpu: UInt8, _ entry: UInt8) {
    put(.interrupt, 3 << 2 | cpu)
    bytes.append(entry)
  }

  // MARK: I/O APIC

  /// A register behind IOREGSEL.
  mutating func ioapic(_ register: UInt32, _ value: UInt32) {
    put(.writeIOAPIC, 0)
    put(UInt64(register), bytes: 4)
    put(.writeIOAPIC, 1)
    put(UInt64(value), bytes: 4)
  }

  mutating func readIOAPIC(_ register: UInt32) {
    put(.writeIOAPIC, 0)
    put(UInt64(register), bytes: 4)
    put(.readIOAPIC, 1)
  }

  mutating func endAtIOAPIC(_ vector: UInt32) {
    put(.writeIOAPIC, 4)
    put(UInt64(vector), bytes: 4)
  }

  /// See ``TrafficBoard/pin(_:)``.
  mutating func pin(_ what: UInt8, _ pin: UInt8, _ entry: UInt64 = 0) {
    put(.pin, what)
    bytes.append(pin)
    if what == 0 { put(entry, bytes: 8) }
  }

  mutating func message(_ address: UInt32, _ data: UInt16) {
    put(.message, 0)
    put(UInt64(address), bytes: 4)
    put(UInt64(data), bytes: 2)
  }
}
