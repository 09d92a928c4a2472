extension Injection {
  /// As ``InjectionExpression`` reads it: `fixed 0x40 to 0,2-3`. What no field tells (a message or an entry
  /// with bits that have no name here) is written as its numbers.
  public var text: String {
    switch self {
    case .fixed(let vector, let targets):
      return "fixed \(NumberText.hexadecimal(UInt64(vector))) to \(targets)"
    case .nmi(let targets): return "nmi to \(targets)"
    case .initIPI(let targets): return "init to \(targets)"
    case .startup(let vector, let targets):
      return "sipi \(NumberText.hexadecimal(UInt64(vector))) to \(targets)"
    case .message(let address, let data): return Self.text(address: address, data: data)
    case .pin(let pin, let action): return "pin \(pin) \(action.rawValue)"
    case .redirectionEntry(let pin, let value): return Self.text(pin: pin, entry: value)
    case .rendezvous(let targets): return "rendezvous to \(targets)"
    case .lockAll: return "lock-all"
    }
  }

  private static func text(address: UInt32, data: UInt32) -> String {
    let destination = UInt8(address >> 12 & 0xff)
    let vector = UInt8(data & 0xff)
    let destinationMode: DestinationMode = address & 4 != 0 ? .logical : .physical
    guard let deliveryMode = DeliveryMode(rawValue: UInt8(data >> 8 & 7)),
      deliveryMode == .nmi || vector >= 16
    else { return numbers(address, data) }
    let plain = Injection.message(
      destination: destination, vector: vector, deliveryMode: deliveryMode,
      destinationMode: destinationMode)
    guard plain == .message(address: address, data: data) else { return numbers(address, data) }
    return "msi \(NumberText.hexadecimal(UInt64(vector))) to \(destination)"
      + " \(deliveryMode.word) \(destinationMode.word)"
  }

  private static func numbers(_ address: UInt32, _ data: UInt32) -> String {
    "msi address \(NumberText.hexadecimal(UInt64(address)))"
      + " data \(NumberText.hexadecimal(UInt64(data)))"
  }

  private static func text(pin: Int, entry value: UInt64) -> String {
    guard let fields = RedirectionFields(value),
      fields.isMasked || fields.deliveryMode == .nmi || fields.vector >= 16
    else { return "entry \(pin) value \(NumberText.hexadecimal(value))" }
    var words = "entry \(pin) vector \(NumberText.hexadecimal(UInt64(fields.vector)))"
    words += " to \(fields.destination) \(fields.deliveryMode.word) \(fields.destinationMode.word)"
    words += fields.isLevelTriggered ? " level" : " edge"
    words += fields.isActiveLow ? " low" : " high"
    return words + (fields.isMasked ? " masked" : "")
  }
}

extension Injection.DeliveryMode {
  /// Its word in expressions.
  public var word: String {
    switch self {
    case .fixed: "fixed"
    case .lowestPriority: "lowest"
    case .nmi: "nmi"
    }
  }
}

extension Injection.DestinationMode {
  /// Its word in expressions.
  public var word: String {
    switch self {
    case .physical: "physical"
    case .logical: "logical"
    }
  }
}

extension Injection.RedirectionFields {
  /// The fields of `value`, or nil where it has bits set that none of them tells.
  public init?(_ value: UInt64) {
    guard let deliveryMode = Injection.DeliveryMode(rawValue: UInt8(value >> 8 & 7)) else {
      return nil
    }
    self.init(
      vector: UInt8(value & 0xff), deliveryMode: deliveryMode,
      destinationMode: value >> 11 & 1 == 0 ? .physical : .logical,
      isActiveLow: value >> 13 & 1 != 0, isLevelTriggered: value >> 15 & 1 != 0,
      isMasked: value >> 16 & 1 != 0, destination: UInt8(value >> 56))
    if self.value != value { return nil }
  }
}
