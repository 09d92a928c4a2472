/// What the demo guest does; the host chooses, at any time.
public enum Scenario: UInt32, Sendable, CaseIterable {
  case idle = 0
  case mixed = 1
  case initStorm = 2
  case rerouteStorm = 3
  case pingPong = 4
  case broadcast = 5
  case haltedCrowd = 6
  case edgeStorm = 7
  case pairInit = 8

  /// The name on the command line, in JSON and on the screen.
  public var name: String {
    switch self {
    case .idle: "idle"
    case .mixed: "mixed"
    case .initStorm: "init-storm"
    case .rerouteStorm: "reroute-storm"
    case .pingPong: "ping-pong"
    case .broadcast: "broadcast"
    case .haltedCrowd: "halted-crowd"
    case .edgeStorm: "edge-storm"
    case .pairInit: "pair-init"
    }
  }

  /// The scenario called `name`, or nil.
  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// One line for help and the chooser.
  public var summary: String {
    switch self {
    case .idle: "every vcpu halted"
    case .mixed: "a few IPIs a second, an INIT every 2 s, a reroute every 3 s"
    case .initStorm: "one AP after the other gets INIT-SIPI-SIPI, the rest do port I/O"
    case .rerouteStorm: "redirection entries rewritten, edge and level"
    case .pingPong: "pairs exchange FIXED IPIs, round trips timed by the guest"
    case .broadcast: "all-but-self IPIs, waiting for every acknowledgement"
    case .haltedCrowd: "bystanders in HLT with timers while one AP is INITed"
    case .edgeStorm: "redirection entries rewritten that stay edge-triggered"
    case .pairInit: "the first and the last vcpu INIT APs at the same time"
    }
  }
}
