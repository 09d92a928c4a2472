import Guests
import Testing

@testable import Machine

/// The multiboot test kernel with one of its programs: how tests boot a kernel of their own, as the operator
/// boots one.
struct KernelImage {
  /// What vcpu 0 runs.
  var program: Int32
  /// What the vcpus run that vcpu 0 starts.
  var ap: Int32 = KERNEL_SPIN
  /// Vcpus that vcpu 0 starts and waits for, itself included.
  var vcpus = 1
  /// A number for the program.
  var argument: UInt64 = 0
  var commandLine = ""
  var memoryMebibytes = 16

  init(
    _ program: Int32, ap: Int32 = KERNEL_SPIN, vcpus: Int = 1, argument: UInt64 = 0,
    commandLine: String = ""
  ) {
    self.program = program
    self.ap = ap
    self.vcpus = vcpus
    self.argument = argument
    self.commandLine = commandLine
  }

  /// The image with its parameters filled in.
  var bytes: [UInt8] {
    var bytes = [UInt8](UnsafeRawBufferPointer(start: kernel_image(), count: kernel_image_size()))
    var parameters: [UInt8] = []
    for word in [UInt32(program), UInt32(ap), UInt32(vcpus), 0] {
      withUnsafeBytes(of: word) { parameters += $0 }
    }
    withUnsafeBytes(of: argument) { parameters += $0 }
    let start = Int(KERNEL_PARAMETERS)
    bytes.replaceSubrange(start..<start + parameters.count, with: parameters)
    return bytes
  }

  /// A machine that boots it.
  var configuration: MachineConfiguration {
    var configuration = MachineConfiguration()
    configuration.vcpus = vcpus
    configuration.memoryMebibytes = memoryMebibytes
    configuration.kernel = KernelFiles(
      image: bytes, name: "kernel.bin", commandLine: commandLine)
    return configuration
  }
}

extension Guest {
  /// A 64-bit word of a vcpu's results.
  func kernelWord(_ offset: Int32, vcpu: Int = 0) -> UInt64 {
    machine.platform.memory.atomicLoad64(
      at: UInt64(KERNEL_RESULTS) + UInt64(vcpu) << 12 + UInt64(offset))
  }
  /// What a program left.
  func kernelValue(_ number: Int32, vcpu: Int = 0) -> UInt64 {
    kernelWord(KERNEL_VALUES + 8 * number, vcpu: vcpu)
  }
  func kernelValues(_ range: Range<Int32>) -> [UInt64] { range.map { kernelValue($0) } }
  /// Interrupts with `vector` that a vcpu's handler counted.
  func kernelCount(_ vector: Int32, vcpu: Int = 0) -> UInt64 { kernelWord(8 * vector, vcpu: vcpu) }
  /// What a program's access `number` read, and the vector that it raised (all ones: none).
  func kernelTry(_ number: Int32) -> [UInt64] { kernelValues(2 * number..<2 * number + 2) }
  /// The interrupts so far (64 at most): vectors and the addresses that they interrupted.
  var kernelLog: [(vector: UInt64, rip: UInt64)] {
    (0..<min(64, Int32(truncatingIfNeeded: kernelWord(KERNEL_LOGGED)))).map { index in
      let word = kernelWord(KERNEL_LOG + 8 * index)
      return (word >> 56, word & 0xff_ffff_ffff_ffff)
    }
  }
}

/// Boots `kernel` and runs it to its end, which must be a good one.
func run(
  _ kernel: KernelImage, seconds: UInt64 = 60,
  _ body: (Guest) throws -> Void
) throws {
  try withGuest(kernel.configuration) { guest in
    let end = guest.end(within: seconds) ?? "it did not end; \(guest.messages)"
    guard end == "the guest ended with value 0" else {
      throw UnexpectedEnd(what: "\(end) \(guest.messages)")
    }
    #expect(!guest.machine.guestFailed)
    try body(guest)
  }
}
