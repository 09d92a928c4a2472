import Interrupts

/// The local APICs as their processors see them.
extension TrafficBoard {
  private mutating func processor(_ parameter: UInt8) -> Int {
    let cpu = Int(parameter & 3)
    touched.insert(.apic(cpu))
    return cpu
  }

  private mutating func offset() -> UInt32 {
    let register = program.byte()
    return register == 0xFF ? UInt32(program.word()) : UInt32(register) << 4
  }

  mutating func readAPIC(_ parameter: UInt8) {
    let cpu = processor(parameter)
    let offset = offset()
    apics[cpu].advance(to: now)
    let first = apics[cpu].read(offset: offset, now: now)
    let second = apics[cpu].read(offset: offset, now: now)
    require(first == second, "APIC register \(offset) reads \(first), then \(second)")
    require(apics[cpu].mode == .xAPIC || first == .max, "a page without xAPIC mode")
  }

  mutating func writeAPIC(_ parameter: UInt8) {
    let cpu = processor(parameter)
    let offset = offset()
    let value = program.doubleWord()
    let inService = apics[cpu].inService
    let effect = apics[cpu].write(offset: offset, value: value, now: now)
    apply(effect, by: cpu, wasInService: inService)
  }

  mutating func readMSR(_ parameter: UInt8) {
    let cpu = processor(parameter)
    let index = 0x800 + UInt32(program.byte())
    apics[cpu].advance(to: now)
    let first = apics[cpu].readMSR(index, now: now)
    let second = apics[cpu].readMSR(index, now: now)
    require(first == second, "MSR \(index) reads differently at once")
    require(first == nil || apics[cpu].mode == .x2APIC, "MSR \(index) without x2APIC mode")
    let outside = apics[cpu].readMSR(index ^ 0x4000_0000, now: now)
    require(outside == nil, "an MSR beyond the APIC's")
  }

  mutating func writeMSR(_ parameter: UInt8) {
    let cpu = processor(parameter)
    let index = 0x800 + UInt32(program.byte())
    let value = program.number(parameter & 8 == 0 ? 8 : 4)
    let before = apics[cpu]
    guard let effect = apics[cpu].writeMSR(index, value, now: now) else {
      require(
        Self.agree(before, apics[cpu], at: now), "#GP of MSR \(index) changed the APIC")
      return
    }
    require(before.mode == .x2APIC, "MSR \(index) without x2APIC mode")
    apply(effect, by: cpu, wasInService: before.inService)
  }

  /// What a processor does to its APIC beside the registers. The high two bits of the parameter, the
  /// processor being the low two: IA32_APIC_BASE (8 bytes, of which the low two bits choose whether x2APIC
  /// is offered and the width of addresses), its mode alone (1 byte, bits 7:6), IA32_TSC_DEADLINE (8
  /// bytes, ns from now less 2^20), and by a byte's high bit INIT, else CR8.
  mutating func control(_ parameter: UInt8) {
    let cpu = processor(parameter)
    switch parameter >> 2 {
    case 0:
      let value = program.number(8)
      writeBase(cpu, value & ~3, width: value & 1 == 0 ? 40 : 64, offersX2APIC: value & 2 == 0)
    case 1:
      let mode = UInt64(program.byte() >> 6)
      writeBase(
        cpu, apics[cpu].apicBase & ~0xC00 | mode << 10, width: 40, offersX2APIC: true)
    case 2:
      let value = program.number(8)
      let time = now &+ value &- 1 << 20
      apply(apics[cpu].writeTSCDeadline(value, expiresAt: time, now: now), by: cpu)
      require(
        apics[cpu].tscDeadline == 0 || time > now, "a deadline that has passed is still armed")
    default:
      let value = program.byte()
      if value & 0x80 != 0 {
        apics[cpu].resetForINIT()
        require(
          !apics[cpu].isSoftwareEnabled && apics[cpu].pendingVector() == nil, "INIT left something")
      } else {
        apics[cpu].setTaskPriority(cr8: UInt64(value))
        require(apics[cpu].cr8 == UInt64(value & 0xF), "CR8 is not what was written")
      }
    }
  }

  private mutating func writeBase(_ cpu: Int, _ value: UInt64, width: Int, offersX2APIC: Bool) {
    let before = apics[cpu]
    let result = apics[cpu].writeAPICBase(
      value, physicalAddressBits: width, offersX2APIC: offersX2APIC)
    switch result {
    case .generalProtection, .unchanged:
      require(Self.agree(before, apics[cpu], at: now), "IA32_APIC_BASE: \(result), but not so")
    case .changed(let old, let new):
      require(
        old == before.apicBase && new == apics[cpu].apicBase && new == value,
        "IA32_APIC_BASE is not what was written")
      require(before.mode.canBecome(apics[cpu].mode), "an illegal change of the APIC's mode")
    }
    retryPins()
  }

