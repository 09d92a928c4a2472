import Foundation

/// The program under test: the real binary, which the package builds beside the test runner.
enum Program {
  /// The folder that both are in.
  static let folder: String = {
    let runner =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "."
    return URL(fileURLWithPath: runner).deletingLastPathComponent().path
  }()
  static let path = folder + "/tryst"

  /// What every run gets: nothing of the caller's that changes what is shown.
  static let environment: [String: String] = {
    var result = ProcessInfo.processInfo.environment
    for name in ["LC_ALL", "LC_CTYPE", "NO_COLOR", "XDG_DATA_DIRS", "TRYST_THEME"] {
      result[name] = nil
    }
    result["LANG"] = "C.UTF-8"
    result["TERM"] = "screen-256color"
    // No themes of the user's.
    result["XDG_CONFIG_HOME"] = "/nonexistent"
    result["SWIFT_BACKTRACE"] = "interactive=no,color=no"
    return result
  }()
}
