/// Parts of the board: those that an operation came to, and whose rules are then looked at.
struct TrafficParts: OptionSet {
  let rawValue: UInt32

  static let ioapic = TrafficParts(rawValue: 1 << 8)
  static let pic = TrafficParts(rawValue: 1 << 9)
  static let interval = TrafficParts(rawValue: 1 << 10)
  static let clock = TrafficParts(rawValue: 1 << 11)
  static let uart = TrafficParts(rawValue: 1 << 12)
  static let keyboard = TrafficParts(rawValue: 1 << 13)
  static let power = TrafficParts(rawValue: 1 << 14)
  static let bus = TrafficParts(rawValue: 1 << 15)
  static let devices: TrafficParts = [.interval, .clock, .uart, .keyboard, .power]
  static let all = TrafficParts(rawValue: .max)

  /// The local APIC of processor `cpu`, 0 to 7.
  static func apic(_ cpu: Int) -> TrafficParts { TrafficParts(rawValue: 1 << UInt32(cpu)) }

  /// What an access of a device of the I/O space comes to.
  init(_ owner: TrafficPorts.Owner) {
    self =
      switch owner {
      case .pic: .pic
      case .pit: .interval
      case .clock: .clock
      case .uart: .uart
      case .keyboard: .keyboard
      case .power: .power
      case .reset, .pci, .test, .firmware: .bus
      }
  }

  init(rawValue: UInt32) { self.rawValue = rawValue }
}
