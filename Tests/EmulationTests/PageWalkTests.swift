import Emulation
import Testing

/// Page walks (SDM vol. 3, 4.3 to 4.8).
@Suite struct PageWalkTests {
  struct Tables: GuestPhysicalMemory {
    var entries: [UInt64: UInt64] = [:]
    var isContended = false

    mutating func readEntry(_ address: UInt64, size: Int) -> UInt64? {
      address < 1 << 30 ? entries[address, default: 0] : nil
    }

    mutating func exchangeEntry(_ address: UInt64, size: Int, expected: UInt64, desired: UInt64)
      -> Bool
    {
      guard !isContended, entries[address, default: 0] == expected else { return false }
      entries[address] = desired
      return true
    }
  }

  private func long(_ change: (inout ProcessorState) -> Void = { _ in }) -> PageWalk {
    var state = ProcessorState()
    state.cr0 = 0x8001_0031
    state.cr3 = 0x1000
    state.cr4 = 0x20
    state.efer = 0xD00
    change(&state)
    return PageWalk(state, physicalBits: 40)
  }

  /// An address whose four indices differ, and where its entries lie: a table a level at 1000h to 4000h.
  private static let linear: UInt64 = 0x4030_2010_1234
  private static let places: [UInt64] = [
    0x1000 + (linear >> 39 & 511) * 8, 0x2000 + (linear >> 30 & 511) * 8,
    0x3000 + (linear >> 21 & 511) * 8, 0x4000 + (linear >> 12 & 511) * 8,
  ]

  private func tables(_ rights: UInt64 = 7) -> Tables {
    var result = Tables()
    for (index, place) in Self.places.enumerated() {
      result.entries[place] = (index == 3 ? 0x12_3456_7000 : UInt64(index + 2) << 12) | rights
    }
    return result
  }

  private func walk(
    _ walk: PageWalk, _ tables: inout Tables, _ access: LinearAccess,
    _ linear: UInt64 = linear
  ) -> Result<UInt64, LinearFault> {
    do throws(LinearFault) {
      return .success(try walk.translate(linear, access, in: &tables).physical)
    } catch { return .failure(error) }
  }

  private func fault(_ code: UInt32) -> Result<UInt64, LinearFault> {
    .failure(.pageFault(address: Self.linear, errorCode: code))
  }

  private static let read = LinearAccess(kind: .read)
  private static let write = LinearAccess(kind: .write)
  private static let fetch = LinearAccess(kind: .fetch)
  private static let userRead = LinearAccess(kind: .read, isUser: true)
  private static let userWrite = LinearAccess(kind: .write, isUser: true)

  @Test("without paging addresses are physical")
  func off() throws {
    var tables = Tables()
    let found = try long { $0.cr0 = 1 }.translate(0xFFF0, Self.read, in: &tables)
    #expect(found.physical == 0xFFF0 && found.count == 16)
  }

  @Test("four levels, accessed and dirty bits")
  func fourLevels() {
    var memory = tables()
    #expect(walk(long(), &memory, Self.read) == .success(0x12_3456_7234))
    #expect(Self.places.map { memory.entries[$0, default: 0] & 0x60 } == [0x20, 0x20, 0x20, 0x20])
    #expect(walk(long(), &memory, Self.userWrite) == .success(0x12_3456_7234))
    #expect(Self.places.map { memory.entries[$0, default: 0] & 0x60 } == [0x20, 0x20, 0x20, 0x60])
  }

