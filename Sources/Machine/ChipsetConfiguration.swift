import Boot
import Devices
import Threads

/// What the board's devices tell of the machine.
struct ChipsetConfiguration: Sendable {
  /// Vcpus.
  var vcpus: Int
  /// Bytes of RAM in all.
  var memoryBytes: UInt64
  /// The kernel's command line.
  var commandLine = ""
  /// Whether the guest is the demo guest, which says at port 0xF4 that it is lost.
  var isDemo: Bool
  /// The services of the BIOS that the guest starts with; nil where it needs none.
  var bios: BIOSServices?

  func makeRealTimeClock(now: UInt64) -> RealTimeClock {
    var clock = RealTimeClock(now: now, unixSeconds: WallClock.unixSeconds())
    clock.setMemory(bytes: memoryBytes)
    clock.setProcessors(vcpus)
    return clock
  }

  func makeFirmwareConfiguration() -> FirmwareConfiguration {
    FirmwareConfiguration(cpus: vcpus, memoryBytes: memoryBytes, commandLine: commandLine)
  }
}
