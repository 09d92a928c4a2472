import Interrupts

/// A few processors with their APICs and an I/O APIC, wired as in a machine and stepped by hand: what
/// the models need around them to run the sequences of a test kernel. Interrupts are taken after each
/// access, by every processor whose interrupt flag is set.
struct Board {
  /// What a processor does with an interrupt. It runs with the interrupt flag clear.
  typealias Handler = (inout Board, _ cpu: Int) -> Void

  var apics: [LocalAPIC]
  var ioapic = IOAPIC(id: 0)
  var now: UInt64 = 0
  var interruptFlags: [Bool]
  var handlers: [UInt8: Handler] = [:]
  /// The vectors that each processor took, in their order.
  var taken: [[UInt8]]
  /// The messages without a vector that came to each processor.
  var others: [[DeliveryMode]]
  private var rotation: UInt64 = 0

  /// Processors with ids 0 and up, as a test kernel's start-up code leaves them.
  init(cpus: Int, mode: LocalAPICMode = .xAPIC, offersX2APIC: Bool = true) {
    apics = (0..<cpus).map { LocalAPIC(id: UInt32($0), isBootstrap: $0 == 0) }
    interruptFlags = Array(repeating: true, count: cpus)
    taken = Array(repeating: [], count: cpus)
    others = Array(repeating: [], count: cpus)
    self.offersX2APIC = offersX2APIC
    for cpu in 0..<cpus {
      reset(cpu)
      if mode == .x2APIC { enableX2APIC(cpu) }
    }
  }

  let offersX2APIC: Bool

  // MARK: What guests do

  /// WRMSR of IA32_APIC_BASE: false for #GP.
  @discardableResult mutating func writeBase(_ cpu: Int, _ value: UInt64) -> Bool {
    apics[cpu].writeAPICBase(value, physicalAddressBits: 40, offersX2APIC: offersX2APIC)
      != .generalProtection
  }

  mutating func disable(_ cpu: Int) { writeBase(cpu, apics[cpu].apicBase & ~0xC00) }

  /// Disable, enable, software-enable with spurious vector 255.
  mutating func reset(_ cpu: Int) {
    disable(cpu)
    writeBase(cpu, apics[cpu].apicBase | 0x800)
    write(cpu, Offset.spurious, 0x1FF)
  }

  @discardableResult mutating func enableX2APIC(_ cpu: Int) -> Bool {
    offersX2APIC && writeBase(cpu, apics[cpu].apicBase | 0x400)
  }

  /// A write of a register the way that the mode asks for: false for #GP.
  @discardableResult
  mutating func write(_ cpu: Int, _ offset: UInt32, _ value: UInt32) -> Bool {
    if apics[cpu].mode == .x2APIC { return writeMSR(cpu, 0x800 + offset >> 4, UInt64(value)) }
    perform(apics[cpu].write(offset: offset, value: value, now: now), by: cpu)
    return true
  }

  /// WRMSR: false for #GP.
  @discardableResult
  mutating func writeMSR(_ cpu: Int, _ index: UInt32, _ value: UInt64) -> Bool {
    guard let effect = apics[cpu].writeMSR(index, value, now: now) else { return false }
    perform(effect, by: cpu)
    return true
  }

  mutating func read(_ cpu: Int, _ offset: UInt32) -> UInt32 {
    apics[cpu].advance(to: now)
    return apics[cpu].mode == .x2APIC
      ? UInt32(truncatingIfNeeded: apics[cpu].readMSR(0x800 + offset >> 4, now: now) ?? .max)
      : apics[cpu].read(offset: offset, now: now)
  }

  /// The id as software sees it.
  mutating func id(_ cpu: Int) -> UInt32 {
    apics[cpu].mode == .x2APIC ? read(cpu, Offset.id) : read(cpu, Offset.id) >> 24
  }

  mutating func sendIPI(_ cpu: Int, _ low: UInt32, to destination: UInt32) {
    if apics[cpu].mode == .x2APIC {
      writeMSR(cpu, 0x830, UInt64(destination) << 32 | UInt64(low))
    } else {
      write(cpu, Offset.commandHigh, destination << 24)
      write(cpu, Offset.commandLow, low)
    }
  }

  mutating func endInterrupt(_ cpu: Int) { write(cpu, Offset.endOfInterrupt, 0) }

  mutating func setFlag(_ cpu: Int, _ isSet: Bool) {
    interruptFlags[cpu] = isSet
    step()
  }

  /// Time goes by, and timers expire.
  mutating func wait(_ nanoseconds: UInt64) {
    now += nanoseconds
    for cpu in apics.indices { apics[cpu].advance(to: now) }
    step()
  }

