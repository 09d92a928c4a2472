import Devices
import Testing

/// Intel ICH data sheets, "PORT92" and "RST_CNT".
@Suite("Reset control") struct ResetControlTests {
  @Test("Port 0x92: A20, and a reset by bit 0 going high", arguments: UInt8.min...UInt8.max)
  func portA(value: UInt8) {
    var control = ResetControl()
    #expect(control.readByte(port: 0x92, now: 0) == 2)
    #expect(control.isA20Enabled)
    let expected: DeviceEffect = value & 1 != 0 ? .reset : .none
    #expect(control.writeByte(port: 0x92, value: value, now: 0) == expected)
    #expect(control.readByte(port: 0x92, now: 0) == value & 3)
    #expect(control.isA20Enabled == (value & 2 != 0))
    // High already.
    #expect(control.writeByte(port: 0x92, value: value, now: 0) == .none)
  }

  @Test("0xCF9: a reset by bit 2 going high", arguments: UInt8.min...UInt8.max)
  func register(value: UInt8) {
    var control = ResetControl()
    let expected: DeviceEffect = value & 4 != 0 ? .reset : .none
    #expect(control.writeByte(port: 0xCF9, value: value, now: 0) == expected)
    #expect(control.readByte(port: 0xCF9, now: 0) == value & 0xE)
    #expect(control.writeByte(port: 0xCF9, value: value, now: 0) == .none)
    #expect(control.writeByte(port: 0xCF9, value: 0, now: 0) == .none)
    #expect(control.writeByte(port: 0xCF9, value: ResetControl.resetValue, now: 0) == .reset)
  }

  @Test("Linux's way: the kind of reset first, then the reset") func linux() {
    var control = ResetControl()
    let old = control.readByte(port: 0xCF9, now: 0) & ~0x6
    #expect(control.writeByte(port: 0xCF9, value: old | 2, now: 0) == .none)
    #expect(control.writeByte(port: 0xCF9, value: old | 6, now: 0) == .reset)
  }

  @Test("Wide accesses are bytes") func wide() {
    var control = ResetControl()
    #expect(control.read(port: 0x91, size: 4, now: 0) == 0xFFFF_02FF)
    #expect(control.write(port: 0xCF8, size: 2, value: 0x0600, now: 0) == .reset)
    #expect(control.write(port: 0xCF8, size: 1, value: 0xFF, now: 0) == .none)
  }
}
