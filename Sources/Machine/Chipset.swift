import Boot
import Devices
import Synchronization
import Telemetry
import Threads

/// The devices of the board, each behind a lock of its own, held for the access alone. Their models know
/// no time and no thread; here the monotonic clock, the interrupt lines and the timers come in.
final class Chipset: Sendable {
  /// What the guest writes to COM1.
  let console: ConsoleRing
  let lines: InterruptLines
  /// Unowned: it holds this object, and the platform holds both.
  private let timers: TimerThread
  private let serial: Guarded<SerialPort>
  private let panicWatch = Guarded(PanicWatch())
  private let intervalTimer: Guarded<PIT8254>
  private let realTimeClock: Guarded<RealTimeClock>
  private let keyboard = Guarded(KeyboardController())
  private let power: Guarded<PowerManagement>
  private let resetControl = Guarded(ResetControl())
  private let pci = Guarded(PCIConfiguration())
  private let test = Guarded(TestDevice())
  private let testMemory = Guarded(TestMemory())
  private let firmware: Guarded<FirmwareConfiguration>
  private let configuration: ChipsetConfiguration
  /// The services of a BIOS, where there is one.
  let bios: Guarded<BIOSServices?>
  /// A panic's line, once the guest printed one.
  private let panic = Guarded<String?>(nil)

  init(
    _ configuration: ChipsetConfiguration, lines: InterruptLines, timers: TimerThread,
    news: FutexWord
  ) {
    self.configuration = configuration
    console = ConsoleRing(news: news)
    self.lines = lines
    self.timers = timers
    let now = MonotonicClock.nanoseconds()
    serial = Guarded(SerialPort())
    intervalTimer = Guarded(PIT8254(now: now))
    realTimeClock = Guarded(configuration.makeRealTimeClock(now: now))
    power = Guarded(PowerManagement(now: now))
    firmware = Guarded(configuration.makeFirmwareConfiguration())
    bios = Guarded(configuration.bios)
    if configuration.bios != nil { prepareForBIOS() }
  }

  /// Power-on of every device. No vcpu may run.
  func reset() {
    let now = MonotonicClock.nanoseconds()
    lines.reset()
    serial.withLock { port in
      port = SerialPort()
      settle(&port, now)
    }
    intervalTimer.withLock { timer in
      timer = PIT8254(now: now)
      settle(&timer, now)
    }
    realTimeClock.withLock { clock in
      clock = configuration.makeRealTimeClock(now: now)
      settle(&clock, now)
    }
    keyboard.withLock { keyboard in
      keyboard = KeyboardController()
      settle(&keyboard, now)
    }
    power.withLock { power in
      power = PowerManagement(now: now)
      settle(&power, now)
    }
    resetControl.withLock { $0 = ResetControl() }
    pci.withLock { $0 = PCIConfiguration() }
    test.withLock { $0 = TestDevice() }
    firmware.withLock { $0 = configuration.makeFirmwareConfiguration() }
    panicWatch.withLock { $0 = PanicWatch() }
    bios.withLock { $0 = configuration.bios }
    if configuration.bios != nil { prepareForBIOS() }
  }

  /// The line of the panic that the guest printed, if any.
  var panicLine: String? { panic.withLock { $0 } }

  // MARK: Accesses

  /// OUT of `value` (1, 2 or 4 bytes) to `port`, one device's as a whole (``PortOwner``), which is not
  /// COM1's. Unknown ports take everything.
  func write(port: UInt16, size: UInt8, value: UInt32) -> PortEffect {
    let now = MonotonicClock.nanoseconds()
    switch PortOwner(of: port) {
    case .interruptControllers:
      forEachByte(port, size) {
        lines.write(port: $0, value: UInt8(truncatingIfNeeded: value >> $1))
      }
    case .intervalTimer:
      intervalTimer.withLock { timer in
        forEachByte(port, size) {
          timer.write(port: $0, value: UInt8(truncatingIfNeeded: value >> $1), now: now)
        }
        settle(&timer, now)
      }
    case .realTimeClock:
      realTimeClock.withLock { clock in
        forEachByte(port, size) {
          clock.write(port: $0, value: UInt8(truncatingIfNeeded: value >> $1), now: now)
        }
        settle(&clock, now)
      }
    case .keyboard:
      return keyboard.withLock { keyboard in
        let effect = keyboard.write(port: port, size: size, value: value, now: now)
        settle(&keyboard, now)
        return portEffect(effect)
      }
    case .resetControl:
      return portEffect(
        resetControl.withLock { $0.write(port: port, size: size, value: value, now: now) })
    case .pci:
      return portEffect(pci.withLock { $0.write(port: port, size: size, value: value, now: now) })
    case .power:
      return power.withLock { power in
        let effect = power.write(port: port, size: size, value: value, now: now)
        settle(&power, now)
        return portEffect(effect)
      }
    case .firmware:
      return portEffect(
        firmware.withLock { $0.write(port: port, size: size, value: value, now: now) })
    case .test where port == TestDevice.exitPort && configuration.isDemo: return .panic(value)
    case .nobody
    where port == UInt16(BIOSImage.port) && size == 1 && configuration.bios != nil:
      return .biosCall
    case .test:
      return portEffect(test.withLock { $0.write(port: port, size: size, value: value, now: now) })
    case .serial, .nobody: break
    }
    return .none
  }

