import Interrupts
import Rendezvous
import Testing

/// SDM vol. 3, "Determining IPI Destination", "Logical Destination Mode in x2APIC Mode", "Deriving
/// Logical x2APIC ID from the Local x2APIC ID".
@Suite("Destinations of 32 bits") struct X2APICDestinationTests {
  static func routing(_ id: UInt32, _ mode: LocalAPICMode, logical: UInt8 = 0) -> LocalAPICRouting {
    LocalAPICRouting(
      id: id, logicalID: logical, model: .flat, isSoftwareEnabled: true, priorityClass: 0,
      mode: mode)
  }

  static func matches(
    _ destination: UInt32, _ mode: DestinationMode, _ routing: LocalAPICRouting
  ) -> Bool {
    DestinationMatch.matches(destination: destination, mode: mode, routing: routing)
  }

  @Test("Physical, to an x2APIC: its id or 0xFFFFFFFF, and no part of it") func physical() {
    var wrong = Mismatches()
    for id in [UInt32(0), 1, 254, 255, 256, 511, 1023] {
      let target = Self.routing(id, .x2APIC, logical: 0xFF)
      for destination in Array(UInt32(0)...1100) + [0xFFFF, 0xFF00_0000, 0xFFFF_0000 | id] {
        let isNamed = Self.matches(destination, .physical, target)
        wrong.check(isNamed == (destination == id), "\(id) by \(destination)")
      }
      wrong.check(Self.matches(.max, .physical, target), "\(id) by the broadcast")
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("Logical, to an x2APIC: its cluster and its member bit, or 0xFFFFFFFF") func logical() {
    var wrong = Mismatches()
    for id in UInt32(0)..<1024 {
      let target = Self.routing(id, .x2APIC, logical: 0xFF)
      for cluster in UInt32(0)..<66 {
        for member in UInt32(0)..<16 {
          let isNamed = Self.matches(cluster << 16 | 1 << member, .logical, target)
          wrong.check(isNamed == (cluster * 16 + member == id), "\(id) by \(cluster), \(member)")
        }
        let everyMember = Self.matches(cluster << 16 | 0xFFFF, .logical, target)
        wrong.check(everyMember == (cluster == id / 16), "\(id) by cluster \(cluster)")
        wrong.check(!Self.matches(cluster << 16, .logical, target), "\(id) by an empty cluster")
      }
      wrong.check(Self.matches(.max, .logical, target), "\(id) by the broadcast")
    }
    #expect(wrong.first.isEmpty)
  }

  @Test(
    "An 8-bit destination, to an x2APIC: the number itself, and 0xFF in physical mode is everyone")
  func narrow() {
    var wrong = Mismatches()
    for destination in UInt8.min...UInt8.max {
      let physical = DestinationMatch.widened(destination, mode: .physical)
      let logical = DestinationMatch.widened(destination, mode: .logical)
      for id in UInt32(0)..<300 {
        let target = Self.routing(id, .x2APIC)
        wrong.check(
          Self.matches(physical, .physical, target)
            == (destination == 0xFF || UInt32(destination) == id), "\(id) by \(destination)")
        wrong.check(
          Self.matches(logical, .logical, target)
            == (id < 8 && destination >> UInt8(id & 7) & 1 == 1), "\(id) by logical \(destination)")
      }
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("Every 8-bit source widens alike: redirection entry, MSI, xAPIC's ICR") func sources() {
    for destination in UInt8.min...UInt8.max {
      for mode in DestinationMode.allCases {
        let expected: UInt32 =
          destination == 255 && mode == .physical ? 0xFFFF_FFFF : UInt32(destination)
        var entry = RedirectionEntry(rawValue: 0)
        entry.destination = destination
        entry.destinationMode = mode
        #expect(entry.message.destination == expected)
        let address = 0xFEE0_0000 | UInt32(destination) << 12 | UInt32(mode.rawValue) << 2
        #expect(InterruptMessage(messageAddress: address, data: 0x41)?.destination == expected)
        let command = InterruptCommand(
          low: UInt32(mode.rawValue) << 11 | 0x41, high: UInt32(destination) << 24)
        #expect(command.destination == expected && command.message.destination == expected)
        #expect(command.high == UInt32(destination) << 24)
      }
    }
  }

  /// What only an x2APIC can send.
  @Test("A destination above 0xFF, to an xAPIC: its whole id, or everyone") func wideToXAPIC() {
    let target = Self.routing(0x101, .xAPIC, logical: 0xFF)
    #expect(Self.matches(0x101, .physical, target))
    #expect(Self.matches(0x01, .physical, target), "the register holds the low 8 bits")
    #expect(Self.matches(0xFF, .physical, target))
    #expect(Self.matches(.max, .physical, target) && Self.matches(.max, .logical, target))
    for destination in [UInt32(0x201), 0x1FF, 0x1_0101, 0xFFFF_FF01] {
      #expect(!Self.matches(destination, .physical, target))
    }
    for destination in [UInt32(0x101), 0x1_0001, 0x1FF] {
      #expect(!Self.matches(destination, .logical, target), "an xAPIC is in no cluster of x2APICs")
    }
  }

  @Test("INIT and SIPI of an x2APIC find processor 257 before it is one, and no other")
  func startUp() {
    let routings = (0..<600).map {
      LocalAPIC(id: UInt32($0), isBootstrap: $0 == 0).routing
    }
    let targets = MessageRouter.targets(
      of: 257, mode: .physical, shorthand: .none, sender: 0, count: 600, routing: { routings[$0] })
    #expect(targets.members == [257])
  }

  @Test("A globally disabled APIC is named by nothing") func disabled() {
    let routings = [
      Self.routing(0, .x2APIC), Self.routing(1, .disabled, logical: 0xFF), Self.routing(2, .xAPIC),
    ]
    for destination in [UInt32(1), 0xFF, .max] {
      for mode in DestinationMode.allCases {
        #expect(!Self.matches(destination, mode, routings[1]))
      }
    }
    func named(_ shorthand: DestinationShorthand) -> [Int] {
      MessageRouter.targets(
        of: 0, mode: .physical, shorthand: shorthand, sender: 0, count: 3,
        routing: { routings[$0] }
      ).members
    }
    #expect(named(.allIncludingSelf) == [0, 2])
    #expect(named(.allExcludingSelf) == [2])
    #expect(LocalAPICRouting(packed: 0).mode == .disabled)
  }

  @Test("Routings of every mode and of wide ids pack and unpack") func packing() {
    for mode in LocalAPICMode.allCases {
      for id in [UInt32(0), 255, 256, 1023, .max] {
        let routing = Self.routing(id, mode, logical: 0xA5)
        #expect(LocalAPICRouting(packed: routing.packed) == routing)
      }
    }
  }

  @Test("Lowest priority among x2APICs: the lowest class of those named") func arbitration() {
    var apics = (0..<40).map { LocalAPIC.enabled(id: UInt32($0)) }
    for index in apics.indices {
      apics[index].set(0xFEE0_0D00)
      apics[index].setTaskPriority(cr8: index == 20 ? 1 : 2)
    }
    let named = MessageRouter.targets(
      of: 0x1_00FF, mode: .logical, shorthand: .none, sender: nil, count: 40,
      routing: { apics[$0].routing })
    #expect(named.members == Array(16..<24))
    let winner = MessageRouter.arbitrate(named, rotation: 7) { apics[$0].routing }
    #expect(winner == 20)
  }
}
