import DeviceTraffic
import FuzzDriver

/// The device models under libFuzzer: each input is a program of accesses (`TrafficOperation`).
///
///     TRYST_FUZZ=1 swift build -c release --product FuzzDevices --scratch-path .build-fuzz
///     mkdir -p .build-fuzz/devices
///     .build-fuzz/release/FuzzDevices -max_total_time=60 .build-fuzz/devices Tests/FuzzDevices/Corpus
///
/// What libFuzzer finds new goes into the first folder; a crash into `crash-…` of the working folder.
@main struct FuzzDevices {
  static func main() { FuzzDriver.run(test) }
}

/// One input: a board of its own runs it, and says which rule a device broke.
@Sendable private func test(_ bytes: [UInt8]) {
  var board = TrafficBoard(bytes)
  board.run()
  if let violation = board.violation { fatalError(violation) }
}
