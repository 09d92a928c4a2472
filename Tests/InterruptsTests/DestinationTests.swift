import Interrupts
import Rendezvous
import Testing

/// SDM vol. 3, "Determining IPI Destination".
@Suite("Destinations") struct DestinationTests {
  static func routing(
    id: UInt32 = 0, logical: UInt8 = 0, model: LocalAPICRouting.LogicalModel = .flat,
    enabled: Bool = true, priority: UInt8 = 0
  ) -> LocalAPICRouting {
    LocalAPICRouting(
      id: id, logicalID: logical, model: model, isSoftwareEnabled: enabled, priorityClass: priority)
  }

  @Test("Physical: every destination against every id") func physical() {
    var wrong = Mismatches()
    for destination in 0...255 {
      for id in 0...255 {
        let matches = DestinationMatch.matches(
          destination: UInt32(destination), mode: .physical,
          routing: Self.routing(id: UInt32(id), logical: 0xFF))
        wrong.check(matches == (destination == id || destination == 255), "\(destination) \(id)")
      }
    }
    #expect(wrong.first.isEmpty)
  }

  /// Flat and cluster as lists of members, without bit tricks.
  static func members(_ number: Int, cluster: Bool) -> Set<Int> {
    let width = cluster ? 4 : 8
    let first = cluster ? number / 16 * 100 : 0
    let bits = cluster ? number % 16 : number
    return Set((0..<width).filter { bits / (1 << $0) % 2 == 1 }.map { first + $0 })
  }

