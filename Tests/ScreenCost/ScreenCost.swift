import Foundation

/// What the screen costs, beside htop and btop in the same run, against the budgets of the design.
///
/// `swift build -c release && swift run -c release ScreenCost` prints the table and fails where a budget is
/// missed. `--seconds N` is how long each program is watched in a turn (4), `--rounds N` how many turns (3);
/// with `--counts` a missed time or percentage is printed and does not fail, with `--no-machine` only the
/// made-up guests are measured. Status: 0, 1 a budget was missed or nothing could be measured, 64 not understood.
@main
enum ScreenCost {
  static func main() {
    do {
      let settings = try Settings(Array(CommandLine.arguments.dropFirst()))
      let result = Result { try measure(settings) }
      try? FileManager.default.removeItem(atPath: settings.home)
      exit(try result.get() ? 0 : 1)
    } catch {
      FileHandle.standardError.write(Data("ScreenCost: \(error)\n".utf8))
      exit(error is Misuse ? 64 : 1)
    }
  }

  /// True where all budgets hold.
  private static func measure(_ settings: Settings) throws -> Bool {
    var report = Report(judgesTimes: settings.judgesTimes)
    try LargeGuest(settings: settings).measure(&report)
    if settings.hasMachine && access("/dev/kvm", R_OK | W_OK) != 0 {
      print("SKIPPED: no /dev/kvm")
    } else if settings.hasMachine {
      let steady = SteadyCost(settings: settings)
      try steady.measure(&report)
      try steady.measureFrozen(&report)
      try Reactions(settings: settings).measure(&report)
      try steady.measureMemory(&report)
    }
    print(report.isGood ? "\nall budgets hold" : "\na budget was MISSED")
    return report.isGood
  }
}

/// Options that are not understood.
struct Misuse: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// How long to measure, and what.
struct Settings {
  /// How long a program is watched in a turn, ns.
  var nanoseconds: UInt64 = 4_000_000_000
  /// Whether a missed time fails.
  var judgesTimes = true
  /// Whether real guests are measured, too.
  var hasMachine = true
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
      func number() throws -> Int {
        guard let value = rest.popFirst().flatMap({ Int($0) }), (1...600).contains(value) else {
          throw Misuse("\(option) needs a number from 1 to 600")
        }
        return value
      }
      switch option {
      case "--counts": judgesTimes = false
      case "--no-machine": hasMachine = false
      case "--seconds": nanoseconds = UInt64(try number()) * 1_000_000_000
      case "--rounds": rounds = try number()
      default:
        throw Misuse(
          "\(option) is unknown; there are --seconds, --rounds, --counts and --no-machine")
      }
    }
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let program = URL(fileURLWithPath: own).deletingLastPathComponent().path + "/tryst"
    guard !hasMachine || FileManager.default.isExecutableFile(atPath: program) else {
      throw Trouble("there is no \(program): build it by swift build -c release")
    }
    tryst = [program, "run", "--cpus", "16", "--scenario", "mixed", "--refresh", "10"]
    home = NSTemporaryDirectory() + "screencost-\(getpid())"
    let folder = home + "/btop"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try "update_ms = 100\n".write(toFile: folder + "/btop.conf", atomically: true, encoding: .utf8)
    for (name, path) in [("htop", "/usr/bin/htop"), ("btop", "/usr/bin/btop")]
    where hasMachine && !FileManager.default.isExecutableFile(atPath: path) {
      print("\(name) is not installed (apt: \(name)): it is left out")
    }
  }
}
