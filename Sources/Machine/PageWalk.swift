import Emulation
import KVM

/// A vcpu's paging in software, for instructions that are repaired: paging off, or four or five levels
/// (SDM vol. 3, "4-Level Paging and 5-Level Paging"). The older forms do not occur where instructions
/// need repair: kvm_pvm has none of them.
struct PageWalk: Sendable {
  let memory: GuestMemory
  let cr0: UInt64
  let cr3: UInt64
  let cr4: UInt64
  let efer: UInt64
  /// RFLAGS.AC, which lifts SMAP for explicit accesses.
  let isAlignmentCheckSet: Bool

  private static let present: UInt64 = 1
  private static let writable: UInt64 = 2
  private static let user: UInt64 = 4
  private static let accessed: UInt64 = 1 << 5
  private static let dirty: UInt64 = 1 << 6
  private static let large: UInt64 = 1 << 7
  private static let noExecute: UInt64 = 1 << 63
  private static let addressBits: UInt64 = 0x000f_ffff_ffff_f000

  /// The guest-physical address of `linear`, with the rights and the effects of `access`.
  func translate(_ linear: UInt64, _ access: LinearAccess) throws(LinearFault) -> UInt64 {
    guard cr0 >> 31 & 1 == 1 else { return linear & 0xffff_ffff }
    // LMA.
    guard efer >> 10 & 1 == 1 else { throw .notMemory }
    let levels = cr4 >> 12 & 1 == 1 ? 5 : 4
    var table = cr3 & Self.addressBits
    var rights = Self.writable | Self.user
    var forbidsExecution = false
    var visited: [UInt64] = []
    for level in stride(from: levels, through: 1, by: -1) {
      let shift = UInt64(12 + 9 * (level - 1))
      let place = table | (linear >> shift & 0x1ff) << 3
      guard memory.contains(place, count: 8) else { throw .notMemory }
      let entry = memory.atomicLoad64(at: place)
      guard entry & Self.present != 0 else { throw fault(linear, access, isPresent: false) }
      rights &= entry
      if efer >> 11 & 1 == 1 && entry & Self.noExecute != 0 { forbidsExecution = true }
      visited.append(place)
      guard level == 1 || entry & Self.large != 0 && level <= 3 else {
        table = entry & Self.addressBits
        continue
      }
      guard isAllowed(access, rights, forbidsExecution: forbidsExecution) else {
        throw fault(linear, access, isPresent: true)
      }
      for place in visited { memory.atomicOr64(Self.accessed, at: place) }
      if access.kind == .write { memory.atomicOr64(Self.dirty, at: place) }
      let offset = (UInt64(1) << shift) - 1
      return entry & Self.addressBits & ~offset | linear & offset
    }
    throw .notMemory
  }

  private func isAllowed(
    _ access: LinearAccess, _ rights: UInt64, forbidsExecution: Bool
  ) -> Bool {
    let isUserPage = rights & Self.user != 0
    if access.isUser && !isUserPage { return false }
    switch access.kind {
    case .fetch:
      // SMEP.
      if forbidsExecution || !access.isUser && isUserPage && cr4 >> 20 & 1 == 1 { return false }
    case .write:
      if rights & Self.writable == 0 && (access.isUser || cr0 >> 16 & 1 == 1) { return false }
    case .read: break
    }
    // SMAP.
    if access.kind != .fetch && !access.isUser && isUserPage && cr4 >> 21 & 1 == 1 {
      return isAlignmentCheckSet && !access.isImplicit
    }
    return true
  }

  private func fault(_ linear: UInt64, _ access: LinearAccess, isPresent: Bool) -> LinearFault {
    var code: UInt32 = isPresent ? 1 : 0
    if access.kind == .write { code |= 2 }
    if access.isUser { code |= 4 }
    // Told for fetches only where NX or SMEP can refuse them.
    if access.kind == .fetch && (efer >> 11 & 1 == 1 || cr4 >> 20 & 1 == 1) { code |= 16 }
    return .pageFault(address: linear, errorCode: code)
  }
}
