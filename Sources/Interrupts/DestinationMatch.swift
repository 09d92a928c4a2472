/// Whether a destination names a local APIC (SDM vol. 3, "Determining IPI Destination").
public enum DestinationMatch {
  /// The destination that names every APIC in each mode.
  public static let broadcast: UInt8 = 0xFF

  /// Whether `destination` names the APIC of `routing`. A pure comparison of addresses: an APIC that
  /// is software-disabled still matches, and decides itself what it accepts.
  ///
  /// 0xFF names every APIC in each mode, whatever its logical id: KVM and bhyve have it so.
  public static func matches(
    destination: UInt8, mode: DestinationMode, routing: LocalAPICRouting
  ) -> Bool {
    if destination == broadcast { return true }
    switch mode {
    case .physical: return destination == routing.id
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
