import Commands
import Rendezvous
import Testing

@Suite struct TargetExpressionTests {
  static func members(_ text: String, self own: Int = 1, count: Int = 4) throws -> [Int] {
    try TargetExpression.parse(text, self: own, count: count).members
  }

  @Test func grammar() throws {
    #expect(try Self.members("0,2-3") == [0, 2, 3])
    #expect(try Self.members(" 3 , 0x1 2 ") == [1, 2, 3])
    #expect(try Self.members("0 - 2") == [0, 1, 2])
    #expect(try Self.members("0- 1, 3") == [0, 1, 3])
    #expect(try Self.members("all") == [0, 1, 2, 3])
    #expect(try Self.members("Others") == [0, 2, 3])
    #expect(try Self.members("self,3") == [1, 3])
    #expect(try Self.members("2-2,2,2") == [2])
    #expect(try Self.members("0-4095", count: 4096).count == 4096)
  }

  @Test(arguments: [
    ("", TargetError.empty), (" , ", .empty), ("7", .noSuchVCPU(7, count: 4)),
    ("0-4", .noSuchVCPU(4, count: 4)), ("3-1", .reversedRange("3-1")),
    ("x", .notATarget("x")), ("1-", .notATarget("1-")), ("-1", .notATarget("-1")),
    ("1-2-3", .notATarget("1-2-3")), ("1.5", .notATarget("1.5")),
    ("18446744073709551616", .notATarget("18446744073709551616")),
    ("18446744073709551615", .noSuchVCPU(.max, count: 4)), ("all,9", .noSuchVCPU(9, count: 4)),
  ])
  func refusals(text: String, error: TargetError) {
    #expect(throws: error) { try TargetExpression.parse(text, self: 0, count: 4) }
  }

  @Test func refusalsSayWhatIsAllowed() {
    #expect(TargetError.noSuchVCPU(7, count: 4).description == "vcpu 7: this guest has vcpus 0-3")
    #expect(TargetError.noSuchVCPU(1, count: 1).description == "vcpu 1: this guest has vcpu 0 only")
    #expect(throws: TargetError.noOthers) {
      try TargetExpression.parse("others", self: 0, count: 1)
    }
    #expect(throws: TargetError.noSuchVCPU(0, count: 0)) {
      try TargetExpression.parse("all", self: 0, count: 0)
    }
    #expect(throws: TargetError.noSuchVCPU(9, count: 4)) {
      try TargetExpression.parse("self", self: 9, count: 4)
    }
  }

  /// What the screen prints can be typed in again.
  @Test func descriptionsParseBack() throws {
    for mask in 1..<256 {
      let set = CPUSet((0..<8).filter { mask >> $0 & 1 == 1 })
      #expect(try TargetExpression.parse(set.description, self: 0, count: 8) == set)
    }
  }
}

@Suite struct NumberTextTests {
  @Test(arguments: [
    ("0", 0), ("16", 16), ("0x10", 16), ("0XfF", 255), ("007", 7),
    ("18446744073709551615", UInt64.max), ("0xffffffffffffffff", .max),
  ])
  func numbers(text: String, value: UInt64) { #expect(NumberText.parse(text) == value) }

  @Test(arguments: [
    "", "0x", "x", "-1", "+1", "1_0", " 1", "1 ", "ff", "0xg", "1.0", "18446744073709551616",
    "0x10000000000000000", "٣",
  ])
  func noNumbers(text: String) { #expect(NumberText.parse(text) == nil) }

  @Test func hexadecimal() {
    #expect(NumberText.hexadecimal(8) == "0x08")
    #expect(NumberText.hexadecimal(0x1_0040) == "0x10040")
  }
}

@Suite struct InterruptFieldsTests {
  @Test func redirectionEntry() {
    var fields = Injection.RedirectionFields(
      vector: 0x31, deliveryMode: .fixed, destinationMode: .physical, isActiveLow: false,
      isLevelTriggered: false, isMasked: false, destination: 0)
    #expect(fields.value == 0x31)
    fields.deliveryMode = .nmi
    #expect(fields.value == 0x431)
    fields.destinationMode = .logical
    #expect(fields.value == 0xc31)
    fields.isActiveLow = true
    #expect(fields.value == 0x2c31)
    fields.isLevelTriggered = true
    #expect(fields.value == 0xac31)
    fields.isMasked = true
    #expect(fields.value == 0x1ac31)
    fields.destination = 0xfe
    #expect(fields.value == 0xfe00_0000_0001_ac31)
  }

  @Test func messages() {
    #expect(
      Injection.message(
        destination: 0xff, vector: 0x40, deliveryMode: .lowestPriority, destinationMode: .logical)
        == .message(address: 0xfeef_f00c, data: 0x140))
    #expect(
      Injection.message(
        destination: 1, vector: 0x40, deliveryMode: .fixed, destinationMode: .physical)
        == .message(address: 0xfee0_1000, data: 0x40))
  }
}
