import Boot
import Glibc
import Testing

extension BootPlan {
  /// The byte of guest memory at `address`, 0 where no segment is.
  func byte(at address: UInt64) -> UInt8 { number(UInt8.self, at: address) }

  /// The number in guest memory at `address`; it lies in one segment, or is 0.
  func number<Number: FixedWidthInteger>(_ type: Number.Type, at address: UInt64) -> Number {
    let home = segments.first {
      address >= $0.address && address - $0.address < UInt64($0.bytes.count)
    }
    guard let home else { return 0 }
    let rest = home.bytes.dropFirst(Int(address - home.address)).prefix(Number.bitWidth / 8)
    return Number(truncatingIfNeeded: rest.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  /// The text in guest memory at `address`, up to a zero byte.
  func text(at address: UInt64) -> String {
    var bytes: [UInt8] = []
    while byte(at: address + UInt64(bytes.count)) != 0, bytes.count < 0x1_0000 {
      bytes.append(byte(at: address + UInt64(bytes.count)))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The segment that begins at `address`.
  func segment(at address: UInt64) -> BootSegment? { segments.first { $0.address == address } }
}

let mebibyte: UInt64 = 1 << 20
let gibibyte: UInt64 = 1 << 30
/// Where the loaders put what they tell the guest.
let information = BootLayout.information

/// A request with 128 MiB.
func makeRequest(_ file: [UInt8], mebibytes: UInt64 = 128) -> BootRequest {
  BootRequest(file: file, memory: MemoryMap(bytes: mebibytes << 20))
}

/// The plan for `request`, which has to keep what plans promise.
func makePlan(
  _ request: BootRequest, sourceLocation: SourceLocation = #_sourceLocation
) throws -> BootPlan {
  let plan = try BootLoader.plan(request)
  #expect(plan.checkInvariants(for: request) == nil, sourceLocation: sourceLocation)
  return plan
}

/// The error for `request`, whose text has to be one line.
func failure(
  _ request: BootRequest, sourceLocation: SourceLocation = #_sourceLocation
) throws -> BootError {
  let error = try #require(throws: BootError.self, sourceLocation: sourceLocation) {
    try BootLoader.plan(request)
  }
  let text = error.description
  #expect(text.count > 20 && !text.contains("\n"), sourceLocation: sourceLocation)
  return error
}

/// The bytes of a file of this machine, or nil.
func contents(of path: String) -> [UInt8]? {
  guard let file = fopen(path, "rb") else { return nil }
  defer { fclose(file) }
  var result: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&block, 1, block.count, file)
    if count == 0 { return result }
    result += block.prefix(count)
  }
}
