import Interrupts
import Testing

/// SDM vol. 3, "Handling Interrupts": acceptance, priorities, acknowledge and EOI.
@Suite("Local APIC priorities") struct LocalAPICPriorityTests {
  /// An enabled APIC with `vector` in service.
  static func serving(_ vector: UInt8) -> LocalAPIC {
    var apic = LocalAPIC.enabled()
    _ = apic.accept(vector: vector, trigger: .edge)
    _ = apic.acknowledge()
    return apic
  }

  static func bit(_ apic: inout LocalAPIC, _ base: UInt32, _ vector: UInt8) -> Bool {
    let word = apic.get(base + UInt32(vector / 32) * 0x10)
    return word >> UInt32(vector % 32) & 1 == 1
  }

  @Test("Every vector, edge and level, with and without broadcast suppression")
  func everyVector() {
    var wrong = Mismatches()
    for value in 0...255 {
      let vector = UInt8(value)
      for trigger in TriggerMode.allCases {
        for suppress in [false, true] {
          var apic = LocalAPIC.enabled()
          if suppress { apic.put(Offset.spurious, 0x11FF) }
          let acceptance = apic.accept(vector: vector, trigger: trigger)
          let label = "\(vector) \(trigger) \(suppress)"
          guard value >= 16 else {
            wrong.check(acceptance == .illegalVector, label)
            wrong.check(apic.pendingVector() == nil && apic.errors() == 1 << 6, label)
            continue
          }
          wrong.check(acceptance == .accepted, label)
          let again = apic.accept(vector: vector, trigger: trigger)
          wrong.check(again == .coalesced, label)
          wrong.check(
            Self.bit(&apic, Offset.request, vector) && !Self.bit(&apic, Offset.inService, vector)
              && Self.bit(&apic, Offset.triggerMode, vector) == (trigger == .level), label)
          wrong.check(apic.deliverableVector() == vector && apic.pendingVector() == vector, label)
          let taken = apic.acknowledge()
          wrong.check(
            taken == vector && !Self.bit(&apic, Offset.request, vector)
              && Self.bit(&apic, Offset.inService, vector)
              && Self.bit(&apic, Offset.triggerMode, vector) == (trigger == .level), label)
          let third = apic.accept(vector: vector, trigger: trigger)
          wrong.check(third == .accepted && apic.deliverableVector() == nil, "\(label) again")
          let effect = apic.put(Offset.endOfInterrupt, 0)
          wrong.check(
            effect
              == .endOfInterrupt(vector: vector, broadcast: trigger == .level && !suppress), label)
          wrong.check(apic.deliverableVector() == vector && apic.inService.isEmpty, label)
          wrong.check(apic.checkInvariants() == nil, label)
        }
      }
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("PPR for every task priority and every vector in service")
  func processorPriority() {
    var wrong = Mismatches()
    for served in [0] + Array(16...255) {
      let base = served == 0 ? LocalAPIC.enabled() : Self.serving(UInt8(served))
      for priority in 0...255 {
        var apic = base
        apic.put(Offset.taskPriority, UInt32(priority))
        // The classes as numbers 0 to 15; the sub-class is that of TPR where TPR's class is not lower.
        let expected = priority / 16 >= served / 16 ? priority : served / 16 * 16
        wrong.check(
          apic.get(Offset.processorPriority) == UInt32(expected)
            && Int(apic.processorPriority) == expected, "TPR \(priority) ISR \(served)")
      }
    }
    #expect(wrong.first.isEmpty)
  }

  @Test(
    "Which request is deliverable: every TPR class, ISR class and IRR class, and the sub-classes")
  func deliverable() {
    var wrong = Mismatches()
    for servedClass in 0..<16 {
      for served in servedClass == 0 ? [0] : [servedClass * 16, servedClass * 16 + 15] {
        let base = served == 0 ? LocalAPIC.enabled() : Self.serving(UInt8(served))
        for priority in (0..<16).flatMap({ [$0 * 16, $0 * 16 + 15] }) {
          for requested in (1..<16).flatMap({ [$0 * 16, $0 * 16 + 15] }) where requested != served {
            var apic = base
            apic.put(Offset.taskPriority, UInt32(priority))
            _ = apic.accept(vector: UInt8(requested), trigger: .edge)
            let expected = requested / 16 > max(priority / 16, served / 16)
            let label = "TPR \(priority) ISR \(served) IRR \(requested)"
            wrong.check((apic.deliverableVector() == UInt8(requested)) == expected, label)
            wrong.check(apic.pendingVector() == UInt8(requested), label)
            let taken = apic.acknowledge()
            wrong.check(taken == (expected ? UInt8(requested) : 255), label)
            wrong.check(apic.interruptRequest.isEmpty == expected, label)
          }
        }
      }
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("Every pair of vectors: who interrupts whom, and the order of the EOIs")
  func pairs() {
    var wrong = Mismatches()
    for first in 16...255 {
      let base = Self.serving(UInt8(first))
      for second in 16...255 where second != first {
        var apic = base
        _ = apic.accept(vector: UInt8(second), trigger: .edge)
        let nests = second / 16 > first / 16
        let taken = apic.acknowledge()
        wrong.check(taken == (nests ? UInt8(second) : 255), "\(first) then \(second)")
        let ended = apic.put(Offset.endOfInterrupt, 0)
        let expected = UInt8(nests ? second : first)
        wrong.check(
          ended == .endOfInterrupt(vector: expected, broadcast: false),
          "\(first), \(second): \(ended)")
      }
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("Random traffic agrees with a model made of arrays")
  func model() {
    var random = Generator(seed: 5)
    var wrong = Mismatches()
    var apic = LocalAPIC.enabled()
    var request: [Int] = []
    var service: [Int] = []
    var level: [Int: Bool] = [:]
    var priority = 0
    for step in 0..<30000 {
      let vector = Int.random(in: 16...255, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0...2:
        let isLevel = Bool.random(using: &random)
        let acceptance = apic.accept(vector: UInt8(vector), trigger: isLevel ? .level : .edge)
        wrong.check(
          acceptance == (request.contains(vector) ? .coalesced : .accepted), "accept at \(step)")
        if !request.contains(vector) { request.append(vector) }
        level[vector] = isLevel
      case 3...4:
        let highest = request.max() ?? 0
        let floor = max(priority / 16, (service.max() ?? 0) / 16)
        let taken = apic.acknowledge()
        if highest / 16 > floor {
          wrong.check(Int(taken) == highest, "acknowledge at \(step)")
          request.removeAll { $0 == highest }
          service.append(highest)
        } else {
          wrong.check(taken == 255, "spurious at \(step)")
        }
      case 5...6:
        let highest = service.max()
        let effect = apic.put(Offset.endOfInterrupt, UInt32(vector))
        let broadcast = highest.map { level[$0] ?? false } ?? false
        wrong.check(
          effect == .endOfInterrupt(vector: highest.map { UInt8($0) }, broadcast: broadcast),
          "EOI at \(step)")
        service.removeAll { $0 == highest }
      default:
        priority = Int.random(in: 0...255, using: &random) / 3
        if Bool.random(using: &random) {
          apic.put(Offset.taskPriority, UInt32(priority))
        } else {
          apic.setTaskPriority(cr8: UInt64(priority / 16))
          priority = priority / 16 * 16
        }
      }
      wrong.check(
        apic.interruptRequest.vectors == request.map { UInt8($0) }.sorted()
          && apic.inService.vectors == service.map { UInt8($0) }.sorted()
          && Int(apic.taskPriority) == priority && apic.checkInvariants() == nil, "state at \(step)"
      )
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("EOI with nothing in service") func emptyEOI() {
    var apic = LocalAPIC.enabled()
    let effect = apic.put(Offset.endOfInterrupt, 0)
    #expect(effect == .endOfInterrupt(vector: nil, broadcast: false))
  }

  @Test("CR8 and TPR are one register") func cr8() {
    var apic = LocalAPIC.enabled()
    for value in UInt64(0)..<32 {
      apic.setTaskPriority(cr8: value | 0xFFFF_FFFF_FFFF_FF00)
      #expect(apic.taskPriority == UInt8(value % 16) * 16)
      #expect(apic.cr8 == value % 16)
      #expect(apic.get(Offset.taskPriority) == UInt32(value % 16) * 16)
    }
    apic.put(Offset.taskPriority, 0x7C)
    #expect(apic.cr8 == 7)
  }

  /// SDM vol. 3, "Local APIC State After It Has Been Software Disabled".
  @Test("Software-disabled: accepts no vector; what it has is still for the processor to handle")
  func disabled() {
    var apic = LocalAPIC.enabled()
    _ = apic.accept(vector: 0x90, trigger: .edge)
    _ = apic.acknowledge()
    _ = apic.accept(vector: 0xA0, trigger: .level)
    apic.put(Offset.spurious, 0x3F)
    #expect(!apic.isSoftwareEnabled)
    for vector in UInt8.min...UInt8.max {
      let acceptance = apic.accept(vector: vector, trigger: .edge)
      #expect(acceptance == .disabled)
    }
    #expect(apic.errors() == 0)
    #expect(apic.deliverableVector() == 0xA0)
    let taken = apic.acknowledge()
    #expect(taken == 0xA0)
    #expect(apic.inService == VectorSet([0x90, 0xA0]))
    let spurious = apic.acknowledge()
    #expect(spurious == 0x3F)
    let ends = [apic.put(Offset.endOfInterrupt, 0), apic.put(Offset.endOfInterrupt, 0)]
    #expect(
      ends == [
        .endOfInterrupt(vector: 0xA0, broadcast: true),
        .endOfInterrupt(vector: 0x90, broadcast: false),
      ])
    #expect(apic.checkInvariants() == nil)
  }

  @Test("TMR changes on acceptance") func triggerModes() {
    var apic = LocalAPIC.enabled()
    #expect(apic.triggerMode.isEmpty)
    _ = apic.accept(vector: 0x79, trigger: .level)
    #expect(apic.triggerMode == VectorSet([0x79]))
    _ = apic.accept(vector: 0x79, trigger: .edge)
    #expect(apic.triggerMode.isEmpty)
  }
}
