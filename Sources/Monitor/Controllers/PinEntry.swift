import Commands
import Rendezvous

/// A redirection entry of the I/O APIC, decoded for the screen (82093AA data sheet, 3.2.4).
struct PinEntry: Sendable, Equatable {
  /// The 64 bits as the guest reads them.
  let rawValue: UInt64

  /// Each entry at power-up: masked, all else 0.
  static let powerUp = PinEntry(rawValue: 0x1_0000)
  static let maskBit: UInt64 = 1 << 16
  private static let polarityBit: UInt64 = 1 << 13
  /// All but delivery status, remote IRR and what is reserved.
  private static let writableBits: UInt64 = 0xFF00_0000_0001_AFFF

  private func has(_ bit: Int) -> Bool { rawValue >> UInt64(bit) & 1 != 0 }

  /// Bits 7:0.
  var vector: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
  /// Bits 10:8.
  var deliveryMode: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 8 & 7) }
  /// Bit 11: the destination is a mask of logical ids.
  var isLogical: Bool { has(11) }
  /// Bit 12, delivery status: sent, not accepted yet.
  var isSendPending: Bool { has(12) }
  /// Bit 13.
  var isActiveLow: Bool { has(13) }
  /// Bit 14: a level interrupt was accepted, its EOI has not come.
  var hasRemoteIRR: Bool { has(14) }
  /// Bit 15.
  var isLevel: Bool { has(15) }
  /// Bit 16.
  var isMasked: Bool { has(16) }
  /// Bits 63:56.
  var destination: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 56) }

  /// Whether a write made it `later`: the bits that only the I/O APIC changes do not count.
  func isRewritten(as later: PinEntry) -> Bool {
    (rawValue ^ later.rawValue) & Self.writableBits != 0
  }

  /// Whether more than mask and polarity differs: for that bhyve makes all vcpus meet.
  func differsBeyondMaskAndPolarity(from other: PinEntry) -> Bool {
    let bits = Self.writableBits & ~(Self.maskBit | Self.polarityBit)
    return (rawValue ^ other.rawValue) & bits != 0
  }

  // MARK: Words

  /// The delivery mode in at most 6 columns.
  var modeWord: String {
    switch deliveryMode {
    case 0: "fixed"
    case 1: "lowest"
    case 2: "SMI"
    case 4: "NMI"
    case 5: "INIT"
    case 7: "ExtINT"
    default: "res. \(deliveryMode)"
    }
  }
  /// Whether the delivery mode takes the vector: NMI and ExtINT ignore it, SMI and INIT want 0.
  var usesVector: Bool { deliveryMode <= 1 }
  var triggerWord: String { isLevel ? "level" : "edge" }
  var polarityWord: String { isActiveLow ? "low" : "high" }
  var maskWord: String { isMasked ? "mask" : "open" }

  /// What it delivers: `fixed 0x34`, `ExtINT`.
  var message: String {
    usesVector ? "\(modeWord) \(NumberText.hexadecimal(UInt64(vector)))" : modeWord
  }

  /// Who receives it in a guest of `count` vcpus, in at most 12 columns.
  func receivers(vcpus count: Int) -> String {
    if isLogical {
      if destination == 0 { return "no bits set" }
      let bits = "bits \(bits)"
      let fits = CellWidth.columns(bits) <= 12
      return fits ? bits : "bits \(NumberText.hexadecimal(UInt64(destination)))"
    }
    if destination == 0xff { return count > 1 ? "vcpus 0-\(count - 1)" : "every vcpu" }
    return Int(destination) < count ? "vcpu \(destination)" : "id \(destination): none"
  }

  /// The same with the destination's number.
  func receiversInFull(vcpus count: Int) -> String {
    let number = NumberText.hexadecimal(UInt64(destination))
    if isLogical {
      return "logical \(number): " + (destination == 0 ? "nobody" : "LDR bits \(bits)")
    }
    let isThere = destination == 0xff || Int(destination) < count
    return "physical \(number): " + (isThere ? receivers(vcpus: count) : "no vcpu has it")
  }

  /// The set bits of the logical mask, as ranges.
  private var bits: String { "\(CPUSet((0..<8).filter { destination >> UInt8($0) & 1 != 0 }))" }
}
