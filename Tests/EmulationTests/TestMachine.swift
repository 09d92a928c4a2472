import Emulation

/// A vcpu and its memory, made up: linear addresses are places in an array.
struct TestMachine: GuestAccess {
  static let code: UInt64 = 0x1000
  static let data: UInt64 = 0x8000
  static let gdt: UInt64 = 0x6000
  static let idt: UInt64 = 0x5000
  static let tss: UInt64 = 0x6800
  static let stack: UInt64 = 0x7F00

  var state = ProcessorState()
  var memory = [UInt8](repeating: 0, count: 0x20000)
  /// Numbers of pages that are not there.
  var missing: Set<UInt64> = []
  /// Numbers of pages that cannot be written.
  var readOnly: Set<UInt64> = []
  var image: [UInt8]? = TestMachine.initialImage
  var imageFetches = 0
  var accesses: [LinearAccess] = []
  var randomNumber: UInt64?
  var invalidations = 0
  var clock: (counter: UInt64, auxiliary: UInt32)?

  static var initialImage: [UInt8] {
    var image = [UInt8](repeating: 0, count: 4096)
    image[0] = 0x7F
    image[1] = 0x03
    image[24] = 0x80
    image[25] = 0x1F
    return image
  }

  // MARK: Access

  private func check(_ linear: UInt64, _ count: Int, _ access: LinearAccess) throws(LinearFault) {
    for page in (linear >> 12)...((linear &+ UInt64(count) &- 1) >> 12) {
      let isWrite = access.kind == .write
      let code: UInt32 =
        (isWrite ? 2 : 0) | (access.isUser ? 4 : 0) | (access.kind == .fetch ? 16 : 0)
      let address = max(linear, page << 12)
      if missing.contains(page) { throw .pageFault(address: address, errorCode: code) }
      if isWrite, readOnly.contains(page) {
        throw .pageFault(address: address, errorCode: code | 1)
      }
    }
    guard linear < UInt64(memory.count), linear + UInt64(count) <= UInt64(memory.count) else {
      throw .notMemory
    }
  }

  mutating func read(_ linear: UInt64, count: Int, _ access: LinearAccess) throws(LinearFault)
    -> [UInt8]
  {
    accesses.append(access)
    try check(linear, count, access)
    return Array(memory[Int(linear)..<Int(linear) + count])
  }

  mutating func write(_ linear: UInt64, _ bytes: [UInt8], _ access: LinearAccess)
    throws(LinearFault)
  {
    accesses.append(access)
    try check(linear, bytes.count, access)
    for (index, byte) in bytes.enumerated() { memory[Int(linear) + index] = byte }
  }

  mutating func compareExchange16(
    _ linear: UInt64, expected: UInt128, desired: UInt128, isUser: Bool
  ) throws(LinearFault) -> UInt128 {
    try check(linear, 16, LinearAccess(kind: .write, isUser: isUser))
    let found = UInt128(self[linear, 8]) | UInt128(self[linear + 8, 8]) << 64
    if found == expected {
      self[linear, 8] = UInt64(truncatingIfNeeded: desired)
      self[linear + 8, 8] = UInt64(truncatingIfNeeded: desired >> 64)
    }
    return found
  }

  mutating func extendedState() -> [UInt8]? {
    imageFetches += 1
    return image
  }

  mutating func setExtendedState(_ image: [UInt8]) -> Bool {
    self.image = image
    return true
  }

  mutating func random() -> UInt64? { randomNumber }

  mutating func invalidateTranslations() -> Bool {
    invalidations += 1
    return true
  }

  mutating func timestamp() -> (counter: UInt64, auxiliary: UInt32)? { clock }

  // MARK: Making one up

  /// Little-endian numbers in memory.
  subscript(address: UInt64, count: Int) -> UInt64 {
    get { (0..<count).reduce(0) { $0 | UInt64(memory[Int(address) + $1]) << UInt64($1 * 8) } }
    set {
      for index in 0..<count {
        memory[Int(address) + index] = UInt8(truncatingIfNeeded: newValue >> UInt64(index * 8))
      }
    }
  }

  mutating func place(_ bytes: [UInt8], at address: UInt64) {
    for (index, byte) in bytes.enumerated() { memory[Int(address) + index] = byte }
  }

  /// Real mode; the IVT is at 0, CS, DS and SS are 0.
  static func real(_ code: [UInt8]) -> TestMachine {
    var machine = TestMachine()
    machine.state.cs = SegmentRegister(type: 11)
    machine.state.cr0 = 0x10
    machine.state.cr4 = 0x600 | 1 << 18
    machine.state.idt = DescriptorTable(base: 0, limit: 0x3FF)
    machine.start(code)
    for vector in UInt64(0)..<256 { machine[vector * 4, 4] = 0x0000_C000 + vector * 16 }
    return machine
  }

