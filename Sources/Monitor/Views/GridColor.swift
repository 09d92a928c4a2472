import Telemetry
import Themes

/// What the grid of vcpus shows of each.
enum GridColor: Int, CaseIterable, Sendable {
  case state, exits, stall, lag, spurious, received, sent, rendezvous, priority

  /// The word in the title.
  var title: String {
    switch self {
    case .state: "state"
    case .exits: "exits/s"
    case .stall: "stall µs"
    case .lag: "lag µs"
    case .spurious: "spurious"
    case .received: "→IPI"
    case .sent: "IPI→"
    case .rendezvous: "rdv"
    case .priority: "TPR class"
    }
  }

  /// The next one, round and round.
  var next: GridColor { GridColor(rawValue: rawValue + 1) ?? .state }

  /// The values of all vcpus, in their order; states have none.
  func values(_ recording: Recording) -> [Double] {
    if self == .lag { return recording.memberLags }
    return recording.snapshot.vcpus.indices.map { value($0, recording) }
  }

  /// The value of the vcpu in place `index`; states have none. For all of them ask for ``values(_:)``.
  func value(_ index: Int, _ recording: borrowing Recording) -> Double {
    switch self {
    case .state: 0
    case .exits: recording.exitRate(index)
    case .stall: Double(recording.snapshot.vcpus[index].stallNanoseconds) / 1_000
    case .spurious: Double(recording.snapshot.vcpus[index].spurious)
    case .received: Double(recording.snapshot.vcpus[index].ipisReceived)
    case .sent: Double(recording.snapshot.vcpus[index].ipisSent.total)
    case .lag: recording.memberLags[index]
    case .rendezvous: Double(recording.snapshot.vcpus[index].rendezvousTaken)
    case .priority: Double(recording.snapshot.vcpus[index].taskPriorityClass)
    }
  }

  /// What the lightest shade begins with; each of the next is ten times more.
  private var base: Double {
    switch self {
    case .state, .stall, .spurious, .priority: 1
    case .exits, .lag: 10
    case .received, .sent, .rendezvous: 100
    }
  }

  private static let shades: [(glyph: Unicode.Scalar, role: Role)] = [
    ("░", .heat2), ("▒", .heat4), ("▓", .heat6), ("█", .heat8),
  ]

  /// How a value looks; nothing is blank.
  func shade(_ value: Double) -> (glyph: Unicode.Scalar, role: Role) {
    if self == .priority { return Self.digit(value) }
    return step(value).map { Self.shades[$0] } ?? (" ", .text)
  }

  /// Whether a cell has a letter or a digit, not a shade.
  var hasLetters: Bool { self == .state || self == .priority }

  private static let digits = Array("123456789abcdef".unicodeScalars)

  /// The class of a task priority as the digit that it is in a vector; none where nothing waits for it.
  private static func digit(_ value: Double) -> (glyph: Unicode.Scalar, role: Role) {
    guard value >= 1, value <= Double(digits.count) else { return (" ", .text) }
    let place = Int(value) - 1
    return (digits[place], shades[(place + 1) / 4].role)
  }

  /// The place of the value's shade; nil for none.
  private func step(_ value: Double) -> Int? {
    guard value.isFinite && value >= 1 else { return nil }
    var step = 0
    while step < 3 && value >= base * Self.tens[step + 1] { step += 1 }
    return step
  }
  private static let tens: [Double] = [1, 10, 100, 1_000]

  /// More vcpus than this are also counted by shade: nobody counts so many cells.
  static let countedThreshold = 256

  /// What the shades mean: "░<100 ▒<1k ▓<10k █more"; of many vcpus also how many have each, where that fits
  /// into `width` columns.
  func legend(_ recording: Recording, width: Int) -> [Span] {
    if recording.snapshot.vcpus.count > Self.countedThreshold {
      let spans = legend(recording, isCounted: true)
      if spans.reduce(0, { $0 + CellWidth.columns($1.text) }) <= width { return spans }
    }
    return legend(recording, isCounted: false)
  }

  private func legend(_ recording: Recording, isCounted: Bool) -> [Span] {
    let vcpus = recording.snapshot.vcpus
    if self == .state { return Self.states(vcpus, isCounted: isCounted) }
    if self == .priority {
      return [
        Span("N", .heat6), Span(": vectors of class N and below wait; blank: none does", .dim),
      ]
    }
    var counts = Array(repeating: 0, count: Self.shades.count)
    if isCounted {
      for value in values(recording) {
        if let step = step(value) { counts[step] += 1 }
      }
    }
    var spans = Self.shades.enumerated().flatMap { step, shade in
      let limit = step < 3 ? "<" + Quantity.shortCount(UInt64(base * Self.tens[step + 1])) : "more"
      let count = isCounted ? ": \(counts[step]) " : ""
      return [Span(String(shade.glyph), shade.role), Span("\(limit)\(count) ", .dim)]
    }
    if isCounted { spans.append(Span(" blank: \(vcpus.count - counts.reduce(0, +))", .dim)) }
    return spans
  }

  /// The letters; those of ended vcpus, and of many all letters, only where there are such.
  private static func states(_ vcpus: [VCPUSnapshot], isCounted: Bool) -> [Span] {
    let usual: [VCPUState] = [.running, .vmm, .kicked, .halted, .waiting, .waitForSIPI, .stopped]
    let rare: [VCPUState] = [.fault, .shutdown, .idle]
    // Raw values count up from 0.
    var counts = Array(repeating: 0, count: VCPUState.allCases.count)
    for index in vcpus.indices { counts[Int(vcpus[index].state.rawValue)] += 1 }
    return (rare + usual).flatMap { state -> [Span] in
      let count = counts[Int(state.rawValue)]
      if count == 0 && (isCounted || rare.contains(state)) { return [] }
      let number = isCounted ? " \(count)" : ""
      return [Span("\(state.letter)", state.role), Span(" \(state.word)\(number)  ", .dim)]
    }
  }
}
