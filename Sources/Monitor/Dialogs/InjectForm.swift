import Commands
import Rendezvous

/// Why a form was refused, in words.
struct FormError: Error, Equatable {
  let words: String
  /// The field to look at.
  let field: FormField.Name
}

/// A filled-in form of one kind.
struct InjectForm: Sendable, Equatable {
  let kind: InjectKind
  var fields: [FormField]

  init(_ kind: InjectKind) {
    self.kind = kind
    fields = kind.fields
  }

  /// Puts `vcpu` into the targets; nil: the first value comes back where `former` still stands there.
  mutating func aim(at vcpu: Int?, former: Int?) {
    guard let index = fields.firstIndex(where: { $0.name == .targets }) else { return }
    if let vcpu {
      fields[index] = FormField(.targets, text: String(vcpu))
    } else if let former, fields[index].text == String(former) {
      fields[index] = kind.fields[index]
    }
  }

  /// The injection that the form asks for, in a guest of `vcpus` vcpus where `selected` is marked.
  func injection(selected: Int, vcpus: Int) throws(FormError) -> Injection {
    switch kind {
    case .fixed:
      let vector = try vector(of: "FIXED")
      return .fixed(vector: vector, targets: try targets(selected, vcpus))
    case .nmi: return .nmi(targets: try targets(selected, vcpus))
    case .initIPI: return .initIPI(targets: try targets(selected, vcpus))
    case .startup:
      let vector = try number(.vector, 0...255, "SIPI takes 0-255, the page to start at")
      return .startup(vector: UInt8(vector), targets: try targets(selected, vcpus))
    case .message:
      return .message(
        destination: try destination(), vector: try messageVector(), deliveryMode: deliveryMode,
        destinationMode: destinationMode)
    case .pin:
      let pin = try pin()
      return .pin(pin, Injection.PinAction(rawValue: text(.action)) ?? .pulse)
    case .redirectionEntry:
      let pin = try pin()
      let masked = text(.masked) == "yes"
      let fields = Injection.RedirectionFields(
        vector: try masked ? anyVector() : messageVector(), deliveryMode: deliveryMode,
        destinationMode: destinationMode, isActiveLow: text(.polarity) == "low",
        isLevelTriggered: text(.trigger) == "level", isMasked: masked,
        destination: try destination())
      return .redirectionEntry(pin: pin, value: fields.value)
    case .rendezvous: return .rendezvous(targets: try targets(selected, vcpus))
    case .lockAll: return .lockAll
    }
  }

  private func text(_ name: FormField.Name) -> String {
    fields.first { $0.name == name }?.text ?? ""
  }

  private var deliveryMode: Injection.DeliveryMode {
    switch text(.deliveryMode) {
    case "lowest": .lowestPriority
    case "nmi": .nmi
    default: .fixed
    }
  }
  private var destinationMode: Injection.DestinationMode {
    text(.destinationMode) == "logical" ? .logical : .physical
  }

  private func targets(_ selected: Int, _ vcpus: Int) throws(FormError) -> CPUSet {
    do throws(TargetError) {
      return try TargetExpression.parse(text(.targets), self: selected, count: vcpus)
    } catch {
      throw FormError(words: error.description, field: .targets)
    }
  }
  private func vector(of mode: String) throws(FormError) -> UInt8 {
    let limits = "\(mode) takes 16-255 (0-15 are reserved)"
    return UInt8(try number(.vector, 16...255, limits, example: "give 0x10-0xff or 16-255"))
  }
  private func anyVector() throws(FormError) -> UInt8 {
    UInt8(try number(.vector, 0...255, "a vector has 8 bits: 0-255"))
  }
  /// NMI delivery ignores the vector (SDM), so there any will do.
  private func messageVector() throws(FormError) -> UInt8 {
    switch deliveryMode {
    case .fixed: try vector(of: "fixed")
    case .lowestPriority: try vector(of: "lowest")
    case .nmi: try anyVector()
    }
  }
  private func pin() throws(FormError) -> Int {
    Int(try number(.pin, 0...23, "the I/O APIC has pins 0-23"))
  }
  private func destination() throws(FormError) -> UInt8 {
    UInt8(try number(.destination, 0...255, "an APIC id here has 8 bits: 0-255"))
  }

  private func number(
    _ name: FormField.Name, _ range: ClosedRange<UInt64>, _ limits: String, example: String? = nil
  ) throws(FormError) -> UInt64 {
    let text = fields.first { $0.name == name }?.trimmed ?? ""
    guard let value = NumberText.parse(text) else {
      let allowed =
        example ?? "give \(range.lowerBound)-\(range.upperBound) or 0x.."
      let what = text.isEmpty ? "nothing given" : "'\(text)' is no number"
      throw FormError(words: "\(name.rawValue): \(what); \(allowed)", field: name)
    }
    guard range.contains(value) else {
      throw FormError(words: "\(name.rawValue) \(value): \(limits)", field: name)
    }
    return value
  }
}