  /// 32-bit flat code at privilege 0 (or 3), with a GDT: 8 code, 10h data, 18h TSS, 28h and 30h user
  /// code and data, 38h user 64-bit code, 40h kernel 64-bit code, 48h 16-bit stack.
  static func protected(_ code: [UInt8], user: Bool = false) -> TestMachine {
    var machine = TestMachine()
    machine.makeTables()
    machine.state.cr0 = 0x31
    machine.state.cr4 = 0x600 | 1 << 18
    machine.state.idt = DescriptorTable(base: idt, limit: 0x7FF)
    machine.setSegments(user: user, long: false)
    for vector in UInt64(0)..<256 { machine.setGate32(UInt8(vector), 0xC000 + vector * 16) }
    machine.start(code)
    return machine
  }

  /// 64-bit code at privilege 0 (or 3), with the same GDT.
  static func long(_ code: [UInt8], user: Bool = false) -> TestMachine {
    var machine = TestMachine()
    machine.makeTables()
    machine.state.cr0 = 0x8000_0031
    machine.state.cr4 = 0x620 | 1 << 18
    machine.state.efer = 0x500
    machine.state.idt = DescriptorTable(base: idt, limit: 0xFFF)
    machine.setSegments(user: user, long: true)
    for vector in UInt64(0)..<128 { machine.setGate64(UInt8(vector), 0xC000 + vector * 16) }
    machine.start(code)
    return machine
  }

  private mutating func start(_ code: [UInt8]) {
    place(code, at: Self.code)
    state.rip = Self.code
    state.rsp = Self.stack
    state.xcr0 = 0xE7
  }

  private mutating func makeTables() {
    state.gdt = DescriptorTable(base: Self.gdt, limit: 0x4F)
    let entries: [UInt64] = [
      0, 0x00CF_9B00_0000_FFFF, 0x00CF_9300_0000_FFFF, 0x0000_8B00_6800_0067, 0,
      0x00CF_FB00_0000_FFFF, 0x00CF_F300_0000_FFFF, 0x00AF_FB00_0000_FFFF, 0x00AF_9B00_0000_FFFF,
      0x0000_9300_0000_FFFF,
    ]
    for (index, entry) in entries.enumerated() { self[Self.gdt + UInt64(index) * 8, 8] = entry }
    state.tr = SegmentRegister(
      selector: 0x18, base: Self.tss, limit: 0x67, type: 11, s: false)
    state.ldt = SegmentRegister(type: 2, s: false, unusable: true)
  }

  private mutating func setSegments(user: Bool, long: Bool) {
    let privilege: UInt8 = user ? 3 : 0
    let code: UInt16 = long ? (user ? 0x3B : 0x40) : (user ? 0x2B : 8)
    state.cs = SegmentRegister(
      selector: code, limit: 0xFFFF_FFFF, type: 11, dpl: privilege, db: !long, l: long, g: true)
    let data = SegmentRegister(
      selector: user ? 0x33 : 0x10, limit: 0xFFFF_FFFF, type: 3, dpl: privilege, db: true, g: true)
    state.ds = data
    state.es = data
    state.fs = data
    state.gs = data
    state.ss = data
  }

  /// A gate for 32-bit code: type 14 is an interrupt gate, 15 a trap gate.
  mutating func setGate32(
    _ vector: UInt8, _ offset: UInt64, selector: UInt64 = 8, type: UInt64 = 14, dpl: UInt64 = 0
  ) {
    self[Self.idt + UInt64(vector) * 8, 8] =
      offset & 0xFFFF | selector << 16 | type << 40 | dpl << 45 | 1 << 47
      | (offset >> 16) << 48
  }

  /// A gate for 64-bit code.
  mutating func setGate64(
    _ vector: UInt8, _ offset: UInt64, selector: UInt64 = 0x40, type: UInt64 = 14, dpl: UInt64 = 0,
    stack: UInt64 = 0
  ) {
    self[Self.idt + UInt64(vector) * 16, 8] =
      offset & 0xFFFF | selector << 16 | stack << 32 | type << 40 | dpl << 45 | 1 << 47
      | (offset >> 16 & 0xFFFF) << 48
    self[Self.idt + UInt64(vector) * 16 + 8, 8] = offset >> 32
  }

  /// Repairs the instruction at RIP.
  mutating func repair(_ enabled: RepairKinds = .all) -> (
    kind: RepairKind?, outcome: RepairOutcome
  ) {
    var state = state
    let result = InstructionRepair.repair(&state, access: &self, enabled: enabled)
    self.state = state
    return result
  }

  /// Repairs, and says only what came of it.
  mutating func outcome() -> RepairOutcome { repair().outcome }
}

extension RepairOutcome {
  /// #UD.
  static let undefined = RepairOutcome.exception(vector: 6, errorCode: nil, faultAddress: nil)
  /// An exception with an error code.
  static func fault(_ vector: UInt8, _ code: UInt32) -> RepairOutcome {
    .exception(vector: vector, errorCode: code, faultAddress: nil)
  }
}
