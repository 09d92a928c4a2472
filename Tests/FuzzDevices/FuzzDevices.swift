import DeviceTraffic

/// The device models under libFuzzer: each input is a program of accesses (`TrafficOperation`).
///
///     TRYST_FUZZ=1 swift build -c release --product FuzzDevices --scratch-path .build-fuzz
///     mkdir -p .build-fuzz/devices
///     .build-fuzz/release/FuzzDevices -max_total_time=60 .build-fuzz/devices Tests/FuzzDevices/Corpus
///
/// What libFuzzer finds new goes into the first folder; a crash into `crash-…` of the working folder.
@main struct FuzzDevices {
  /// SwiftPM has its own name for `main`, so libFuzzer's own cannot be used.
  static func main() {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    _ = runDriver(&count, &arguments, testOneInput)
  }
}

/// libFuzzer's loop, which ends the process.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// One input: a board of its own runs it, and says which rule a device broke.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var board = TrafficBoard(Array(UnsafeBufferPointer(start: data, count: size)))
  board.run()
  if let violation = board.violation { fatalError(violation) }
  return 0
}
