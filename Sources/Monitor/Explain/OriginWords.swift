import Commands
import Rendezvous
import Telemetry

/// What exactly asked for a rendezvous, decoded.
enum OriginWords {
  /// What was done, in a line: `vcpu 0 wrote entry 4 (COM1)`.
  static func deed(_ record: RendezvousRecord, injection: InjectionReport?) -> String {
    let who = record.initiator.map { "vcpu \($0)" } ?? "the operator"
    switch record.origin {
    case .redirectionEntry(let pin, _, _):
      let word = BoardWiring.word(Int(pin))
      return "\(who) rewrote the redirection entry of pin \(pin)\(word.isEmpty ? "" : " (\(word))")"
    case .interruptCommand(let value):
      let command = LocalAPICWords.command(value, isExtended: isExtended(value))
      return "\(who) wrote ICR \(hex(value)): \(command)"
    case .injection(let id):
      let what = injection.map { ": \($0.injection.words)" } ?? ""
      return "the operator's injection #\(id)\(what)"
    case .unspecified:
      switch record.cause {
      case .initIPI: return "\(who) sent an INIT; by which ICR write was not recorded"
      case .redirectionEntry: return "\(who) rewrote a redirection entry; which was not recorded"
      case .operatorRequest: return "\(who) asked for a bare rendezvous"
      }
    }
  }

  /// The details of it: a line each, a few words at the left and what they are.
  static func details(_ record: RendezvousRecord, vcpus: Int) -> [(name: String, value: String)] {
    switch record.origin {
    case .redirectionEntry(_, let before, let after):
      let (old, new) = (PinEntry(rawValue: before), PinEntry(rawValue: after))
      return [("old", entry(old, vcpus)), ("new", entry(new, vcpus))] + changes(old, new)
    case .interruptCommand(let value): return command(value)
    case .injection, .unspecified: return []
    }
  }

  // MARK: Redirection entries (82093AA, 3.2.4)

  private static func entry(_ entry: PinEntry, _ vcpus: Int) -> String {
    "\(hex(entry.rawValue)) \(entry.message) to \(entry.receivers(vcpus: vcpus)), "
      + "\(entry.triggerWord), \(entry.polarityWord), \(entry.isMasked ? "masked" : "open")"
  }

  /// Every field that differs, with its bits.
  static func changes(_ old: PinEntry, _ new: PinEntry) -> [(name: String, value: String)] {
    let (low, high) = (old.rawValue, new.rawValue)
    guard low != high else { return [("bits", "none changed")] }
    let fields: [(first: UInt64, last: UInt64, name: String, word: (PinEntry) -> String)] = [
      (56, 63, "destination", { NumberText.hexadecimal(UInt64($0.destination)) }),
      (17, 55, "reserved", { hex($0.rawValue >> 17 & 0x7f_ffff_ffff) }),
      (16, 16, "mask", { $0.isMasked ? "masked" : "open" }),
      (15, 15, "trigger mode", { $0.triggerWord }),
      (14, 14, "remote IRR", { $0.hasRemoteIRR ? "set" : "clear" }),
      (13, 13, "polarity", { $0.isActiveLow ? "active low" : "active high" }),
      (12, 12, "delivery status", { $0.isSendPending ? "send pending" : "idle" }),
      (11, 11, "destination mode", { $0.isLogical ? "logical" : "physical" }),
      (8, 10, "delivery mode", { $0.modeWord }),
      (0, 7, "vector", { NumberText.hexadecimal(UInt64($0.vector)) }),
    ]
    return fields.compactMap { field in
      let mask: UInt64 = (1 << (field.last - field.first + 1)) - 1
      guard (low ^ high) >> field.first & mask != 0 else { return nil }
      let bits =
        field.first == field.last ? "bit \(field.first)" : "\(field.last):\(field.first)"
      return (bits, "\(field.name): \(field.word(old)) → \(field.word(new))")
    }
  }

  // MARK: The ICR (SDM vol. 3, "Interrupt Command Register (ICR)")

  /// Whether the value is the 64-bit register of x2APIC: below bit 56 the xAPIC's has nothing up there. Where the
  /// destination is 0 both say the same.
  static func isExtended(_ value: UInt64) -> Bool { value >> 32 & 0xff_ffff != 0 }

  private static func command(_ value: UInt64) -> [(name: String, value: String)] {
    let mode = value >> 8 & 7
    let vector = NumberText.hexadecimal(value & 0xff)
    let shorthand = ["none", "self", "all including self", "all but self"][Int(value >> 18 & 3)]
    var lines = [
      (
        "mode",
        LocalAPICWords.deliveryMode(mode, isCommand: true)
          + ", level \(value >> 14 & 1 == 1 ? "assert" : "de-assert")"
          + ", trigger \(value >> 15 & 1 == 1 ? "level" : "edge")"
      )
    ]
    if [0, 1, 6].contains(mode) { lines.append(("vector", vector)) }
    let (id, kind) = isExtended(value) ? (value >> 32, "x2APIC") : (value >> 56, "xAPIC")
    let isLogical = value >> 11 & 1 == 1
    let target =
      isLogical ? "logical \(hex(id)), \(kind)" : "physical APIC id \(id), \(kind), no shorthand"
    lines.append(("target", value >> 18 & 3 == 0 ? target : "shorthand: \(shorthand)"))
    return lines
  }

  private static func hex(_ value: UInt64) -> String { NumberText.hexadecimal(value) }
}