  /// What goes in and out of an APIC. The high two bits of the parameter: accept (a byte of vector, edge),
  /// the same with level, acknowledge, and a local interrupt (a byte, modulo 7).
  mutating func interrupt(_ parameter: UInt8) {
    let cpu = processor(parameter)
    switch parameter >> 2 {
    case 0: _ = accept(cpu, vector: program.byte(), trigger: .edge)
    case 1: _ = accept(cpu, vector: program.byte(), trigger: .level)
    case 2: acknowledge(cpu)
    default:
      guard let entry = LVTEntry(rawValue: program.byte() % 7) else { return }
      let delivery = apics[cpu].assertLVT(entry, now: now)
      if delivery == .initialize { apics[cpu].resetForINIT() }
      if case .fixed(.accepted) = delivery {
        let vector = UInt8(truncatingIfNeeded: apics[cpu].localVector(entry))
        let isThere = apics[cpu].interruptRequest.contains(vector)
        require(isThere, "\(entry) did not come to IRR")
      }
    }
  }

  private mutating func acknowledge(_ cpu: Int) {
    let before = apics[cpu]
    let vector = apics[cpu].acknowledge()
    let after = apics[cpu]
    guard let expected = before.deliverableVector() else {
      require(
        vector == UInt8(truncatingIfNeeded: before.spuriousVectorRegister)
          && Self.agree(before, after, at: now), "a spurious acknowledge took something")
      return
    }
    require(vector == expected, "acknowledged \(vector), deliverable \(expected)")
    require(
      !before.inService.contains(vector) && after.inService.contains(vector)
        && !after.interruptRequest.contains(vector)
        && after.inService.count == before.inService.count + 1
        && after.interruptRequest.count == before.interruptRequest.count - 1,
      "vector \(vector) did not go from IRR to ISR")
    require(after.processorPriority >> 4 >= vector >> 4, "PPR below vector \(vector) in service")
  }

  /// Hands a vector to an APIC: whether it came to, or was in, IRR.
  mutating func accept(_ cpu: Int, vector: UInt8, trigger: TriggerMode) -> Bool {
    touched.insert(.apic(cpu))
    let was = apics[cpu].interruptRequest
    let isEnabled = apics[cpu].isSoftwareEnabled
    let result = apics[cpu].accept(vector: vector, trigger: trigger)
    let now = apics[cpu].interruptRequest
    switch result {
    case .accepted:
      require(
        !was.contains(vector) && now.contains(vector) && now.count == was.count + 1,
        "vector \(vector) did not come to IRR")
      require(
        apics[cpu].triggerMode.contains(vector) == (trigger == .level), "TMR of \(vector)")
    case .coalesced: require(was == now && was.contains(vector), "\(vector) coalesced with nothing")
    case .disabled: require(was == now && !isEnabled, "a disabled APIC took \(vector)")
    case .illegalVector:
      require(vector < 16 && now.count <= was.count + 1, "vector \(vector) is illegal")
    }
    return result == .accepted || result == .coalesced
  }

  /// Whether two APICs show the same in every register.
  static func agree(_ one: LocalAPIC, _ other: LocalAPIC, at now: UInt64) -> Bool {
    guard one.apicBase == other.apicBase, one.routing == other.routing,
      one.interruptRequest == other.interruptRequest, one.inService == other.inService,
      one.triggerMode == other.triggerMode, one.tscDeadline == other.tscDeadline,
      one.nextDeadline() == other.nextDeadline(), one.interruptCommand == other.interruptCommand,
      one.errorStatus == other.errorStatus,
      one.spuriousVectorRegister == other.spuriousVectorRegister
    else { return false }
    for code: UInt8 in 0..<7 {
      guard let entry = LVTEntry(rawValue: code),
        one.localVector(entry) == other.localVector(entry)
      else { return false }
    }
    return one.value(of: .initialCount, now: now) == other.value(of: .initialCount, now: now)
      && one.value(of: .currentCount, now: now) == other.value(of: .currentCount, now: now)
      && one.value(of: .taskPriority, now: now) == other.value(of: .taskPriority, now: now)
      && one.value(of: .divideConfiguration, now: now)
        == other.value(of: .divideConfiguration, now: now)
  }
}
