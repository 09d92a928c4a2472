/// libFuzzer's loop under a `main` of ours: SwiftPM has its own name for `main`, so libFuzzer's cannot be
/// used.
public enum FuzzDriver {
  /// Runs `test` on one input after the other; libFuzzer ends the process.
  public static func run(_ test: @escaping @Sendable ([UInt8]) -> Void) {
    input = test
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    _ = runDriver(&count, &arguments, testOneInput)
  }
}

/// What runs an input. Set before the loop begins, by the thread that runs it.
nonisolated(unsafe) private var input: @Sendable ([UInt8]) -> Void = { _ in }

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// One input, under the name that libFuzzer's library wants to be there.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  input(Array(UnsafeBufferPointer(start: data, count: size)))
  return 0
}
