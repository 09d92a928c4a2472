// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target of ours: language mode 6 (from the tools version), unsafe constructs marked,
/// no warning tolerated.
let strict: [SwiftSetting] = [
  .strictMemorySafety(), .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
/// Of the rooms whose generic code runs in another room's inner loops: it is compiled there for the types that it
/// has there. Without, each rendezvous looks up types and calls through tables.
let specialized: [SwiftSetting] =
  strict + [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]
/// Tests use Swift Testing, whose macros expand to code that strict memory safety cannot judge.
let tests: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "tryst",
  products: [.executable(name: "tryst", targets: ["tryst"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // C and assembly. No pkg-config for ncurses: Debian's .pc carries flags that SwiftPM refuses.
    .target(name: "CKVM"),
    .systemLibrary(name: "CCurses", providers: [.apt(["libncurses-dev"])]),
    .target(name: "CTerminalGuard"),
    .target(name: "DemoGuest"),
    // What tryst is measured against.
    .target(name: "BenchFloor"),
    // The rooms, in the order in which they may import each other.
    .target(name: "Threads", dependencies: ["CKVM"], swiftSettings: specialized),
    .target(name: "KVM", dependencies: ["CKVM"], swiftSettings: strict),
    .target(name: "Rendezvous", dependencies: ["Threads"], swiftSettings: specialized),
    .target(name: "Interrupts", dependencies: ["Rendezvous"], swiftSettings: strict),
    .target(name: "Devices", swiftSettings: strict),
    .target(name: "Boot", swiftSettings: strict),
    .target(name: "Emulation", swiftSettings: strict),
    .target(name: "Console", swiftSettings: strict),
    .target(name: "Commands", dependencies: ["Rendezvous"], swiftSettings: strict),
    .target(
      name: "Telemetry", dependencies: ["Threads", "Rendezvous", "Commands"], swiftSettings: strict),
    // Explores the protocol's every interleaving.
    .target(name: "Checker", dependencies: ["Rendezvous"], swiftSettings: strict),
    // What policies cost beside each other: experiments, rows, tables.
    .target(
      name: "Comparison", dependencies: ["Rendezvous", "Commands", "Telemetry"],
      swiftSettings: strict),
    .target(
      name: "Machine",
      dependencies: [
        "CKVM", "Threads", "KVM", "Interrupts", "Devices", "Boot", "Emulation", "Rendezvous",
        "Commands", "Telemetry", "DemoGuest",
      ], swiftSettings: strict),
    // What tryst costs beside the least that C needs.
    .target(
      name: "Benchmarks",
      dependencies: [
        "BenchFloor", "CKVM", "Threads", "KVM", "Rendezvous", "Commands", "Telemetry", "Machine",
      ], swiftSettings: strict),
    .target(
      name: "Documents", dependencies: [.product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .target(
      name: "Themes", dependencies: ["Documents", .product(name: "Yams", package: "Yams")],
      path: "Themes",
      resources: [.embedInCode("builtin")], swiftSettings: strict),
    .target(
      name: "Monitor",
      dependencies: [
        "Console", "Documents", "Rendezvous", "Commands", "Telemetry", "Comparison", "Themes",
      ],
      swiftSettings: strict),
    .target(
      name: "Settings",
      dependencies: [
        "Documents", "Rendezvous", "Commands", "Themes", "Monitor",
        .product(name: "Yams", package: "Yams"),
      ], swiftSettings: strict),
    .target(
      name: "Terminal",
      dependencies: ["CCurses", "CTerminalGuard", "Console", "Monitor", "Themes"],
      swiftSettings: strict),
    .executableTarget(
      name: "tryst",
      dependencies: [
        "CKVM", "Threads", "KVM", "Interrupts", "Boot", "Rendezvous", "Commands", "Telemetry",
        "Machine", "Checker", "Comparison", "Benchmarks", "Documents", "Themes", "Console",
        "Monitor", "Settings", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .testTarget(name: "ThreadsTests", dependencies: ["Threads"], swiftSettings: tests),
    // What only tests and measurements run.
    .target(name: "ExitLoopSupport", path: "Tests/ExitLoopSupport"),
    .executableTarget(
      name: "ExitLoop",
      dependencies: ["ExitLoopSupport", "BenchFloor", "CKVM", "Machine", "Commands", "Telemetry"],
      path: "Tests/ExitLoop", swiftSettings: tests),
    .testTarget(
      name: "RendezvousTests", dependencies: ["Rendezvous", "Threads"], swiftSettings: tests),
    .testTarget(
      name: "CheckerTests", dependencies: ["Checker", "Comparison", "Rendezvous", "Threads"],
      swiftSettings: tests),
    .testTarget(
      name: "ComparisonTests", dependencies: ["Comparison", "Rendezvous", "Commands", "Telemetry"],
      swiftSettings: tests),
    .testTarget(
      name: "BenchmarksTests", dependencies: ["Benchmarks", "Rendezvous", "Telemetry"],
      swiftSettings: tests),
    .testTarget(name: "InterruptsTests", dependencies: ["Interrupts"], swiftSettings: tests),
    .testTarget(name: "DevicesTests", dependencies: ["Devices"], swiftSettings: tests),
    // The device models on a board that a program of bytes drives, for tests and the fuzzer.
    .target(
      name: "DeviceTraffic", dependencies: ["Interrupts", "Devices", "Rendezvous"],
      path: "Tests/DeviceTraffic", swiftSettings: tests),
    // What the fuzz targets begin with, and the tests that keep it.
    .target(name: "FuzzCorpus", path: "Tests/FuzzCorpus", swiftSettings: tests),
    .testTarget(
      name: "DeviceTrafficTests", dependencies: ["DeviceTraffic", "FuzzCorpus"],
      swiftSettings: tests),
    .testTarget(name: "BootTests", dependencies: ["Boot", "FuzzCorpus"], swiftSettings: tests),
    // The processor itself, as what the emulation must agree with.
    .target(name: "InstructionOracle", path: "Tests/InstructionOracle"),
    .testTarget(
      name: "EmulationTests", dependencies: ["Emulation", "InstructionOracle"], swiftSettings: tests
    ),
    .testTarget(name: "ConsoleTests", dependencies: ["Console"], swiftSettings: tests),
    .testTarget(name: "CommandsTests", dependencies: ["Commands"], swiftSettings: tests),
    .testTarget(
      name: "TelemetryTests", dependencies: ["Telemetry", "Rendezvous", "Commands", "Threads"],
      swiftSettings: tests),
    .testTarget(name: "ThemesTests", dependencies: ["Documents", "Themes"], swiftSettings: tests),
    .testTarget(
      name: "SettingsTests", dependencies: ["Documents", "Settings", "Monitor"],
      swiftSettings: tests),
    .testTarget(
      name: "MonitorTests", dependencies: ["Monitor"], exclude: ["Goldens"], swiftSettings: tests),
    .testTarget(
      name: "TerminalTests", dependencies: ["Terminal", "Console", "SampleGuest"],
      swiftSettings: tests),
    // A busy guest without a machine, for what tests and measures the screen.
    .target(
      name: "SampleGuest", dependencies: ["Telemetry", "Commands", "Rendezvous"],
      path: "Tests/SampleGuest", swiftSettings: tests),
    .executableTarget(
      name: "ScreenCost", dependencies: ["SampleGuest", "Terminal", "Monitor", "Themes"],
      path: "Tests/ScreenCost", swiftSettings: tests),
    // Guest programs that only tests boot.
    .target(name: "Guests", path: "Tests/Guests"),
    .testTarget(name: "KVMTests", dependencies: ["KVM", "CKVM"], swiftSettings: tests),
    .testTarget(
      name: "MachineTests",
      dependencies: [
        "Machine", "Guests", "DemoGuest", "KVM", "Interrupts", "Rendezvous", "Commands",
        "Telemetry", "Threads",
      ], swiftSettings: tests),
    .testTarget(name: "ArchitectureTests", swiftSettings: tests),
    .testTarget(
      name: "TrystTests",
      dependencies: [
        "tryst", "Machine", "Commands", "Monitor", "Rendezvous", "Telemetry", "Comparison",
        "Benchmarks",
      ],
      swiftSettings: tests),
  ]
)

// TRYST_FUZZ=1 adds the fuzz targets and makes their rooms count what an input covers. Only with it, because
// a room built so links with nothing but libFuzzer: build one product, in its own scratch path (the commands
// are in each target's file).
if Context.environment["TRYST_FUZZ"] == "1" {
  let covered: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer"])]
  package.targets.append(
    .target(name: "FuzzDriver", path: "Tests/FuzzDriver", swiftSettings: tests))
  // What checks the rooms is not counted: it would be most of the time.
  for (name, rooms, checks) in [
    ("FuzzBoot", ["Boot"], []),
    ("FuzzDevices", ["Interrupts", "Devices"], ["DeviceTraffic"]),
  ] {
    for target in package.targets where rooms.contains(target.name) {
      target.swiftSettings = strict + covered
    }
    package.targets.append(
      .executableTarget(
        name: name, dependencies: (rooms + checks + ["FuzzDriver"]).map { .byName(name: $0) },
        path: "Tests/\(name)", exclude: ["Corpus"], swiftSettings: tests + covered,
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]))
  }
}