  /// IN of `size` bytes from `port`, as of ``write(port:size:value:)``: all ones where nothing answers.
  func read(port: UInt16, size: UInt8) -> UInt32 {
    let now = MonotonicClock.nanoseconds()
    switch PortOwner(of: port) {
    case .interruptControllers: return bytes(port, size) { lines.read(port: $0) }
    case .intervalTimer:
      return intervalTimer.withLock { timer in bytes(port, size) { timer.read(port: $0, now: now) }
      }
    case .realTimeClock:
      return realTimeClock.withLock { clock in
        defer { settle(&clock, now) }
        return bytes(port, size) { clock.read(port: $0, now: now) }
      }
    case .keyboard:
      return keyboard.withLock { keyboard in
        defer { settle(&keyboard, now) }
        return keyboard.read(port: port, size: size, now: now)
      }
    case .resetControl: return resetControl.withLock { $0.read(port: port, size: size, now: now) }
    case .pci: return pci.withLock { $0.read(port: port, size: size, now: now) }
    case .power:
      return power.withLock { power in
        defer { settle(&power, now) }
        return power.read(port: port, size: size, now: now)
      }
    case .firmware: return firmware.withLock { $0.read(port: port, size: size, now: now) }
    case .test:
      return test.withLock { $0.read(port: port, size: size, now: now) }
    case .serial, .nobody: return .max
    }
  }

  /// COM1's register `register`, written.
  func writeSerial(register: UInt8, _ value: UInt8) -> PortEffect {
    let now = MonotonicClock.nanoseconds()
    let byte = serial.withLock { port in
      let byte = port.uart.write(register: register, value: value, now: now)
      // A transmitter without a shift register's delay is empty again at once: its interrupt ends and
      // comes anew, and an edge pin must see both.
      if port.uart.takeInterruptPulse() { lines.set(irq: UART16550.com1Line, asserted: false) }
      settle(&port, now)
      return byte
    }
    return byte.map(transmit) ?? .none
  }

  /// COM1's register `register`, read.
  func readSerial(register: UInt8) -> UInt8 {
    let now = MonotonicClock.nanoseconds()
    return serial.withLock { port in
      defer { settle(&port, now) }
      return port.uart.read(register: register, now: now)
    }
  }

  /// The test device's memory, which kvm-unit-tests reach as MMIO.
  func readTestMemory(offset: UInt64, size: UInt8) -> UInt64 {
    testMemory.withLock { $0.read(offset: offset, size: size) }
  }

  /// As above, written.
  func writeTestMemory(offset: UInt64, size: UInt8, value: UInt64) {
    testMemory.withLock { $0.write(offset: offset, size: size, value: value) }
  }

  // MARK: From outside

  /// Types `bytes` into COM1; false, and none taken, where too many wait already. Any thread.
  func type(_ bytes: [UInt8]) -> Bool {
    let now = MonotonicClock.nanoseconds()
    return serial.withLock { port in
      let isTaken = port.type(bytes, now: now)
      settle(&port, now)
      return isTaken
    }
  }

  /// What was typed into COM1 and not read by the guest, taken from it. Any thread.
  func takeTyped() -> [UInt8] {
    let now = MonotonicClock.nanoseconds()
    return serial.withLock { port in
      defer { settle(&port, now) }
      return port.takeTyped(now: now)
    }
  }

