import Devices
import Testing

/// QEMU documentation, "QEMU Firmware Configuration (fw_cfg) Device".
@Suite("Firmware configuration") struct FirmwareConfigurationTests {
  static func bytes(
    _ item: UInt16, _ count: Int, _ device: inout FirmwareConfiguration
  ) -> [UInt8] {
    _ = device.write(port: 0x510, size: 2, value: UInt32(item), now: 0)
    return (0..<count).map { _ in device.readByte(port: 0x511, now: 0) }
  }

  static func number(_ item: UInt16, _ count: Int, _ device: inout FirmwareConfiguration) -> UInt64
  {
    bytes(item, count, &device).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  static func device() -> FirmwareConfiguration {
    FirmwareConfiguration(cpus: 0x304, memoryBytes: 0x1_2345_6789, commandLine: "a=é")
  }

  @Test("Items that kernels ask for") func items() {
    var device = Self.device()
    #expect(Self.bytes(0x00, 5, &device) == Array("QEMU".utf8) + [0])
    #expect(Self.number(0x01, 4, &device) == 1)
    #expect(Self.number(0x02, 8, &device) == 0)
    #expect(Self.number(0x03, 8, &device) == 0x1_2345_6789)
    #expect(Self.number(0x04, 2, &device) == 1)
    #expect(Self.number(0x05, 2, &device) == 0x304)
    #expect(Self.number(0x0F, 2, &device) == 0x304)
    #expect(Self.number(0x8002, 4, &device) == 1)
    // The directory: no file.
    #expect(Self.bytes(0x19, 4, &device) == [0, 0, 0, 0])
  }

  @Test("The command line and its size, with the zero at its end") func commandLine() {
    var device = Self.device()
    #expect(Self.number(0x14, 4, &device) == 5)
    #expect(Self.bytes(0x15, 7, &device) == Array("a=é".utf8) + [0, 0, 0])
  }

  @Test("Unknown items, and what follows an item, are 0; 0x11 of kvm-unit-tests among them")
  func unknown() {
    var device = Self.device()
    for item: UInt16 in [0x06, 0x11, 0x1A, 0x20, 0x4005, 0x8000, 0xFFFF] {
      #expect(Self.number(item, 8, &device) == 0)
    }
    #expect(Self.bytes(0x03, 20, &device).dropFirst(8).allSatisfy { $0 == 0 })
  }

  @Test("Selecting begins anew; the number of vcpus is one that 16 bits can tell") func selection()
  {
    var device = FirmwareConfiguration(cpus: 70_000, memoryBytes: .max, commandLine: "")
    #expect(Self.number(0x05, 2, &device) == 0xFFFF)
    #expect(Self.number(0x05, 2, &device) == 0xFFFF)
    #expect(Self.number(0x03, 8, &device) == .max)
    #expect(Self.number(0x14, 4, &device) == 1)
    var none = FirmwareConfiguration(cpus: -1, memoryBytes: 0, commandLine: "")
    #expect(Self.number(0x05, 2, &none) == 0)
  }

  @Test("Other accesses: defined, and without effect") func accesses() {
    var device = Self.device()
    #expect(device.write(port: 0x510, size: 4, value: 0xFFFF_0005, now: 0) == .none)
    // A byte selects nothing, and data are not written.
    #expect(device.write(port: 0x510, size: 1, value: 0, now: 0) == .none)
    #expect(device.write(port: 0x511, size: 2, value: 0, now: 0) == .none)
    #expect(device.read(port: 0x511, size: 1, now: 0) == 0x04)
    #expect(device.read(port: 0x510, size: 2, now: 0) == 0x03FF)
    #expect(device.read(port: 0x511, size: 4, now: 0) == 0xFFFF_FF00)
  }
}
