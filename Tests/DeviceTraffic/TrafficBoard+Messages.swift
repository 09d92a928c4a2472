import Interrupts
import Rendezvous

/// What goes from APIC to APIC and from the I/O APIC to them.
extension TrafficBoard {
  mutating func apply(
    _ effect: LocalAPICEffect, by cpu: Int, wasInService: VectorSet = VectorSet()
  ) {
    switch effect {
    case .none, .timerChanged, .localVectorChanged: break
    case .sendIPI(let command):
      require(command.validity.isSent && command.triggerMode == .edge, "an IPI that is not sent")
      send(command, by: cpu)
    case .endOfInterrupt(let vector, let isBroadcast):
      require(vector == wasInService.highest, "the EOI ended another vector")
      require(vector != nil || !isBroadcast, "an EOI of nothing was broadcast")
      if let vector {
        require(!apics[cpu].inService.contains(vector), "\(vector) is in service after its EOI")
        if isBroadcast { deliverPins(ioapic.endOfInterrupt(vector)) }
      }
    case .routingChanged, .priorityChanged: retryPins()
    }
  }

  private mutating func send(_ command: InterruptCommand, by cpu: Int) {
    let named = targets(
      of: command.destination, mode: command.destinationMode, shorthand: command.shorthand,
      sender: cpu)
    switch command.shorthand {
    case .selfOnly: require(named == CPUSet([cpu]), "a self IPI to another")
    case .allExcludingSelf: require(!named.contains(cpu), "an IPI to all others came back")
    case .none, .allIncludingSelf: break
    }
    _ = deliver(command.message, to: named)
  }

  func targets(
    of destination: UInt32, mode: DestinationMode, shorthand: DestinationShorthand = .none,
    sender: Int? = nil
  ) -> CPUSet {
    MessageRouter.targets(
      of: destination, mode: mode, shorthand: shorthand, sender: sender, count: apics.count
    ) { apics[$0].routing }
  }

  /// Whether somebody accepted it.
  mutating func deliver(_ message: InterruptMessage, to named: CPUSet) -> Bool {
    var isAccepted = false
    var named = named
    if message.goesToOneTarget {
      rotation &+= 1
      let chosen = MessageRouter.arbitrate(named, rotation: rotation) { apics[$0].routing }
      require(chosen.map(named.contains) ?? true, "arbitration chose one that is not named")
      named = CPUSet(chosen.map { [$0] } ?? [])
    }
    for cpu in apics.indices where named.contains(cpu) {
      require(
        apics[cpu].mode != .disabled, "a message reached a globally disabled APIC")
      if message.deliveryMode.usesVector {
        let isTaken = accept(cpu, vector: message.vector, trigger: message.trigger)
        isAccepted = isAccepted || isTaken
      } else {
        if message.deliveryMode == .initialize {
          apics[cpu].resetForINIT()
          touched.insert(.apic(cpu))
        }
        isAccepted = true
      }
    }
    return isAccepted
  }

  mutating func message() {
    let address = program.doubleWord()
    let data = UInt32(program.word())
    guard let message = InterruptMessage(messageAddress: address, data: data) else {
      require(address >> 20 != 0xFEE, "an MSI that is none")
      return
    }
    let named = targets(of: message.destination, mode: message.destinationMode)
    _ = deliver(message, to: named)
  }
}
