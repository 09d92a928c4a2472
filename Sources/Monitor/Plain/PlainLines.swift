import Commands
import Rendezvous
public import Telemetry

/// The monitor as lines of text, for screen readers and pipes: nothing but words and numbers, no columns, no
/// signs that are read aloud as such. A plain value; one thread uses it.
///
/// No line holds a control character, whatever the guest is called or says.
public struct PlainLines: Sendable {
  /// What is wrong with a filter, in one line.
  public struct Mistake: Error, Equatable {
    /// The line.
    public let words: String
  }

  private let filter: LogFilter?
  private let isASCII: Bool
  private var last: Sample?

  /// Lines of the events that `filter` lets through, which is one of the log's (empty: of all). `vcpus`: of
  /// the guest. `isASCII`: whether only 0x20 to 0x7e may come out.
  public init(filter: String = "", vcpus: Int, isASCII: Bool) throws(Mistake) {
    do throws(LogFilter.Mistake) {
      self.filter = try LogFilter.parse(filter, vcpus: vcpus)
    } catch { throw Mistake(words: error.words) }
    self.isASCII = isASCII
  }

  /// The first line: what runs.
  public func opening(_ snapshot: Snapshot) -> String {
    line(
      "tryst \(Version.current): guest \(snapshot.guestName), "
        + "\(Self.number(snapshot.vcpus.count, "vcpu")) on \(snapshot.hostKVM), "
        + "policy \(snapshot.policy.preset), scenario \(snapshot.scenario.name)")
  }

  /// A line for each of the events that came with `snapshot`.
  public func events(_ snapshot: Snapshot) -> [String] {
    snapshot.events.filter { filter?.accepts($0) ?? true }.map { entry in
      line("\(Quantity.logTime(entry.timeNanoseconds)) \(PlainWords.event(entry.event))")
    }
  }

  /// How it goes: `0:05 4 vcpus, 412 rendezvous/s, p99 188 us, spurious 37/s, …`. Rates are since the last
  /// such line, at first since the machine's start.
  public mutating func totals(_ snapshot: Snapshot) -> String {
    let now = Sample(snapshot)
    var start = Snapshot()
    start.timeNanoseconds = 0
    let before = last ?? Sample(start)
    last = now
    func rate(_ metric: Metric) -> String {
      Quantity.rate(now.rate(since: before) { $0[metric] }) + "/s"
    }
    let latency = snapshot.rendezvous.latency
    var parts = [
      Self.number(snapshot.vcpus.count, "vcpu"),
      "\(Quantity.rate(now.rate(since: before) { $0[.rendezvous] })) rendezvous/s",
    ]
    if latency.count > 0 {
      parts.append("p50 \(Quantity.duration(latency.p50))")
      parts.append("p99 \(Quantity.duration(latency.p99))")
      parts.append("longest \(Quantity.duration(latency.max))")
    }
    parts += ["spurious \(rate(.spurious))", "IPIs \(rate(.ipis))", "exits \(rate(.exits))"]
    parts.append(PlainWords.states(snapshot))
    for (_, word, value) in TotalsView.alarms(snapshot) where value > 0 {
      parts.append("\(word.lowercased()) \(value)")
    }
    if snapshot.droppedEvents > 0 { parts.append("dropped \(snapshot.droppedEvents) records") }
    return line(Self.time(snapshot.timeNanoseconds) + " " + parts.joined(separator: ", "))
  }

  /// The last line but for the totals: how the guest ended.
  public func ending(_ snapshot: Snapshot) -> String? {
    snapshot.guestEnded.map { line("\(Self.time(snapshot.timeNanoseconds)) guest ended: \($0)") }
  }

  /// Said where lines were not printed, since nobody read them.
  public static func leftOut(_ count: Int) -> String {
    "\(number(count, "line")) left out: the reader is slow"
  }

  private static func number(_ count: Int, _ word: String) -> String {
    "\(count) \(word)\(count == 1 ? "" : "s")"
  }

  /// `3:12`, with hours where there are some.
  private static func time(_ nanoseconds: UInt64) -> String {
    String(Quantity.logTime(nanoseconds).prefix { $0 != "." })
  }

  /// `text` with nothing in it that is not a character of a line.
  private func line(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in PlainWords.spoken(text).unicodeScalars where CellWidth.of(scalar) > 0 {
      result.append(isASCII ? GlyphSet.ascii(scalar.value) : scalar)
    }
    return String(result)
  }
}
