import Devices
import Testing

/// ACPI specification 6.5, section 4.8 "ACPI Register Model".
@Suite("Power management") struct PowerManagementTests {
  static let base = PowerManagement.base

  @discardableResult
  static func write(
    _ offset: UInt16, _ size: UInt8, _ value: UInt32, _ hardware: inout PowerManagement,
    at now: UInt64 = 0
  ) -> DeviceEffect {
    hardware.write(port: base + offset, size: size, value: value, now: now)
  }

  static func read(
    _ offset: UInt16, _ size: UInt8, _ hardware: inout PowerManagement, at now: UInt64 = 0
  ) -> UInt32 {
    hardware.read(port: base + offset, size: size, now: now)
  }

  static func acpi() -> PowerManagement {
    var hardware = PowerManagement()
    _ = hardware.writeByte(port: 0xB2, value: PowerManagement.acpiEnable, now: 0)
    return hardware
  }

  @Test("At power-on all is 0, in legacy mode; between the blocks are ones") func start() {
    var hardware = PowerManagement()
    #expect(Self.read(0, 4, &hardware) == 0)
    #expect(Self.read(4, 4, &hardware) == 0xFFFF_0000)
    #expect(Self.read(8, 4, &hardware) == 0)
    #expect(Self.read(12, 4, &hardware) == .max)
    #expect(!hardware.isACPIEnabled)
    #expect(!hardware.sciLine)
  }

  @Test("4.8.3.5: the SMI command port enters and leaves ACPI mode; its neighbour is memory")
  func command() {
    var hardware = PowerManagement()
    #expect(hardware.write(port: 0xB2, size: 2, value: 0x5AF1, now: 0) == .none)
    #expect(hardware.isACPIEnabled)
    #expect(Self.read(4, 2, &hardware) == 1)
    #expect(hardware.read(port: 0xB2, size: 2, now: 0) == 0x5AF1)
    _ = hardware.writeByte(port: 0xB2, value: 0x77, now: 0)
    #expect(hardware.isACPIEnabled)
    _ = hardware.writeByte(port: 0xB2, value: PowerManagement.acpiDisable, now: 0)
    #expect(Self.read(4, 2, &hardware) == 0)
  }

  @Test("4.8.3.1: the power button's status, enable and SCI; ones clear the status")
  func powerButton() {
    var hardware = Self.acpi()
    hardware.pressPowerButton(now: 0)
    #expect(Self.read(0, 2, &hardware) == 0x100)
    #expect(!hardware.sciLine)
    Self.write(2, 2, 0x100, &hardware)
    #expect(Self.read(2, 2, &hardware) == 0x100)
    #expect(hardware.sciLine)
    Self.write(0, 2, 0xFEFF, &hardware)
    #expect(hardware.sciLine)
    Self.write(1, 1, 0x01, &hardware)
    #expect(Self.read(0, 2, &hardware) == 0)
    #expect(!hardware.sciLine)
    // In legacy mode the SCI is silent.
    hardware.pressPowerButton(now: 0)
    Self.write(4, 2, 0, &hardware)
    #expect(!hardware.sciLine)
    Self.write(4, 2, 1, &hardware)
    #expect(hardware.sciLine)
  }

  @Test("4.8.3.1.2: the enable bits that there are, by bytes and at once") func enable() {
    var hardware = PowerManagement()
    Self.write(2, 2, 0xFFFF, &hardware)
    #expect(Self.read(2, 2, &hardware) == 0x0721)
    Self.write(2, 1, 0, &hardware)
    #expect(Self.read(2, 2, &hardware) == 0x0700)
    Self.write(3, 1, 0x01, &hardware)
    #expect(Self.read(0, 4, &hardware) == 0x0100_0000)
    Self.write(0, 4, 0x0020_FFFF, &hardware)
    #expect(Self.read(0, 4, &hardware) == 0x0020_0000)
  }

  @Test("4.8.3.2.1: SLP_EN acts with the type of S5 only, and reads as 0", arguments: UInt32(0)..<8)
  func sleep(type: UInt32) {
    var hardware = Self.acpi()
    #expect(Self.write(4, 2, 1 | type << 10, &hardware) == .none)
    let expected: DeviceEffect =
      type == UInt32(PowerManagement.softOffType) ? .powerOff : .none
    #expect(Self.write(4, 2, 1 | type << 10 | 1 << 13, &hardware) == expected)
    #expect(Self.read(4, 2, &hardware) == 1 | type << 10)
    // By bytes, too.
    #expect(Self.write(5, 1, type << 2 | 1 << 5, &hardware) == expected)
    #expect(Self.read(4, 2, &hardware) == 1 | type << 10)
  }