  @Test("2 MiB and 1 GiB pages, with their reserved bits")
  func largePages() {
    var memory = tables()
    memory.entries[Self.places[2]] = 0x12_3460_1087
    #expect(walk(long(), &memory, Self.read) == .success(0x12_3460_0000 | Self.linear & 0x1F_FFFF))
    memory.entries[Self.places[2]] = 0x12_3460_2087
    #expect(walk(long(), &memory, Self.read) == fault(9))
    memory.entries[Self.places[1]] = 0x12_4000_0087
    #expect(
      walk(long(), &memory, Self.read) == .success(0x12_4000_0000 | Self.linear & 0x3FFF_FFFF))
    memory.entries[Self.places[0]] = 0x2087
    #expect(walk(long(), &memory, Self.read) == fault(9))
  }

  @Test("error codes tell presence, write, user, reserved and fetch")
  func errorCodes() {
    for place in Self.places {
      var memory = tables()
      memory.entries[place] = 0
      #expect(walk(long(), &memory, Self.read) == fault(0))
      #expect(walk(long(), &memory, Self.userWrite) == fault(6))
      #expect(walk(long(), &memory, Self.fetch) == fault(16))
      memory = tables()
      memory.entries[place]? &= ~4
      #expect(walk(long(), &memory, Self.userRead) == fault(5))
      memory = tables()
      memory.entries[place]? &= ~2
      #expect(walk(long(), &memory, Self.userWrite) == fault(7))
      #expect(walk(long(), &memory, Self.write) == fault(3))
      let allowsSupervisor = long { $0.cr0 &= ~0x1_0000 }
      #expect(walk(allowsSupervisor, &memory, Self.write) == .success(0x12_3456_7234))
      memory = tables()
      memory.entries[place]? |= 1 << 63
      #expect(walk(long(), &memory, Self.fetch) == fault(17))
      #expect(walk(long { $0.efer = 0x500 }, &memory, Self.read) == fault(9))
      memory = tables()
      memory.entries[place]? |= 1 << 45
      #expect(walk(long(), &memory, Self.read) == fault(9))
    }
    var memory = tables()
    memory.entries[Self.places[3]] = 0
    #expect(walk(long { $0.efer = 0x500 }, &memory, Self.fetch) == fault(0))
    // What faults has not been accessed.
    #expect(memory.entries[Self.places[0], default: 0] & 0x20 == 0)
  }

  @Test("SMEP and SMAP; RFLAGS.AC lifts SMAP for explicit accesses only")
  func supervisor() {
    var memory = tables()
    #expect(walk(long { $0.cr4 |= 1 << 20 }, &memory, Self.fetch) == fault(17))
    let smap = long { $0.cr4 |= 1 << 21 }
    #expect(walk(smap, &memory, Self.read) == fault(1))
    let lifted = long {
      $0.cr4 |= 1 << 21
      $0.rflags |= 1 << 18
    }
    #expect(walk(lifted, &memory, Self.read) == .success(0x12_3456_7234))
    #expect(walk(lifted, &memory, LinearAccess(kind: .read, isImplicit: true)) == fault(1))
    memory = tables(3)
    #expect(walk(smap, &memory, Self.write) == .success(0x12_3456_7234))
  }

  @Test("five levels, PAE, and 32-bit paging with 4 KiB and 4 MiB pages")
  func otherModes() {
    var memory = Tables()
    memory.entries = [
      0x1008: 0x2003, 0x2000: 0x3003, 0x3000: 0x4003, 0x4000: 0x5003, 0x5000: 0x9003,
    ]
    let five = long { $0.cr4 |= 1 << 12 }
    #expect(walk(five, &memory, Self.read, 1 << 48) == .success(0x9000))
    let pae = long {
      $0.efer = 0x800
      $0.cr3 = 0x1020
    }
    memory.entries = [0x1028: 0x2001, 0x2008: 0x3003, 0x3010: 0x8000_0000_0000_9003]
    #expect(walk(pae, &memory, Self.write, 0x4020_2004) == .success(0x9004))
    #expect(memory.entries[0x1028] == 0x2001 && memory.entries[0x3010]! & 0x60 == 0x60)
    memory.entries[0x1028] = 0x2003
    #expect(
      walk(pae, &memory, Self.read, 0x4020_2004)
        == .failure(.pageFault(address: 0x4020_2004, errorCode: 9)))
    let narrow = long {
      $0.efer = 0
      $0.cr4 = 0x10
    }
    memory.entries = [0x1004: 0x2007, 0x2008: 0x9007, 0x1008: 0x0140_2083]
    #expect(walk(narrow, &memory, Self.userRead, 0x40_2345) == .success(0x9345))
    #expect(walk(narrow, &memory, Self.read, 0x80_2345) == .success(0x1_0140_2345))
  }

  @Test(
    "protection keys: of users' pages for data, whoever touches them; WD binds a supervisor by CR0.WP"
  )
  func protectionKeys() {
    /// What comes of `access` to a page of key 5.
    func access(
      _ access: LinearAccess, _ keys: ProtectionKeys, rights: UInt64 = 7, on: UInt64 = 1 << 22,
      cr0: UInt64 = 0x8001_0031
    ) -> Result<UInt64, LinearFault> {
      var state = ProcessorState()
      state.cr0 = cr0
      state.cr3 = 0x1000
      state.cr4 = 0x20 | on
      state.efer = 0xD00
      var memory = tables(rights)
      memory.entries[Self.places[3]]? |= 5 << 59
      return walk(PageWalk(state, physicalBits: 40, keys: keys), &memory, access)
    }
    let success = Result<UInt64, LinearFault>.success(0x12_3456_7234)
    let shut = ProtectionKeys(user: 1 << 10)
    let readOnly = ProtectionKeys(user: 2 << 10)
    #expect(access(Self.userRead, shut) == fault(0x25))
    #expect(access(Self.read, shut) == fault(0x21))
    #expect(access(Self.fetch, shut) == success)
    #expect(access(Self.userRead, shut, on: 0) == success)
    #expect(access(Self.userRead, ProtectionKeys(user: ~(3 << 10))) == success)
    #expect(access(Self.userRead, readOnly) == success)
    #expect(access(Self.userWrite, readOnly) == fault(0x27))
    #expect(access(Self.write, readOnly) == fault(0x23))
    #expect(access(Self.write, readOnly, cr0: 0x8000_0031) == success)
    #expect(access(Self.userWrite, readOnly, cr0: 0x8000_0031) == fault(0x27))
    // Pages of a supervisor: IA32_PKRS, where CR4.PKS is set.
    #expect(access(Self.read, shut, rights: 3) == success)
    let pks = ProtectionKeys(supervisor: 1 << 10)
    #expect(access(Self.read, pks, rights: 3, on: 1 << 24) == fault(0x21))
    #expect(access(Self.read, pks, rights: 3) == success)
    #expect(access(Self.read, pks, on: 1 << 24) == success)
  }

  @Test("tables outside RAM and endless contention are left alone")
  func leftAlone() {
    var memory = tables()
    #expect(walk(long { $0.cr3 = 1 << 32 }, &memory, Self.read) == .failure(.notMemory))
    memory.isContended = true
    #expect(walk(long(), &memory, Self.read) == .failure(.notMemory))
  }
}
