import Commands
import Rendezvous

extension Injection {
  /// The vcpus that it names itself. A repeated one is reported without them (its outcomes are sums), and so
  /// is one that was refused. A message names one where its destination is physical and no broadcast (SDM
  /// vol. 3, "Message Address Register Format": bits 19:12 the APIC id, bit 2 logical), a redirection entry
  /// likewise (82093AA, 3.2.4); a pin names none, its entry does.
  var namedVCPUs: CPUSet {
    switch self {
    case .fixed(_, let targets), .nmi(let targets), .initIPI(let targets),
      .startup(_, let targets), .rendezvous(let targets):
      return targets
    case .message(let address, _):
      return Self.physical(id: Int(address >> 12 & 0xff), isLogical: address >> 2 & 1 != 0)
    case .redirectionEntry(_, let value):
      let entry = PinEntry(rawValue: value)
      return Self.physical(id: Int(entry.destination), isLogical: entry.isLogical)
    case .pin, .lockAll: return CPUSet()
    }
  }

  private static func physical(id: Int, isLogical: Bool) -> CPUSet {
    isLogical || id == 0xff ? CPUSet() : CPUSet([id])
  }
}
