/// Guest-physical memory, as a page walk needs it.
public protocol GuestPhysicalMemory {
  /// The 4 or 8 bytes of a paging-structure entry, or nil if no RAM is there.
  mutating func readEntry(_ address: UInt64, size: Int) -> UInt64?

  /// If the entry (4 or 8 bytes) is `expected`, makes it `desired`; false if another processor was
  /// faster. One atomic operation, for other vcpus walk the same tables.
  mutating func exchangeEntry(_ address: UInt64, size: Int, expected: UInt64, desired: UInt64)
    -> Bool
}

/// Linear to physical addresses as the processor translates them, with rights, accessed and dirty bits
/// (SDM vol. 3, chapter 4): KVM_TRANSLATE knows no rights and no error code. All paging modes, with
/// protection keys. For those who have physical memory only, to make a ``GuestAccess`` of it.
public struct PageWalk: Sendable, Equatable {
  private let cr0: UInt64
  private let cr3: UInt64
  private let cr4: UInt64
  private let efer: UInt64
  private let liftsSMAP: Bool
  private let physicalBits: UInt64
  private let keys: ProtectionKeys

  /// The paging that `state` sets up, on a processor of `physicalBits` address bits (CPUID leaf
  /// 80000008H, 32 to 52). `keys` count where CR4 switches them on.
  public init(
    _ state: ProcessorState, physicalBits: Int, keys: ProtectionKeys = ProtectionKeys()
  ) {
    self.keys = keys
    cr0 = state.cr0
    cr3 = state.cr3
    cr4 = state.cr4
    efer = state.efer
    liftsSMAP = state.rflags & RFLAGS.ac != 0
    self.physicalBits = UInt64(min(max(physicalBits, 32), 52))
  }

  /// One level: where its index lies in the address, how many bits it has.
  private struct Level {
    let shift: UInt64
    let bits: UInt64
    /// Whether an entry may be a page by PS (bit 7), or always is one.
    var canBePage = false
    var isLast = false
    /// PAE's four top entries carry no rights.
    var hasRights = true
  }

  private var isWide: Bool { cr4 & (1 << 5) != 0 }
  private var isLong: Bool { efer & (1 << 10) != 0 }

  private var levels: [Level] {
    guard isWide else {
      return [
        Level(shift: 22, bits: 10, canBePage: cr4 & (1 << 4) != 0),
        Level(shift: 12, bits: 10, isLast: true),
      ]
    }
    let lower = [
      Level(shift: 21, bits: 9, canBePage: true), Level(shift: 12, bits: 9, isLast: true),
    ]
    guard isLong else { return [Level(shift: 30, bits: 2, hasRights: false)] + lower }
    let four = [Level(shift: 39, bits: 9), Level(shift: 30, bits: 9, canBePage: true)] + lower
    return cr4 & (1 << 12) != 0 ? [Level(shift: 48, bits: 9)] + four : four
  }

  /// The physical address of `linear` for this access, and the number of bytes to the page's end that
  /// translate alike (to the end of a 4 KiB page). Sets accessed and dirty bits.
  public func translate<Memory: GuestPhysicalMemory>(
    _ linear: UInt64, _ access: LinearAccess, in memory: inout Memory
  ) throws(LinearFault) -> (physical: UInt64, count: Int) {
    let count = 4096 - Int(linear & 4095)
    guard cr0 & (1 << 31) != 0 else { return (linear & 0xFFFF_FFFF, count) }
    // An entry that another processor changes meanwhile makes us look again; it cannot go on for ever.
    for _ in 0..<64 {
      if let physical = try walk(linear, access, &memory) { return (physical, count) }
    }
    throw .notMemory
  }

  /// Nil if an entry changed under the walk.
  private func walk<Memory: GuestPhysicalMemory>(
    _ linear: UInt64, _ access: LinearAccess, _ memory: inout Memory
  ) throws(LinearFault) -> UInt64? {
    let size = isWide ? 8 : 4
    var rights = Rights()
    var visited: [(address: UInt64, entry: UInt64)] = []
    var table = cr3 & (isWide ? (isLong ? frames : 0xFFFF_FFE0) : 0xFFFF_F000)
    for level in levels {
      let index = linear >> level.shift & ((1 << level.bits) - 1)
      let address = table + index * UInt64(size)
      guard let entry = memory.readEntry(address, size: size) else { throw .notMemory }
      guard entry & 1 != 0 else { throw fault(linear, access, 0) }
      let isPage = level.isLast || level.canBePage && entry & 0x80 != 0
      if entry & reserved(level, isPage: isPage) != 0 { throw fault(linear, access, 9) }
      if level.hasRights {
        rights.narrow(entry, isWide: isWide)
        visited.append((address, entry))
      }
      guard isPage else {
        table = entry & frames
        continue
      }
      let isKeyShut = isShut(entry, access, rights)
      guard allows(access, rights), !isKeyShut else {
        throw fault(linear, access, isKeyShut ? 0x21 : 1)
      }
      for (index, place) in visited.enumerated() {
        let isDirtied = access.kind == .write && index == visited.count - 1
        let wanted = place.entry | 0x20 | (isDirtied ? 0x40 : 0)
        guard wanted != place.entry else { continue }
        guard
          memory.exchangeEntry(place.address, size: size, expected: place.entry, desired: wanted)
        else { return nil }
      }
      let offset = (UInt64(1) << level.shift) - 1
      return base(entry, level) & ~offset | linear & offset
    }
    throw .notMemory
  }

