import Devices
import Testing

/// PCI Local Bus Specification 3.0, section 3.2.2.3.2.
@Suite("PCI configuration") struct PCIConfigurationTests {
  static func read(_ address: UInt32, _ pci: inout PCIConfiguration) -> UInt32 {
    _ = pci.write(port: 0xCF8, size: 4, value: address, now: 0)
    return pci.read(port: 0xCFC, size: 4, now: 0)
  }

  @Test("The address register keeps enable, bus, device, function and register") func address() {
    var pci = PCIConfiguration()
    #expect(pci.read(port: 0xCF8, size: 4, now: 0) == 0)
    for (written, kept): (UInt32, UInt32) in [
      (0x8000_0000, 0x8000_0000), (.max, 0x80FF_FFFC), (0xFF00_0001, 0x8000_0000), (0x3, 0),
    ] {
      #expect(pci.write(port: 0xCF8, size: 4, value: written, now: 0) == .none)
      #expect(pci.read(port: 0xCF8, size: 4, now: 0) == kept)
      #expect(pci.address == kept)
    }
  }

  @Test("The address register has no bytes") func bytes() {
    var pci = PCIConfiguration()
    _ = pci.write(port: 0xCF8, size: 4, value: 0x8000_1234, now: 0)
    for port: UInt16 in 0xCF8...0xCFB {
      #expect(pci.read(port: port, size: 1, now: 0) == 0xFF)
      #expect(pci.write(port: port, size: 1, value: 1, now: 0) == .none)
      _ = pci.write(port: port, size: 2, value: 0, now: 0)
    }
    #expect(pci.read(port: 0xCF8, size: 2, now: 0) == 0xFFFF)
    #expect(pci.address == 0x8000_1234)
  }

  @Test("Linux's pci_check_type1 finds the mechanism and a host bridge") func linux() {
    var pci = PCIConfiguration()
    _ = pci.write(port: 0xCFB, size: 1, value: 1, now: 0)
    let old = pci.read(port: 0xCF8, size: 4, now: 0)
    _ = pci.write(port: 0xCF8, size: 4, value: 0x8000_0000, now: 0)
    #expect(pci.read(port: 0xCF8, size: 4, now: 0) == 0x8000_0000)
    _ = pci.write(port: 0xCF8, size: 4, value: 0x8000_0008, now: 0)
    #expect(pci.read(port: 0xCFE, size: 2, now: 0) == 0x0600)
    _ = pci.write(port: 0xCF8, size: 4, value: old, now: 0)
    #expect(pci.address == 0)
  }

  @Test("The bridge: an id, a class, no function but 0, no base address, nothing to write")
  func bridge() {
    var pci = PCIConfiguration()
    #expect(Self.read(0x8000_0000, &pci) == PCIConfiguration.hostBridgeID)
    #expect(pci.read(port: 0xCFC, size: 2, now: 0) == 0x1B36)
    #expect(pci.read(port: 0xCFD, size: 1, now: 0) == 0x1B)
    #expect(pci.read(port: 0xCFE, size: 4, now: 0) == 0xFFFF_0008)
    for register in stride(from: UInt32(4), to: 256, by: 4) where register != 8 {
      #expect(Self.read(0x8000_0000 | register, &pci) == 0)
      #expect(pci.write(port: 0xCFC, size: 4, value: .max, now: 0) == .none)
      #expect(pci.read(port: 0xCFC, size: 4, now: 0) == 0)
    }
    for function in UInt32(1)..<8 { #expect(Self.read(0x8000_0000 | function << 8, &pci) == .max) }
  }

  @Test("Nothing is anywhere else, and nothing at all where the mechanism is off") func empty() {
    var pci = PCIConfiguration()
    var bare = PCIConfiguration(hasHostBridge: false)
    for bus: UInt32 in [0, 1, 255] {
      for device in UInt32(0)..<32 {
        let address = 0x8000_0000 | bus << 16 | device << 11
        if bus | device != 0 { #expect(Self.read(address, &pci) == .max) }
        #expect(Self.read(address, &bare) == .max)
      }
    }
    #expect(Self.read(0, &pci) == .max)
    #expect(bare.read(port: 0xCFF, size: 4, now: 0) == .max)
  }
}
