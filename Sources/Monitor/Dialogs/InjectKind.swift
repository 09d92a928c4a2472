import Commands
import Rendezvous

/// The kinds of injection that the dialog offers.
enum InjectKind: Int, CaseIterable, Sendable {
  case fixed, nmi, initIPI, startup, message, pin, redirectionEntry, rendezvous, lockAll

  var name: String {
    switch self {
    case .fixed: "FIXED IPI"
    case .nmi: "NMI IPI"
    case .initIPI: "INIT IPI"
    case .startup: "SIPI"
    case .message: "MSI"
    case .pin: "I/O APIC pin"
    case .redirectionEntry: "redirection entry"
    case .rendezvous: "bare rendezvous"
    case .lockAll: "lock-all"
    }
  }

  /// Whether it makes vcpus meet: the project's subject, so the dialog says it for each kind.
  var consequence: String {
    switch self {
    case .fixed: "FIXED: no rendezvous"
    case .nmi: "NMI: no rendezvous"
    case .initIPI: "INIT: a rendezvous on its targets"
    case .startup: "SIPI: no rendezvous"
    case .message: "MSI: no rendezvous"
    case .pin: "pin: no rendezvous"
    case .redirectionEntry: "entry: all vcpus meet, unless only mask or polarity change"
    case .rendezvous: "bare: a rendezvous on its targets, which do nothing there"
    case .lockAll: "lock-all: no rendezvous, but it must get past those of others"
    }
  }

  /// The fields, in order, as they are at first.
  var fields: [FormField] {
    let targets = FormField(.targets, text: "self")
    let vector = FormField(.vector, text: "0x40")
    let destination = FormField(.destination, text: "0")
    let deliveryMode = FormField(.deliveryMode, choices: ["fixed", "lowest", "nmi"])
    let destinationMode = FormField(.destinationMode, choices: ["physical", "logical"])
    let pin = FormField(.pin, text: "4")
    return switch self {
    case .fixed: [vector, targets]
    case .nmi, .initIPI: [targets]
    case .startup: [FormField(.vector, text: "0x08"), targets]
    case .message: [destination, vector, deliveryMode, destinationMode]
    case .pin: [pin, FormField(.action, choices: Injection.PinAction.allCases.map(\.rawValue))]
    case .redirectionEntry:
      [
        pin, vector, destination, deliveryMode, destinationMode,
        FormField(.trigger, choices: ["edge", "level"]),
        FormField(.polarity, choices: ["high", "low"]), FormField(.masked, choices: ["no", "yes"]),
      ]
    case .rendezvous: [FormField(.targets, text: "all")]
    case .lockAll: []
    }
  }
}

/// One field of the form.
struct FormField: Sendable, Equatable {
  /// What it is for.
  enum Name: String, Sendable {
    case targets = "targets"
    case vector = "vector"
    case destination = "destination"
    case deliveryMode = "delivery mode"
    case destinationMode = "dest mode"
    case pin = "pin"
    case action = "action"
    case trigger = "trigger"
    case polarity = "polarity"
    case masked = "masked"
    case count = "repeat"
    case period = "every"
    case dryRun = "dry run"
  }
  /// Scalars that a text field takes.
  static let textLimit = 64

  let name: Name
  /// The values of a field with choices; empty for a text field.
  let choices: [String]
  /// The text, or the chosen value.
  private(set) var text: String

  init(_ name: Name, text: String) {
    self.name = name
    self.text = text
    choices = []
  }
  init(_ name: Name, choices: [String]) {
    self.name = name
    self.choices = choices
    text = choices.first ?? ""
  }

  var isChoice: Bool { !choices.isEmpty }
  /// The text without blanks around it.
  var trimmed: String { text.split(separator: " ").joined(separator: " ") }
  /// Which choice it is.
  var choice: Int { choices.firstIndex(of: text) ?? 0 }

  /// The next (1) or previous (-1) choice, round and round.
  mutating func choose(_ step: Int) {
    guard isChoice else { return }
    text = choices[(choice + step + choices.count) % choices.count]
  }
  mutating func append(_ scalar: Unicode.Scalar) {
    guard !isChoice && text.unicodeScalars.count < Self.textLimit else { return }
    text.unicodeScalars.append(scalar)
  }
  /// Replaces the text; of a field with choices only by one of them.
  mutating func set(_ value: String) {
    if !isChoice || choices.contains(value) { text = value }
  }
  mutating func erase() { if !isChoice && !text.isEmpty { text.unicodeScalars.removeLast() } }
  mutating func clear() { if !isChoice { text = "" } }
}
