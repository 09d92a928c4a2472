import Interrupts

/// The mismatches of an exhaustive loop: one expectation at the end instead of millions.
struct Mismatches {
  private(set) var first: [String] = []
  private(set) var checks = 0

  mutating func check(_ holds: Bool, _ what: @autoclosure () -> String) {
    checks += 1
    if !holds && first.count < 10 { first.append(what()) }
  }
}

/// A deterministic generator (SplitMix64).
struct Generator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Register offsets, written out a second time so that the tests do not lean on the code's table.
enum Offset {
  static let id: UInt32 = 0x20
  static let version: UInt32 = 0x30
  static let taskPriority: UInt32 = 0x80
  static let processorPriority: UInt32 = 0xA0
  static let endOfInterrupt: UInt32 = 0xB0
  static let logicalDestination: UInt32 = 0xD0
  static let destinationFormat: UInt32 = 0xE0
  static let spurious: UInt32 = 0xF0
  static let inService: UInt32 = 0x100
  static let triggerMode: UInt32 = 0x180
  static let request: UInt32 = 0x200
  static let errorStatus: UInt32 = 0x280
  static let cmci: UInt32 = 0x2F0
  static let commandLow: UInt32 = 0x300
  static let commandHigh: UInt32 = 0x310
  static let timer: UInt32 = 0x320
  static let thermal: UInt32 = 0x330
  static let performance: UInt32 = 0x340
  static let lint0: UInt32 = 0x350
  static let lint1: UInt32 = 0x360
  static let error: UInt32 = 0x370
  static let initialCount: UInt32 = 0x380
  static let currentCount: UInt32 = 0x390
  static let divide: UInt32 = 0x3E0

  /// The seven LVT registers in the order of `LVTEntry.allCases`.
  static let localVectors = [cmci, timer, thermal, performance, lint0, lint1, error]

  /// Every offset at which there is a register.
  static let all: [UInt32] =
    [0x20, 0x30] + Array(stride(from: 0x80, through: 0x280, by: 0x10))
    + Array(stride(from: 0x2F0, through: 0x390, by: 0x10)) + [0x3E0]
}

extension LocalAPIC {
  /// A software-enabled APIC with spurious vector 255.
  static func enabled(id: UInt32 = 0) -> LocalAPIC {
    var apic = LocalAPIC(id: id, isBootstrap: true)
    _ = apic.write(offset: Offset.spurious, value: 0x1FF, now: 0)
    return apic
  }

  @discardableResult
  mutating func put(_ offset: UInt32, _ value: UInt32, at now: UInt64 = 0) -> LocalAPICEffect {
    write(offset: offset, value: value, now: now)
  }

  mutating func get(_ offset: UInt32, at now: UInt64 = 0) -> UInt32 {
    read(offset: offset, now: now)
  }

  /// What a read at `now` would give, without its being made.
  func peek(_ offset: UInt32, at now: UInt64) -> UInt32 {
    var copy = self
    return copy.read(offset: offset, now: now)
  }

  /// Writes ESR, then reads it, as software must.
  mutating func errors() -> UInt32 {
    put(Offset.errorStatus, 0)
    return get(Offset.errorStatus)
  }

  /// What the guest sees of every register at `now`; reading legal registers changes nothing.
  func registers(at now: UInt64 = 0) -> [UInt32] {
    var copy = self
    return Offset.all.map { copy.read(offset: $0, now: now) }
  }
}

extension LocalAPIC {
  /// Writes IA32_APIC_BASE, MAXPHYADDR being 36.
  @discardableResult mutating func set(_ base: UInt64) -> APICBaseResult {
    writeAPICBase(base, physicalAddressBits: 36)
  }
}

extension LocalAPICRegister {
  /// Every register of the page.
  static let all = Offset.all.compactMap { LocalAPICRegister(offset: $0) }
}
