import Foundation

/// What the screen costs, beside htop and btop in the same run, against the budgets of the design.
///
/// `swift build -c release && swift run -c release ScreenCost` prints the table and fails where a budget is
/// missed. `--seconds N` is how long each program is watched in a turn (4), `--rounds N` how many turns (3);
/// with `--counts` a missed time or percentage is printed and does not fail.
@main
enum ScreenCost {
  static func main() throws {
    let settings = try Settings(Array(CommandLine.arguments.dropFirst()))
    defer { try? FileManager.default.removeItem(atPath: settings.home) }
    var report = Report(judgesTimes: settings.judgesTimes)
    do {
      try LargeGuest(settings: settings).measure(&report)
      guard access("/dev/kvm", R_OK | W_OK) == 0 else {
        print("SKIPPED: no /dev/kvm")
        exit(report.isGood ? 0 : 1)
      }
      let steady = SteadyCost(settings: settings)
      try steady.measure(&report)
      try steady.measureFrozen(&report)
      try Reactions(settings: settings).measure(&report)
      try steady.measureMemory(&report)
    } catch {
      print("ScreenCost: \(error)")
      exit(1)
    }
    print(report.isGood ? "\nall budgets hold" : "\na budget was MISSED")
    exit(report.isGood ? 0 : 1)
  }
}

/// How long to measure, and what.
struct Settings {
  /// How long a program is watched in a turn, ns.
  var nanoseconds: UInt64 = 4_000_000_000
  /// Whether a missed time fails.
  var judgesTimes = true
  /// Turns of each program.
  var rounds = 3
  /// A folder without anybody's settings.
  let home: String
  /// tryst with 16 busy vcpus.
  let tryst: [String]

  /// How often a reaction is timed.
  var repetitions: Int { rounds * 5 }
  /// Samples of the guest without a machine.
  var steps: Int { rounds * 60 }

  /// What is compared: those that are installed.
  var commands: [(name: String, arguments: [String])] {
    let others = [("htop", ["/usr/bin/htop", "-d", "1"]), ("btop", ["/usr/bin/btop"])]
    return [("tryst", tryst)]
      + others.filter { FileManager.default.isExecutableFile(atPath: $0.1[0]) }
  }

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      if option == "--counts" {
        judgesTimes = false
        continue
      }
      guard let value = rest.popFirst().flatMap({ Int($0) }), (1...600).contains(value) else {
        throw Trouble("\(option) needs a number from 1 to 600")
      }
      switch option {
      case "--seconds": nanoseconds = UInt64(value) * 1_000_000_000
      case "--rounds": rounds = value
      default: throw Trouble("\(option) is unknown; there are --seconds, --rounds and --counts")
      }
    }
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let program = URL(fileURLWithPath: own).deletingLastPathComponent().path + "/tryst"
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw Trouble("there is no \(program): build it by swift build -c release")
    }
    tryst = [program, "run", "--cpus", "16", "--scenario", "mixed", "--refresh", "10"]
    home = NSTemporaryDirectory() + "screencost-\(getpid())"
    let folder = home + "/btop"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try "update_ms = 100\n".write(toFile: folder + "/btop.conf", atomically: true, encoding: .utf8)
    for (name, path) in [("htop", "/usr/bin/htop"), ("btop", "/usr/bin/btop")]
    where !FileManager.default.isExecutableFile(atPath: path) {
      print("\(name) is not installed (apt: \(name)): it is left out")
    }
  }
}