  /// A device's deadline has passed. The timer thread.
  func expire(_ device: DeviceTimer, now: UInt64) {
    switch device {
    case .intervalTimer: intervalTimer.withLock { settle(&$0, now) }
    case .realTimeClock: realTimeClock.withLock { settle(&$0, now) }
    case .serial: serial.withLock { settle(&$0, now) }
    case .keyboard: keyboard.withLock { settle(&$0, now) }
    case .powerManagement: power.withLock { settle(&$0, now) }
    }
  }

  // MARK: After each access: the line and the deadline (each with its device's lock held)

  private func settle(_ port: inout SerialPort, _ now: UInt64) {
    port.uart.advance(to: now)
    let wasLow = !port.uart.interruptLine
    port.feed(now: now)
    let isHigh = port.uart.interruptLine
    // A wire needs time for the next character, in which an edge pin sees the line low; here it comes
    // at once.
    if wasLow && isHigh { lines.set(irq: UART16550.com1Line, asserted: false) }
    lines.set(irq: UART16550.com1Line, asserted: isHigh)
    arm(.serial, port.uart.nextDeadline(after: now), now)
  }

  private func settle(_ timer: inout PIT8254, _ now: UInt64) {
    // Several ticks since the last look are one: the line can only rise once more now.
    if timer.takeRisingEdges(to: now) > 0 {
      lines.set(irq: PIT8254.line, asserted: false)
      lines.set(irq: PIT8254.line, asserted: true)
    }
    lines.set(irq: PIT8254.line, asserted: timer.output(channel: 0, now: now))
    arm(.intervalTimer, timer.nextRisingEdge(after: now), now)
  }

  private func settle(_ clock: inout RealTimeClock, _ now: UInt64) {
    clock.advance(to: now)
    lines.set(irq: RealTimeClock.line, asserted: clock.interruptLine)
    arm(.realTimeClock, clock.nextDeadline(after: now), now)
  }

  private func settle(_ keyboard: inout KeyboardController, _ now: UInt64) {
    keyboard.advance(to: now)
    lines.set(irq: KeyboardController.line, asserted: keyboard.interruptLine)
    arm(.keyboard, keyboard.nextDeadline(after: now), now)
  }

  private func settle(_ power: inout PowerManagement, _ now: UInt64) {
    power.advance(to: now)
    lines.set(irq: PowerManagement.line, asserted: power.sciLine)
    arm(.powerManagement, power.nextDeadline(after: now), now)
  }

  /// A guest may ask for a period of 1 us: it gets one wake-up in 50 us at most.
  private func arm(_ device: DeviceTimer, _ deadline: UInt64?, _ now: UInt64) {
    timers.arm(device, at: deadline.map { max($0, now &+ VCPURunner.shortestTimer) } ?? 0)
  }

  private func portEffect(_ effect: DeviceEffect) -> PortEffect {
    switch effect {
    case .none: return .none
    case .reset: return .reset
    case .powerOff: return .powerOff
    // The status of QEMU's process would be the value doubled, plus 1.
    case .exit(let status): return .exit(status >> 1)
    case .setLine(let irq, let asserted):
      lines.set(irq: irq, asserted: asserted)
      return .none
    case .transmit(let byte): return transmit(byte)
    }
  }

  private func transmit(_ byte: UInt8) -> PortEffect {
    console.write(byte)
    switch panicWatch.withLock({ $0.note(byte) }) {
    case .none: return .none
    case .panic(let line):
      panic.withLock { $0 = $0 ?? line }
      return .panicked
    case .stopped: return .panicEnded
    }
  }

  // MARK: Bytes of wider accesses

  /// A wider access to a device of bytes is as many accesses, the lowest port first, as the bus splits
  /// it; `body` gets the port and the byte's position in bits.
  private func forEachByte(_ port: UInt16, _ size: UInt8, _ body: (UInt16, UInt32) -> Void) {
    for index in 0..<size { body(port &+ UInt16(index), UInt32(index) * 8) }
  }

  private func bytes(_ port: UInt16, _ size: UInt8, _ body: (UInt16) -> UInt8) -> UInt32 {
    var result: UInt32 = 0
    for index in 0..<size { result |= UInt32(body(port &+ UInt16(index))) << (UInt32(index) * 8) }
    return result
  }
}
