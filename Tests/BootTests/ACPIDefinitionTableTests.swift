import Boot
import Testing

/// DSDT, read by a walker that knows as much AML as the block may contain (ACPI section 20.2).
@Suite struct ACPIDefinitionTableTests {
  /// What a walk over the block found.
  private struct Namespace {
    var devices: [String: [String: [UInt8]]] = [:]
    var names: [String: [UInt8]] = [:]
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0
    var isAtEnd: Bool { position >= bytes.count }

    mutating func next() throws -> UInt8 {
      try #require(position < bytes.count)
      defer { position += 1 }
      return bytes[position]
    }

    mutating func take(_ count: Int) throws -> [UInt8] {
      try #require(count >= 0 && position + count <= bytes.count)
      defer { position += count }
      return Array(bytes[position..<(position + count)])
    }

    /// What a package holds, its length taken off.
    mutating func package() throws -> [UInt8] {
      let start = position
      let first = try next()
      var length = first >> 6 == 0 ? Int(first & 0x3F) : Int(first & 0xF)
      for index in 0..<Int(first >> 6) { length |= Int(try next()) << (4 + 8 * index) }
      return try take(length - (position - start))
    }

    mutating func name() throws -> String {
      var name = ""
      if try #require(bytes.dropFirst(position).first) == 0x5C {
        name = "\\"
        position += 1
      }
      return name + String(decoding: try take(4), as: UTF8.self)
    }

    /// The bytes of one value.
    mutating func value() throws -> [UInt8] {
      let start = position
      switch try next() {
      case 0, 1: break
      case 0x0A: _ = try take(1)
      case 0x0B: _ = try take(2)
      case 0x0C: _ = try take(4)
      case 0x0D: while try next() != 0 {}
      case 0x11, 0x12: _ = try package()
      case let other: Issue.record("value \(other)")
      }
      return Array(bytes[start..<position])
    }
  }

  private func read(_ bytes: [UInt8], into namespace: inout Namespace, device: String? = nil) throws
  {
    var reader = Reader(bytes: bytes)
    while !reader.isAtEnd {
      switch try reader.next() {
      case 0x08:
        let name = try reader.name()
        let value = try reader.value()
        if let device {
          namespace.devices[device, default: [:]][name] = value
        } else {
          namespace.names[name] = value
        }
      case 0x10:
        var inner = Reader(bytes: try reader.package())
        #expect(try inner.name() == "\\_SB_")
        try read(try inner.take(inner.bytes.count - inner.position), into: &namespace)
      case 0x5B:
        #expect(try reader.next() == 0x82)
        var inner = Reader(bytes: try reader.package())
        let name = try inner.name()
        #expect(namespace.devices[name] == nil, "\(name) twice")
        try read(try inner.take(inner.bytes.count - inner.position), into: &namespace, device: name)
      case let other: Issue.record("opcode \(other)")
      }
    }
  }

  private func namespace(_ vcpus: Int, hasX2APIC: Bool = true) throws -> Namespace {
    let image = SystemTablesImage(
      SystemTables(configuration: SystemTablesConfiguration(vcpus: vcpus, hasX2APIC: hasX2APIC)))
    let body = try image.table(try #require(try image.walk()["DSDT"]), "DSDT")
    var result = Namespace()
    try read(Array(try image.bytes(body.lowerBound, body.count)), into: &result)
    return result
  }

  @Test("S5 is the one sleep state, with the published type")
  func softOff() throws {
    let names = try namespace(1).names
    #expect(names == ["\\_S5_": [0x12, 8, 4, 0x0A, 5, 0x0A, 5, 0, 0]])
  }

  @Test("every processor has a device whose UID is MADT's", arguments: SystemTablesTests.counts)
  func processors(vcpus: Int) throws {
    let hardware: [UInt8] = [0x0D] + Array("ACPI0007".utf8) + [0]
    let found = try namespace(vcpus).devices.values.filter { $0["_HID"] == hardware }
    let ids = try found.map { device in
      let value = try #require(device["_UID"])
      let digits = value.count == 1 ? value : Array(value.dropFirst())
      return digits.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    #expect(ids.sorted() == Array(0..<vcpus))
    let reachable = try namespace(vcpus, hasX2APIC: false).devices.values
    #expect(reachable.filter { $0["_HID"] == hardware }.count == min(255, vcpus))
  }

  @Test("the serial port, the clock and the keyboard have what Linux's drivers ask for")
  func legacy() throws {
    let devices = try namespace(1).devices
    #expect(Set(devices.keys) == ["PIC_", "TIMR", "RTC_", "KBD_", "COM1", "C000"])
    let serial = try #require(devices["COM1"])
    #expect(serial["_HID"] == [0x0C, 0x41, 0xD0, 0x05, 0x01])
    // A buffer of 13 bytes: ports 3F8-3FF, IRQ 4.
    #expect(
      serial["_CRS"]
        == [0x11, 16, 0x0A, 13, 0x47, 1, 0xF8, 3, 0xF8, 3, 1, 8, 0x22, 0x10, 0, 0x79, 0])
    #expect(devices["RTC_"]?["_HID"] == [0x0C, 0x41, 0xD0, 0x0B, 0x00])
    #expect(devices["KBD_"]?["_HID"] == [0x0C, 0x41, 0xD0, 0x03, 0x03])
  }
}
