import Telemetry
import Themes

/// What the grid of vcpus shows of each.
enum GridColor: Int, CaseIterable, Sendable {
  case state, exits, stall, received, sent, rendezvous

  /// The word in the title.
  var title: String {
    switch self {
    case .state: "state"
    case .exits: "exits/s"
    case .stall: "stall µs"
    case .received: "→IPI"
    case .sent: "IPI→"
    case .rendezvous: "rdv"
    }
  }

  /// The next one, round and round.
  var next: GridColor { GridColor(rawValue: rawValue + 1) ?? .state }

  /// The value of the vcpu in place `index`; states have none.
  func value(_ index: Int, _ recording: Recording) -> Double {
    let vcpu = recording.snapshot.vcpus[index]
    return switch self {
    case .state: 0
    case .exits: recording.exitRate(index)
    case .stall: Double(vcpu.stallNanoseconds) / 1_000
    case .received: Double(vcpu.ipisReceived)
    case .sent: Double(vcpu.ipisSent.total)
    case .rendezvous: Double(vcpu.rendezvousTaken)
    }
  }

  /// What the lightest shade begins with; each of the next is ten times more.
  private var base: Double {
    switch self {
    case .state, .stall: 1
    case .exits: 10
    case .received, .sent, .rendezvous: 100
    }
  }

  private static let shades: [(glyph: String, role: Role)] = [
    ("░", .heat2), ("▒", .heat4), ("▓", .heat6), ("█", .heat8),
  ]

  /// How a value looks; nothing is blank.
  func shade(_ value: Double) -> (glyph: String, role: Role) {
    guard value.isFinite && value >= 1 else { return (" ", .text) }
    var step = 0
    while step < 3 && value >= base * Self.tens[step + 1] { step += 1 }
    return Self.shades[step]
  }
  private static let tens: [Double] = [1, 10, 100, 1_000]

  /// What the shades mean: "░<100 ▒<1k ▓<10k █more".
  var legend: [Span] {
    if self == .state {
      return [VCPUState.running, .vmm, .kicked, .halted, .waiting, .waitForSIPI, .stopped].flatMap {
        [Span("\($0.letter)", $0.role), Span(" \($0.word)  ", .dim)]
      }
    }
    return Self.shades.enumerated().flatMap { step, shade in
      let limit = step < 3 ? "<" + Quantity.shortCount(UInt64(base * Self.tens[step + 1])) : "more"
      return [Span(shade.glyph, shade.role), Span(limit + " ", .dim)]
    }
  }
}
