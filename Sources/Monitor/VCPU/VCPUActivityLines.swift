import Rendezvous
import Telemetry
import Themes

/// What a vcpu did: its share of the rendezvous, its counters, its exits.
enum VCPUActivityLines {
  /// One counter: its name, its value, and whether that is a time.
  private struct Counter {
    let name: String
    var isTime = false
    var isSpurious = false
    let value: @Sendable (VCPUSnapshot) -> UInt64
  }

  /// Two a line, those of the rendezvous first.
  private static let counters: [Counter] = [
    Counter(name: "member") { $0.rendezvousExits[.member] },
    Counter(name: "bystander", isSpurious: true) { $0.rendezvousExits[.bystander] },
    Counter(name: "early") { $0.rendezvousExits[.early] },
    Counter(name: "void", isSpurious: true) { $0.rendezvousExits[.void] },
    Counter(name: "stall", isTime: true, isSpurious: true) { $0.stallNanoseconds },
    Counter(name: "halt spins", isSpurious: true) { $0.haltSpins },
    Counter(name: "taken") { $0.rendezvousTaken },
    Counter(name: "assertion") { $0.assertionWouldFire },
    Counter(name: "lock wait", isTime: true) { $0.checkLockWaitNanoseconds },
    Counter(name: "repairs") { $0.repairs },
    Counter(name: "injected") { $0.interruptsInjected },
    Counter(name: "EOIs") { $0.eois },
    Counter(name: "NMIs") { $0.nmisInjected },
    Counter(name: "guest saw") { $0.guestSaw },
    Counter(name: "IPIs sent") { $0.ipisSent.total },
    Counter(name: "IPIs got") { $0.ipisReceived },
    Counter(name: "INITs") { $0.initResets },
    Counter(name: "SIPIs") { $0.startups },
    Counter(name: "no MSR") { $0.unknownMSRs },
    Counter(name: "steps") { $0.singleSteps },
  ]

  /// The counters, as many as the width has columns for in a line: name, total, rate per second.
  static func rendezvous(_ looks: VCPULooks, width: Int) -> [[Span]] {
    let columns = max(1, width / 21)
    return stride(from: 0, to: counters.count, by: columns).map { first in
      counters[first..<min(counters.count, first + columns)].flatMap { item($0, looks) }
    }
  }

  private static func item(_ counter: Counter, _ looks: VCPULooks) -> [Span] {
    let value = counter.value(looks.vcpu)
    let role: Role = value == 0 ? .dim : counter.isSpurious ? .spurious : .text
    let name = Span(" " + counter.name.leftAligned(10), counter.isSpurious ? .spurious : .dim)
    if counter.isTime { return [name, Span(Quantity.duration(value).rightAligned(10), role)] }
    let rate = looks.change.map { Quantity.rate($0.rate(counter.value)) } ?? ""
    return [
      name, Span(Quantity.count(value).rightAligned(5), role), Span(rate.rightAligned(5), .dim),
    ]
  }

  // MARK: Exits

  /// The columns of the exits for a width.
  struct ExitShape {
    let bar: Int
    /// Whether the time and its share have columns.
    let isWide: Bool

    init(width: Int) {
      isWide = width >= 60
      bar = max(0, min(30, width - (isWide ? 49 : 32)))
    }

    /// The titles over the numbers, right-aligned as they are.
    var titles: String {
      "share".rightAligned(5) + "total".rightAligned(6) + "/s".rightAligned(6)
        + "µs each".rightAligned(8)
        + (isWide ? "time".rightAligned(9) + "of ours".rightAligned(8) : "")
    }
  }

  /// A reason a line: share of all exits, rate, and our time after each; in the order of the reasons, since
  /// positions are remembered.
  static func exits(_ looks: VCPULooks, width: Int) -> [[Span]] {
    let vcpu = looks.vcpu
    let shape = ExitShape(width: width)
    let total = vcpu.exits.total
    let ours = vcpu.handlerNanoseconds.total
    let seen = ExitReason.allCases.filter { vcpu.exits[$0] > 0 }
    if seen.isEmpty { return [[Span(" none yet", .dim)]] }
    return seen.map { reason in
      let count = vcpu.exits[reason]
      let share = Double(count) / Double(max(1, total))
      let filled = max(1, min(shape.bar, Int((share * Double(shape.bar)).rounded())))
      let bar = shape.bar == 0 ? "" : String(repeating: "■", count: filled).leftAligned(shape.bar)
      let time = vcpu.handlerNanoseconds[reason]
      var spans = [
        Span(" \(reason.word.leftAligned(6))"), Span(bar, .graph),
        Span("\(Quantity.percent(count, of: total))%".rightAligned(5)),
        Span(Quantity.count(count).rightAligned(6)),
      ]
      let rate = looks.change.map { Quantity.rate($0.rate { $0.exits[reason] }) } ?? ""
      spans.append(Span(rate.rightAligned(6)))
      let each = time == 0 ? "-" : Quantity.microseconds(time / max(1, count))
      spans.append(Span(each.rightAligned(8), time == 0 ? .dim : .text))
      if shape.isWide {
        spans.append(Span(Quantity.duration(time).rightAligned(9)))
        spans.append(Span("\(Quantity.percent(time, of: ours))%".rightAligned(8)))
      }
      return spans
    }
  }

  /// Where the last second or two went: `guest 61%  halted 22%  ours 12%`.
  static func time(_ looks: VCPULooks) -> String {
    guard let change = looks.change else { return "" }
    let guest = change.share(\.guestNanoseconds)
    let halted = change.share(\.haltedNanoseconds)
    // Rounded shares do not add up to more than there is.
    let left = 100 - min(100, guest + halted)
    let ours = min(left, change.share { $0.handlerNanoseconds.total })
    return "guest \(guest)%  halted \(halted)%  ours \(ours)%"
  }
}
