import CKVM

/// Leaf 0x15: the TSC's frequency as a ratio to the core crystal clock.
///
/// KVM never fills the leaf, whatever the host has. It may be filled only if it is right about two
/// things: the TSC runs at crystal × EBX / EAX, and the local APIC timer counts the crystal (SDM vol. 3,
/// "APIC Timer"; Linux takes the timer's frequency from here). Ours counts 1 GHz.
enum CPUIDClock {
  /// The local APIC timer's input clock before division, kHz.
  static let crystalKilohertz: UInt32 = 1_000_000

  /// The ratio for a TSC of `kilohertz`, or nil where it cannot be said exactly to every reader: Linux
  /// multiplies the crystal's kHz by EBX in 32 bits, so that EBX has to be small.
  static func ratio(kilohertz: UInt32) -> (denominator: UInt32, numerator: UInt32)? {
    guard kilohertz > 0 else { return nil }
    let divisor = greatestCommonDivisor(kilohertz, crystalKilohertz)
    let numerator = kilohertz / divisor
    guard numerator <= UInt32.max / crystalKilohertz else { return nil }
    return (crystalKilohertz / divisor, numerator)
  }

  private static func greatestCommonDivisor(_ a: UInt32, _ b: UInt32) -> UInt32 {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
}