  /// What all levels allow together (SDM vol. 3, 4.6).
  private struct Rights {
    var isWritable = true
    var isUser = true
    var isExecutable = true

    mutating func narrow(_ entry: UInt64, isWide: Bool) {
      isWritable = isWritable && entry & 2 != 0
      isUser = isUser && entry & 4 != 0
      isExecutable = isExecutable && !(isWide && entry >> 63 != 0)
    }
  }

  private func allows(_ access: LinearAccess, _ rights: Rights) -> Bool {
    if access.isUser {
      guard rights.isUser, access.kind != .write || rights.isWritable else { return false }
    } else if access.kind == .fetch {
      if rights.isUser, cr4 & (1 << 20) != 0 { return false }
    } else {
      if rights.isUser, cr4 & (1 << 21) != 0, access.isImplicit || !liftsSMAP { return false }
      if access.kind == .write, !rights.isWritable, cr0 & (1 << 16) != 0 { return false }
    }
    return access.kind != .fetch || rights.isExecutable
  }

  /// Whether the page's protection key forbids the access (SDM vol. 3, 4.6.2): of data only, in IA-32e
  /// mode; PKRU for a user's pages, whoever touches them, IA32_PKRS for a supervisor's.
  private func isShut(_ entry: UInt64, _ access: LinearAccess, _ rights: Rights) -> Bool {
    let isOn = cr4 & (rights.isUser ? 1 << 22 : 1 << 24) != 0
    guard isLong, isOn, access.kind != .fetch else { return false }
    let shift = UInt32(truncatingIfNeeded: entry >> 59 & 15) * 2
    let bits = (rights.isUser ? keys.user : keys.supervisor) >> shift
    if bits & 1 != 0 { return true }
    let isBound = access.isUser || cr0 & (1 << 16) != 0
    return bits & 2 != 0 && access.kind == .write && isBound
  }

  /// The error code's W, U and I bits join `code` (SDM vol. 3, 4.7).
  private func fault(_ linear: UInt64, _ access: LinearAccess, _ code: UInt32) -> LinearFault {
    var code = code
    if access.kind == .write { code |= 2 }
    if access.isUser { code |= 4 }
    let tellsFetch = cr4 & (1 << 20) != 0 || isWide && hasNX
    if access.kind == .fetch, tellsFetch { code |= 16 }
    return .pageFault(address: linear, errorCode: code)
  }

  private var hasNX: Bool { efer & (1 << 11) != 0 }

  /// Bits of an entry that hold a frame's address.
  private var frames: UInt64 {
    isWide ? ((1 << physicalBits) - 1) & ~0xFFF : 0xFFFF_F000
  }

  private func base(_ entry: UInt64, _ level: Level) -> UInt64 {
    guard !isWide, !level.isLast else { return entry & frames }
    // A 4 MiB page has bits 39:32 of its address in bits 20:13 (PSE-36).
    let high = entry >> 13 & 0xFF & ((1 << (min(physicalBits, 40) - 32)) - 1)
    return entry & 0xFFC0_0000 | high << 32
  }

  /// Bits of a present entry that must be 0.
  private func reserved(_ level: Level, isPage: Bool) -> UInt64 {
    guard isWide else {
      guard isPage, !level.isLast else { return 0 }
      // Of PSE-36 the address bits that the processor has not, and bit 21.
      let bits = min(physicalBits, 40) - 32
      return 1 << 21 | (0xFF & ~((1 << bits) - 1)) << 13
    }
    // Bits up to 51 that are no address bits; without IA-32e mode those up to 62 too.
    let top: UInt64 = isLong ? 0x000F_FFFF_FFFF_FFFF : 0x7FFF_FFFF_FFFF_FFFF
    var bits = top & ~((1 << physicalBits) - 1)
    if !hasNX || !level.hasRights { bits |= 1 << 63 }
    if !level.hasRights { return bits | 0x1E6 }
    if isPage {
      // Below a large page's frame only PAT (bit 12) may be set.
      if !level.isLast { bits |= ((1 << level.shift) - 1) & ~0x1FFF }
    } else if !level.canBePage {
      bits |= 0x80
    }
    return bits
  }
}