  @Test("Logical: every destination against every logical id, in each model") func logical() {
    var wrong = Mismatches()
    let flat = (0...255).map { Self.members($0, cluster: false) }
    let cluster = (0...255).map { Self.members($0, cluster: true) }
    for destination in 0...255 {
      for logical in 0...255 {
        for model in LocalAPICRouting.LogicalModel.allCases {
          let expected =
            switch model {
            case _ where destination == 255: true
            case .flat: !flat[destination].isDisjoint(with: flat[logical])
            case .cluster: !cluster[destination].isDisjoint(with: cluster[logical])
            case .reserved: false
            }
          let matches = DestinationMatch.matches(
            destination: UInt32(destination), mode: .logical,
            routing: Self.routing(id: UInt32(destination), logical: UInt8(logical), model: model))
          wrong.check(matches == expected, "\(destination) against \(logical), \(model)")
        }
      }
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("The destination format register selects the model") func model() {
    for high in UInt32(0)..<16 {
      let model = LocalAPICRouting.LogicalModel(destinationFormat: high << 28 | 0x0FFF_FFFF)
      #expect(model == (high == 15 ? .flat : high == 0 ? .cluster : .reserved))
    }
  }

  @Test("A routing packs into a word and back; any word unpacks") func packing() {
    var wrong = Mismatches()
    for model in LocalAPICRouting.LogicalModel.allCases {
      for enabled in [false, true] {
        for value in 0...255 {
          let routing = Self.routing(
            id: UInt32(value) << 13 | 5, logical: UInt8(255 - value), model: model,
            enabled: enabled,
            priority: UInt8(value))
          wrong.check(routing.priorityClass == UInt8(value % 16), "class of \(value)")
          wrong.check(LocalAPICRouting(packed: routing.packed) == routing, "\(routing)")
        }
      }
    }
    var random = Generator(seed: 3)
    for _ in 0..<1000 {
      let routing = LocalAPICRouting(packed: random.next())
      wrong.check(LocalAPICRouting(packed: routing.packed) == routing, "\(routing)")
    }
    #expect(wrong.first.isEmpty)
    #expect(LocalAPICRouting(packed: .max).model == .reserved)
  }

  @Test("An APIC's routing follows its registers") func follows() {
    var apic = LocalAPIC(id: 7, isBootstrap: false)
    #expect(apic.routing == Self.routing(id: 7, enabled: false))
    let effects = [
      apic.put(Offset.id, 0x0900_0000), apic.put(Offset.logicalDestination, 0x2100_0000),
      apic.put(Offset.destinationFormat, 0x0000_0000), apic.put(Offset.spurious, 0x1FF),
    ]
    #expect(effects == Array(repeating: .routingChanged, count: 4))
    let priority = apic.put(Offset.taskPriority, 0x5A)
    #expect(priority == .priorityChanged)
    #expect(
      apic.routing
        == Self.routing(id: 9, logical: 0x21, model: .cluster, enabled: true, priority: 5))
  }

  @Test("Targets of every destination and shorthand", arguments: [0, 1, 2, 8, 63, 64, 65, 300])
  func targets(count: Int) {
    var random = Generator(seed: UInt64(count) + 10)
    let routings = (0..<count).map { vcpu in
      Self.routing(
        id: UInt32(truncatingIfNeeded: vcpu & 0xFF),
        logical: UInt8.random(in: 0...255, using: &random),
        model: vcpu % 3 == 0 ? .cluster : .flat)
    }
    var wrong = Mismatches()
    for destination in 0...255 {
      for mode in DestinationMode.allCases {
        let targets = MessageRouter.targets(
          of: UInt32(destination), mode: mode, shorthand: .none, sender: 0, count: count,
          routing: { routings[$0] })
        let expected = (0..<count).filter {
          DestinationMatch.matches(
            destination: UInt32(destination), mode: mode, routing: routings[$0])
        }
        wrong.check(targets.members == expected, "\(destination) \(mode): \(targets)")
      }
    }
    for sender in [nil, 0, 1, count - 1, count, -1, 5000] as [Int?] {
      let isVCPU = sender.map { $0 >= 0 && $0 < count } ?? false
      func named(_ shorthand: DestinationShorthand) -> [Int] {
        MessageRouter.targets(
          of: 0, mode: .physical, shorthand: shorthand, sender: sender, count: count,
          routing: { routings[$0] }
        ).members
      }
      let label = "sender \(String(describing: sender))"
      wrong.check(named(.selfOnly) == (isVCPU ? [sender ?? -1] : []), label)
      wrong.check(named(.allIncludingSelf) == Array(0..<count), label)
      wrong.check(named(.allExcludingSelf) == (0..<count).filter { $0 != sender }, label)
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("A count out of range names the nearest possible vcpus") func hostileCount() {
    let none = MessageRouter.targets(
      of: 0, mode: .physical, shorthand: .allIncludingSelf, sender: nil, count: -3,
      routing: { _ in Self.routing() })
    #expect(none.isEmpty)
    let all = MessageRouter.targets(
      of: 0xFF, mode: .physical, shorthand: .none, sender: nil, count: .max,
      routing: { _ in Self.routing() })
    #expect(all.count == CPUSet.capacity)
  }

  @Test("Lowest priority: the lowest class among the enabled; equals take turns") func arbitration()
  {
    var random = Generator(seed: 4)
    var wrong = Mismatches()
    for round in 0..<2000 {
      let routings = (0..<70).map { vcpu in
        Self.routing(
          id: UInt32(vcpu), enabled: Int.random(in: 0..<4, using: &random) > 0,
          priority: UInt8.random(in: 0..<4, using: &random))
      }
      let set = CPUSet((0..<70).filter { _ in Int.random(in: 0..<8, using: &random) == 0 })
      let enabled = set.members.filter { routings[$0].isSoftwareEnabled }
      let lowest = enabled.map { routings[$0].priorityClass }.min()
      let equals = enabled.filter { routings[$0].priorityClass == lowest }
      for rotation in 0..<UInt64(equals.count + 2) {
        let winner = MessageRouter.arbitrate(set, rotation: rotation) { routings[$0] }
        let expected = equals.isEmpty ? nil : equals[Int(rotation) % equals.count]
        wrong.check(winner == expected, "round \(round) rotation \(rotation)")
      }
    }
    #expect(wrong.first.isEmpty)
    let disabled = MessageRouter.arbitrate(CPUSet([0, 5]), rotation: .max) { _ in
      Self.routing(enabled: false)
    }
    #expect(disabled == nil)
  }

  @Test("Arbitration survives routings that change while it looks") func changing() {
    var asked = 0
    let winner = MessageRouter.arbitrate(CPUSet([3, 9]), rotation: 1) { _ in
      asked += 1
      return Self.routing(enabled: asked <= 2)
    }
    #expect(winner == 3)
  }
}

/// SDM vol. 3, "Message Signalled Interrupts".
@Suite("MSI") struct InterruptMessageTests {
  @Test("Only 0xFEE00000 to 0xFEEFFFFF is a message address") func addresses() {
    for top in UInt32(0)..<4096 {
      for rest in [UInt32(0), 0xF_FFFF] {
        let message = InterruptMessage(messageAddress: top << 20 | rest, data: 0x41)
        #expect((message != nil) == (top == 0xFEE))
      }
    }
  }

  @Test("Every destination, hint, mode, delivery mode, trigger and vector") func fields() {
    var wrong = Mismatches()
    for destination in UInt32(0)..<256 {
      for flags in UInt32(0)..<16 {
        // Reserved bits 11:4 and 1:0 do not count.
        let address = 0xFEE0_0000 | destination << 12 | flags << 2 & 0xC | (flags >> 2) << 6 | 3
        let message = InterruptMessage(messageAddress: address, data: 0x30)
        wrong.check(
          message
            == InterruptMessage(
              destination: DestinationMatch.widened(
                UInt8(destination), mode: flags & 1 == 1 ? .logical : .physical),
              destinationMode: flags & 1 == 1 ? .logical : .physical, deliveryMode: .fixed,
              vector: 0x30, trigger: .edge, redirectionHint: flags & 2 == 2),
          "address \(String(address, radix: 16))")
      }
    }
    for data in UInt32(0)..<0x1_0000 {
      let message = InterruptMessage(messageAddress: 0xFEE0_1000, data: data | 0xFFFF_0000)
      let mode = data >> 8 & 7
      wrong.check(
        message?.vector == UInt8(data & 0xFF)
          && (message?.deliveryMode.rawValue).map(UInt32.init) == mode
          && message?.trigger == (data >> 15 == 1 && mode < 2 ? .level : .edge),
        "data \(String(data, radix: 16))")
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("Which messages go to one target") func oneTarget() {
    for mode in DeliveryMode.allCases {
      for hint in [false, true] {
        let message = InterruptMessage(
          destination: 0, destinationMode: .logical, deliveryMode: mode, vector: 0x40,
          trigger: .edge, redirectionHint: hint)
        #expect(message.goesToOneTarget == (mode == .lowestPriority || mode == .fixed && hint))
      }
    }
  }
}
