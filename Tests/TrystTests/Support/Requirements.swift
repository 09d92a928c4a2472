import Foundation
import Testing

/// The KVM device, without which most of these tests can show nothing.
enum KVMDevice {
  static let isUsable: Bool = {
    if access("/dev/kvm", R_OK | W_OK) == 0 { return true }
    FileHandle.standardError.write(Data("SKIPPED: no /dev/kvm\n".utf8))
    return false
  }()
}

extension Trait where Self == ConditionTrait {
  /// Skips, and says so, where there is no KVM.
  static var needsKVM: Self { .enabled(if: KVMDevice.isUsable, "SKIPPED: no /dev/kvm") }
}

/// Something that the tests themselves cannot do without.
struct Missing: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Something awaited that did not come.
struct TimedOut: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Asks again and again until `look` gives something, often at first. Neither a screen nor /proc tells when it
/// changes: looking is the only event there is. Long, because the machine may be busy.
@discardableResult
func awaiting<Result>(
  _ what: String, seconds: Double = 40, look: () async throws -> Result?
) async throws -> Result {
  let end = ContinuousClock.now + .seconds(seconds)
  var pause = 1
  while true {
    if let result = try await look() { return result }
    if ContinuousClock.now > end { throw TimedOut("waited \(seconds) s for \(what)") }
    try await Task.sleep(for: .milliseconds(pause))
    pause = min(pause * 2, 20)
  }
}

/// `#expect(found == wanted)` for what has to be awaited.
func expect<Value: Equatable & Sendable>(
  _ found: Value, is wanted: Value, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found == wanted, sourceLocation: sourceLocation)
}
