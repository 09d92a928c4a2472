import Commands
import ExitLoopSupport
import Foundation
import Glibc
import Machine
import Telemetry

/// What a PIO exit costs us: instructions from one KVM_RUN to the next, counted by single-stepping the
/// real loop on the real KVM, and its time against the same loop in C, by turns in one run.
///
/// `swift run -c release ExitLoop` prints the figures and fails where they exceed the budget.
@main
enum ExitLoop {
  /// outb %al, $0x80; jmp back: every pass is one PIO exit.
  static let program: [UInt8] = [0xe6, 0x80, 0xeb, 0xfc]
  static let instructionBudget: UInt32 = 250
  static let ratioBudget = 1.05

  static func main() throws {
    if CommandLine.arguments.dropFirst().first == "child" { try Child.run() }
    guard access("/dev/kvm", R_OK | W_OK) == 0 else {
      print("SKIPPED: no /dev/kvm")
      exit(0)
    }
    let isFrugal = try Instructions.measure()
    let isFast = try Ratio.measure()
    exit(isFrugal && isFast ? 0 : 1)
  }

  static func machine() throws -> VirtualMachine {
    var configuration = MachineConfiguration()
    configuration.vcpus = 1
    // Where the bootstrap processor starts: page 0x10.
    configuration.overlays[0x10000] = program
    return try VirtualMachine(configuration)
  }
}
