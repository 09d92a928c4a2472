/// Whether a destination names a local APIC (SDM vol. 3, "Determining IPI Destination" and "Logical
/// Destination Mode in x2APIC Mode").
public enum DestinationMatch {
  /// The destination that names every APIC, in each destination mode and each APIC mode.
  public static let broadcast: UInt32 = 0xFFFF_FFFF

  /// The destination that the 8 bits of a redirection entry, of an MSI address or of an xAPIC's ICR
  /// stand for: the same number, but 0xFF in physical mode is the broadcast.
  ///
  /// That holds for x2APIC targets too, as KVM has it by default
  /// (Documentation/virt/kvm/api.rst, KVM_CAP_X2APIC_API): without interrupt remapping a device has no
  /// other broadcast. A logical 0xFF is members 0 to 7 of an x2APIC's cluster 0, and every xAPIC.
  @inlinable public static func widened(_ destination: UInt8, mode: DestinationMode) -> UInt32 {
    destination == 0xFF && mode == .physical ? broadcast : UInt32(destination)
  }

  /// Whether `destination` names the APIC of `routing`. A pure comparison of addresses: an APIC that
  /// is software-disabled still matches, and decides itself what it accepts. A globally disabled one
  /// never does, whatever is sent: there is no APIC.
  ///
  /// - An xAPIC compares 8 bits. 0xFF names each, whatever its logical id: KVM and bhyve have it so.
  ///   A greater number, which only an x2APIC can send, names an xAPIC by the whole of
  ///   ``LocalAPICRouting/id``, as in KVM (arch/x86/kvm/lapic.c, "Hotplug hack"), so that INIT and
  ///   SIPI find processor 256, and it alone, before anybody has brought it to x2APIC mode. Hardware
  ///   compares the low 8 bits, but hands over no processor above 254 in xAPIC mode (SDM).
  /// - An x2APIC compares 32 bits; only 0xFFFFFFFF names each.
  public static func matches(
    destination: UInt32, mode: DestinationMode, routing: LocalAPICRouting
  ) -> Bool {
    switch routing.mode {
    case .disabled: return false
    case .x2APIC:
      if destination == broadcast { return true }
      switch mode {
      case .physical: return destination == routing.id
      case .logical:
        let own = LocalAPICRouting.extendedLogicalID(of: routing.id)
        return destination >> 16 == own >> 16 && destination & own & 0xFFFF != 0
      }
    case .xAPIC:
      if destination == broadcast { return true }
      guard destination <= 0xFF else { return mode == .physical && destination == routing.id }
      if destination == 0xFF { return true }
      let destination = UInt8(truncatingIfNeeded: destination)
      switch mode {
      case .physical: return destination == UInt8(truncatingIfNeeded: routing.id)
      case .logical:
        switch routing.model {
        case .flat: return destination & routing.logicalID != 0
        case .cluster:
          return destination >> 4 == routing.logicalID >> 4
            && destination & routing.logicalID & 0xF != 0
        case .reserved: return false
        }
      }
    }
  }
}
