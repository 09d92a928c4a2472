import Glibc

/// The seeds that a property test runs through. `TRYST_SEED=17` runs that one alone: what a failure prints.
enum PropertySeeds {
  static func first(_ count: Int) -> [UInt64] {
    // Unsafe: nobody changes the environment while tests run.
    if let text = unsafe getenv("TRYST_SEED"), let seed = UInt64(unsafe String(cString: text)) {
      return [seed]
    }
    return (1...UInt64(count)).map { $0 }
  }

  /// What a failure under `seed` says.
  static func replay(_ seed: UInt64, _ policy: String, _ found: [String]) -> String {
    "\(policy), seed \(seed): \(found.prefix(3).joined(separator: "; ")). "
      + "Replay: TRYST_SEED=\(seed) swift test --filter RendezvousTests"
  }
}
