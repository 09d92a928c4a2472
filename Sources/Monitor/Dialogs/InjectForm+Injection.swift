import Commands
import Rendezvous

extension InjectForm {
  /// The fields that ask for `injection`; nil where they cannot: a message or an entry with bits that no field has.
  init?(_ injection: Injection) {
    let (kind, values) = Self.values(injection)
    self.init(kind)
    for (name, text) in values {
      if let index = fields.firstIndex(where: { $0.name == name }) { fields[index].set(text) }
    }
    let back = try? self.injection(selected: 0, vcpus: CPUSet.capacity)
    guard back == injection else { return nil }
  }

  private static func values(
    _ injection: Injection
  ) -> (kind: InjectKind, values: [(FormField.Name, String)]) {
    func hexadecimal(_ vector: UInt8) -> String { NumberText.hexadecimal(UInt64(vector)) }
    switch injection {
    case .fixed(let vector, let targets):
      return (.fixed, [(.vector, hexadecimal(vector)), (.targets, "\(targets)")])
    case .nmi(let targets): return (.nmi, [(.targets, "\(targets)")])
    case .initIPI(let targets): return (.initIPI, [(.targets, "\(targets)")])
    case .startup(let vector, let targets):
      return (.startup, [(.vector, hexadecimal(vector)), (.targets, "\(targets)")])
    case .message(let address, let data):
      let mode = Injection.DeliveryMode(rawValue: UInt8(data >> 8 & 7))
      return (
        .message,
        [
          (.destination, "\(address >> 12 & 0xff)"), (.vector, hexadecimal(UInt8(data & 0xff))),
          (.deliveryMode, word(mode)),
          (.destinationMode, address & 4 != 0 ? "logical" : "physical"),
        ]
      )
    case .pin(let pin, let action):
      return (.pin, [(.pin, "\(pin)"), (.action, action.rawValue)])
    case .redirectionEntry(let pin, let value):
      guard let entry = Injection.RedirectionFields(value) else { return (.redirectionEntry, []) }
      return (
        .redirectionEntry,
        [
          (.pin, "\(pin)"), (.vector, hexadecimal(entry.vector)),
          (.destination, "\(entry.destination)"), (.deliveryMode, word(entry.deliveryMode)),
          (.destinationMode, entry.destinationMode == .logical ? "logical" : "physical"),
          (.trigger, entry.isLevelTriggered ? "level" : "edge"),
          (.polarity, entry.isActiveLow ? "low" : "high"), (.masked, entry.isMasked ? "yes" : "no"),
        ]
      )
    case .rendezvous(let targets): return (.rendezvous, [(.targets, "\(targets)")])
    case .lockAll: return (.lockAll, [])
    }
  }

  private static func word(_ mode: Injection.DeliveryMode?) -> String {
    switch mode {
    case .lowestPriority: "lowest"
    case .nmi: "nmi"
    default: "fixed"
    }
  }
}

extension InjectManner {
  /// As often and as far apart as `request`.
  init(_ request: RepeatedInjection) {
    fields[0].set("\(request.count)")
    if request.count > 1 { fields[1].set(TimeText.text(request.periodNanoseconds)) }
  }
}

extension InjectDialog {
  /// Takes what was injected by a command into the history, unless no fields ask for it.
  mutating func remember(_ request: RepeatedInjection) {
    guard let form = InjectForm(request.injection) else { return }
    history.add(InjectHistory.Entry(form: form, manner: InjectManner(request)))
  }
}