  // MARK: The I/O APIC

  mutating func setLine(_ pin: Int, _ asserted: Bool) {
    if ioapic.setPin(pin, asserted: asserted) == .deliver { deliver(pin) }
    step()
  }

  mutating func toggleLine(_ pin: Int) {
    setLine(pin, true)
    setLine(pin, false)
  }

  mutating func ioapicRegister(_ register: UInt32) -> UInt32 {
    _ = ioapic.write(offset: 0, value: register)
    return ioapic.read(offset: 0x10)
  }

  mutating func setIOAPICRegister(_ register: UInt32, _ value: UInt32) {
    _ = ioapic.write(offset: 0, value: register)
    switch ioapic.write(offset: 0x10, value: value) {
    case .redirectionChanged(let pin, _, _): if ioapic.evaluate(pin) { deliver(pin) }
    case .none, .deliver: break
    }
    step()
  }

  /// A write of the directed EOI register.
  mutating func endAtIOAPIC(_ vector: UInt8) {
    if case .deliver(let due) = ioapic.write(offset: 0x40, value: UInt32(vector)) {
      deliverPins(due)
    }
    step()
  }

  /// An entry as two reads see it.
  mutating func entry(_ pin: Int) -> RedirectionEntry {
    let register = 0x10 + 2 * UInt32(pin)
    let low = ioapicRegister(register)
    return RedirectionEntry(rawValue: UInt64(low) | UInt64(ioapicRegister(register + 1)) << 32)
  }

  /// An entry written in two halves, low first.
  mutating func setEntry(_ pin: Int, _ entry: RedirectionEntry) {
    let register = 0x10 + 2 * UInt32(pin)
    setIOAPICRegister(register, UInt32(truncatingIfNeeded: entry.rawValue))
    setIOAPICRegister(register + 1, UInt32(truncatingIfNeeded: entry.rawValue >> 32))
  }

  mutating func setMask(_ pin: Int, _ isMasked: Bool) {
    var entry = entry(pin)
    entry.isMasked = isMasked
    setEntry(pin, entry)
  }

  // MARK: What a machine does

  mutating func perform(_ effect: LocalAPICEffect, by cpu: Int) {
    switch effect {
    case .sendIPI(let command):
      let named = targets(
        of: command.destination, mode: command.destinationMode, shorthand: command.shorthand,
        sender: cpu)
      deliver(command.message, to: named)
    case .endOfInterrupt(let vector?, true):
      let due = ioapic.endOfInterrupt(vector)
      deliverPins(due)
    case .routingChanged: deliverPins(ioapic.pinsToDeliver())
    default: break
    }
    step()
  }

  private func targets(
    of destination: UInt32, mode: DestinationMode, shorthand: DestinationShorthand = .none,
    sender: Int? = nil
  ) -> [Int] {
    MessageRouter.targets(
      of: destination, mode: mode, shorthand: shorthand, sender: sender, count: apics.count,
      routing: { apics[$0].routing }
    ).members
  }

  private mutating func deliverPins(_ due: UInt32) {
    for pin in 0..<IOAPIC.pinCount where due >> UInt32(pin) & 1 == 1 { deliver(pin) }
  }

  private mutating func deliver(_ pin: Int) {
    guard let message = ioapic.entry(pin)?.message else { return }
    let named = targets(of: message.destination, mode: message.destinationMode)
    if deliver(message, to: named) { ioapic.markDelivered(pin) }
  }

  /// Whether anybody accepted it.
  @discardableResult
  private mutating func deliver(_ message: InterruptMessage, to named: [Int]) -> Bool {
    var isAccepted = false
    for cpu in message.goesToOneTarget ? arbitrated(named) : named {
      guard message.deliveryMode.usesVector else {
        others[cpu].append(message.deliveryMode)
        isAccepted = true
        continue
      }
      let acceptance = apics[cpu].accept(vector: message.vector, trigger: message.trigger)
      if acceptance == .accepted || acceptance == .coalesced { isAccepted = true }
    }
    return isAccepted
  }

  private mutating func arbitrated(_ named: [Int]) -> [Int] {
    rotation += 1
    let one = MessageRouter.arbitrate(.init(named), rotation: rotation) { apics[$0].routing }
    return one.map { [$0] } ?? []
  }

  /// Each processor takes what it may.
  mutating func step() {
    for cpu in apics.indices {
      while interruptFlags[cpu], apics[cpu].deliverableVector() != nil {
        let vector = apics[cpu].acknowledge()
        taken[cpu].append(vector)
        guard let handler = handlers[vector] else { return }
        interruptFlags[cpu] = false
        handler(&self, cpu)
        interruptFlags[cpu] = true
      }
    }
  }
}
