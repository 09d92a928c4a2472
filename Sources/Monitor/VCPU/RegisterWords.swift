import Telemetry

/// Control and status registers in the SDM's names.
enum RegisterWords {
  /// A bit and its name.
  typealias Bit = (bit: UInt64, name: String)

  /// RFLAGS (SDM vol. 1, "EFLAGS Register"), from the highest; IOPL apart.
  static let flags: [Bit] = [
    (21, "ID"), (20, "VIP"), (19, "VIF"), (18, "AC"), (17, "VM"), (16, "RF"), (14, "NT"),
    (11, "OF"), (10, "DF"), (9, "IF"), (8, "TF"), (7, "SF"), (6, "ZF"), (4, "AF"), (2, "PF"),
    (0, "CF"),
  ]
  /// CR0 (SDM vol. 3, "Control Registers").
  static let cr0: [Bit] = [
    (31, "PG"), (30, "CD"), (29, "NW"), (18, "AM"), (16, "WP"), (5, "NE"), (4, "ET"), (3, "TS"),
    (2, "EM"), (1, "MP"), (0, "PE"),
  ]
  /// CR4.
  static let cr4: [Bit] = [
    (28, "LAM_SUP"), (27, "LASS"), (25, "UINTR"), (24, "PKS"), (23, "CET"), (22, "PKE"),
    (21, "SMAP"), (20, "SMEP"), (19, "KL"), (18, "OSXSAVE"), (17, "PCIDE"), (16, "FSGSBASE"),
    (14, "SMXE"), (13, "VMXE"), (12, "LA57"), (11, "UMIP"), (10, "OSXMMEXCPT"), (9, "OSFXSR"),
    (8, "PCE"), (7, "PGE"), (6, "MCE"), (5, "PAE"), (4, "PSE"), (3, "DE"), (2, "TSD"),
    (1, "PVI"), (0, "VME"),
  ]
  /// IA32_EFER; SVME is AMD's.
  static let efer: [Bit] = [(12, "SVME"), (11, "NXE"), (10, "LMA"), (8, "LME"), (0, "SCE")]

  /// The names of the bits that are set in `value`.
  static func names(_ value: UInt64, _ bits: [Bit]) -> String {
    let set = bits.filter { value >> $0.bit & 1 == 1 }.map(\.name)
    return set.isEmpty ? "none" : set.joined(separator: " ")
  }

  /// The arithmetic and control flags, a letter each or a dot: `ODITSZAPC`.
  static func letters(_ rflags: UInt64) -> String {
    let letters: [(UInt64, Character)] = [
      (11, "O"), (10, "D"), (9, "I"), (8, "T"), (7, "S"), (6, "Z"), (4, "A"), (2, "P"), (0, "C"),
    ]
    return String(letters.map { rflags >> $0.0 & 1 == 1 ? $0.1 : "." })
  }

  /// What code it runs (SDM vol. 3, "Modes of Operation").
  static func mode(_ registers: VCPURegisters) -> String {
    if registers.efer >> 10 & 1 == 1 { return registers.isLongMode ? "64-bit" : "compatibility" }
    guard registers.cr0 & 1 == 1 else { return "real mode" }
    return registers.rflags >> 17 & 1 == 1 ? "virtual-8086" : "protected"
  }

  /// `value` in at least `digits` hexadecimal digits.
  static func hex(_ value: UInt64, _ digits: Int = 1) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