  @Test("4.8.3.3: the timer counts 3579545 in a second, exactly, for 32 bits") func timer() {
    var hardware = PowerManagement(now: 500)
    #expect(Self.read(8, 4, &hardware, at: 0) == 0)
    #expect(Self.read(8, 4, &hardware, at: 500 + 279) == 0)
    #expect(Self.read(8, 4, &hardware, at: 500 + 280) == 1)
    #expect(Self.read(8, 4, &hardware, at: 1_000_000_499) == 3_579_544)
    #expect(Self.read(8, 4, &hardware, at: 1_000_000_500) == 3_579_545)
    // A thousand seconds later nothing was lost.
    let later: UInt64 = 1_000_000_000_000
    #expect(Self.read(8, 4, &hardware, at: 500 + later) == 3_579_545_000)
    // 1300 s are more than 32 bits.
    let wrapped = UInt32(truncatingIfNeeded: 1300 * 3_579_545)
    #expect(Self.read(8, 4, &hardware, at: 500 + 1_300_000_000_000) == wrapped)
    #expect(Self.read(9, 2, &hardware, at: 500 + 1_300_000_000_000) == wrapped >> 8 & 0xFFFF)
    // Read-only.
    Self.write(8, 4, 0, &hardware, at: 500 + later)
    #expect(Self.read(8, 4, &hardware, at: 500 + later) == 3_579_545_000)
  }

  @Test("4.8.3.3: the highest bit's change sets the timer's status, to the nanosecond") func turn()
    throws
  {
    var hardware = Self.acpi()
    #expect(hardware.nextDeadline(after: 0) == nil)
    Self.write(2, 2, 1, &hardware)
    let first = try #require(hardware.nextDeadline(after: 0))
    // 2^31 ticks.
    #expect(first == 599_932_015_941)
    #expect(Self.read(8, 4, &hardware, at: first - 1) == 0x7FFF_FFFF)
    #expect(!hardware.sciLine)
    hardware.advance(to: first)
    #expect(hardware.sciLine)
    #expect(Self.read(8, 4, &hardware, at: first) == 0x8000_0000)
    #expect(hardware.nextDeadline(after: first) == nil)
    Self.write(0, 2, 1, &hardware, at: first)
    #expect(!hardware.sciLine)
    let second = try #require(hardware.nextDeadline(after: first))
    #expect(second == 1_199_864_031_882)
    #expect(hardware.nextDeadline(after: second + 3) == second + 3)
    hardware.advance(to: second + 3)
    #expect(hardware.sciLine)
  }

  @Test("4.8.3.3: no turn is promised twice where the clock goes backwards") func backwards() throws
  {
    var hardware = Self.acpi()
    Self.write(2, 2, 1, &hardware)
    let first = try #require(hardware.nextDeadline(after: 0))
    hardware.advance(to: first)
    Self.write(0, 2, 1, &hardware, at: first)
    hardware.advance(to: first - 1000)
    #expect(hardware.nextDeadline(after: first - 1000) == 1_199_864_031_882)
  }

  @Test("4.8.3.1: no rise is promised of an SCI that is up for another event") func alreadyUp() {
    var hardware = Self.acpi()
    Self.write(2, 2, 0x0101, &hardware)
    hardware.pressPowerButton(now: 0)
    #expect(hardware.sciLine)
    #expect(hardware.nextDeadline(after: 0) == nil)
    Self.write(0, 2, 0x0100, &hardware)
    #expect(hardware.nextDeadline(after: 0) != nil)
  }

  @Test("Any time is a time") func extremes() {
    var hardware = Self.acpi()
    Self.write(2, 2, 1, &hardware)
    #expect(hardware.nextDeadline(after: .max) == .max)
    #expect(Self.read(8, 4, &hardware, at: .max) != .max)
    Self.write(0, 2, 0xFFFF, &hardware, at: .max)
    #expect(hardware.nextDeadline(after: .max) == .max)
    // A clock that goes backwards sets nothing.
    hardware.advance(to: 0)
    #expect(!hardware.sciLine)
  }
}
