/// FADT, signature "FACP" (ACPI 6.x section 5.2.9), with FACS, which it points at.
enum ACPIFixedTable {
  /// IAPC_BOOT_ARCH: legacy devices (bit 0), an 8042 (1), no VGA (2). Bit 5 clear: there is a CMOS RTC.
  static let bootArchitecture: UInt16 = 0b00_0111

  /// Flags: WBINVD works (bit 0), HLT is C1 everywhere (2), no sleep button (5), the RTC does not wake
  /// through fixed registers (6), the timer counts 32 bits (8), there is a reset register (10). Clear,
  /// and meant so: PWR_BUTTON (4: the power button is fixed hardware), HW_REDUCED (20).
  static let flags: UInt32 = 1 << 0 | 1 << 2 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 10

  /// A generic address structure (section 5.2.3.2).
  private enum Address {
    /// Nothing there.
    case none
    /// A port of `bits`, accessed as 1 (byte), 2 (word) or 3 (dword) says.
    case port(UInt16, bits: UInt8, access: UInt8)

    var bytes: [UInt8] {
      var result = SystemTableBytes()
      switch self {
      case .none: result.pad(to: 12)
      case .port(let port, let bits, let access):
        result.append(bytes: [1, bits, 0, access])
        result.append(UInt64(port))
      }
      return result.bytes
    }
  }

  /// Revision 6: 276 bytes. The address of FACS is in the 32-bit field alone, for the 64-bit one must
  /// be 0 then; that of DSDT is in both.
  static func table(facs: UInt64, dsdt: UInt64) -> [UInt8] {
    typealias Hardware = ACPIFixedHardware
    var table = ACPITable(signature: "FACP", revision: 6)
    table.append(UInt32(facs))
    table.append(UInt32(dsdt))
    table.append(UInt8(0))  // INT_MODEL of ACPI 1.0.
    table.append(UInt8(0))  // Preferred power-management profile: unspecified.
    table.append(UInt16(Hardware.sciInterrupt))
    table.append(UInt32(Hardware.smiCommandPort))
    table.append(bytes: [Hardware.acpiEnable, Hardware.acpiDisable])
    table.append(bytes: [0, 0])  // S4BIOS_REQ and PSTATE_CNT: neither.
    table.append(UInt32(Hardware.pm1EventPort))
    table.append(UInt32(0))  // PM1b.
    table.append(UInt32(Hardware.pm1ControlPort))
    table.append(UInt32(0))  // PM1b.
    table.append(UInt32(0))  // PM2.
    table.append(UInt32(Hardware.pmTimerPort))
    table.append(UInt64(0))  // GPE0, GPE1: no general-purpose events.
    table.append(bytes: [4, 2, 0, 4, 0, 0, 0, 0])  // Lengths: PM1 event, control, PM2, timer, GPEs.
    table.append(UInt16(0x65))  // P_LVL2_LAT above 100 µs: no C2.
    table.append(UInt16(0x3E9))  // P_LVL3_LAT above 1000 µs: no C3.
    table.append(UInt32(0))  // FLUSH_SIZE, FLUSH_STRIDE: WBINVD instead.
    table.append(bytes: [0, 0])  // DUTY_OFFSET, DUTY_WIDTH: no throttling.
    table.append(bytes: [0, 0, Hardware.centuryIndex])  // No day or month alarm.
    table.append(bootArchitecture)
    table.append(UInt8(0))
    table.append(flags)
    table.append(bytes: Address.port(Hardware.resetPort, bits: 8, access: 1).bytes)
    table.append(Hardware.resetValue)
    table.append(UInt16(0))  // ARM_BOOT_ARCH.
    table.append(UInt8(5))  // Minor version: the revision is 6.5.
    table.append(UInt64(0))  // X_FIRMWARE_CTRL.
    table.append(dsdt)
    table.append(bytes: Address.port(Hardware.pm1EventPort, bits: 32, access: 2).bytes)
    table.append(bytes: Address.none.bytes)
    table.append(bytes: Address.port(Hardware.pm1ControlPort, bits: 16, access: 2).bytes)
    table.append(bytes: Address.none.bytes)
    table.append(bytes: Address.none.bytes)  // X_PM2_CNT_BLK.
    table.append(bytes: Address.port(Hardware.pmTimerPort, bits: 32, access: 3).bytes)
    table.append(bytes: Address.none.bytes)
    table.append(bytes: Address.none.bytes)
    table.append(bytes: Address.none.bytes)  // SLEEP_CONTROL_REG, of reduced hardware only.
    table.append(bytes: Address.none.bytes)  // SLEEP_STATUS_REG, likewise.
    table.append(UInt64(0))  // Hypervisor vendor: not registered.
    return table.bytes
  }

  /// FACS (section 5.2.10): 64 bytes at a multiple of 64, version 2, no checksum. Nobody waits for the
  /// global lock, and there is no sleep to wake from.
  static func controlStructure() -> [UInt8] {
    var bytes = SystemTableBytes()
    bytes.append(text: "FACS", width: 4)
    bytes.append(UInt32(64))
    bytes.pad(to: 32)
    bytes.append(UInt8(2))
    bytes.pad(to: 64)
    return bytes.bytes
  }
}
