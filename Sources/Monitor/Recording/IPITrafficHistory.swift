import Telemetry

/// Who sent IPIs to whom: everything since the start and about the last second of it. Rows that did not
/// change cost nothing; one that did costs its pairs once, not again in each frame.
struct IPITrafficHistory: Sendable {
  /// The vcpus that are kept apart, 0 ..< so many: the most that KVM has.
  static let capacity = 1_024
  /// How far the marks of the window are apart: it is 1 to 1.5 s long.
  private static let markNanoseconds: UInt64 = 500_000_000

  /// By vcpu, up to the last one that sent any.
  var sources: [IPITrafficSource] = []
  /// What was sent to each vcpu by name, by others.
  var received: [WindowedCount] = []
  /// IPIs by mode, `IPIKind.allCases.count` for each vcpu; each IPI counts once.
  var kinds: [WindowedCount] = []
  /// The operator's by mode; no vcpu sent them.
  var injected = Array(repeating: WindowedCount(), count: IPIKind.allCases.count)
  var marks: [UInt64] = []
  var time: UInt64 = 0
  /// What came since they were last taken.
  private(set) var steps: [IPITrafficStep] = []
  /// The room in which steps are put together.
  private var writer = IPITrafficStep.Writer()

  /// The length of the window in seconds; 0 before anything can be said about rates.
  var seconds: Double {
    guard let oldest = marks.first, time > oldest else { return 0 }
    return Double(time - oldest) / 1e9
  }

  /// The row of `source`; empty where it never sent any.
  func source(_ source: Int) -> IPITrafficSource {
    sources.indices.contains(source) ? sources[source] : IPITrafficSource()
  }

  /// What `vcpu` was sent by name, by others.
  func received(_ vcpu: Int) -> WindowedCount {
    received.indices.contains(vcpu) ? received[vcpu] : WindowedCount()
  }

  /// What `source` sent of `kind`.
  func count(_ kind: IPIKind, of source: Int) -> WindowedCount {
    let place = source * IPIKind.allCases.count + Int(kind.rawValue)
    return kinds.indices.contains(place) ? kinds[place] : WindowedCount()
  }

  /// What the operator injected of `kind`.
  func injected(_ kind: IPIKind) -> WindowedCount { injected[Int(kind.rawValue)] }

  /// Takes a snapshot's rows.
  mutating func absorb(_ next: Snapshot) {
    let now = next.timeNanoseconds
    let isFirst = marks.isEmpty
    writer.begin()
    // In place, through spans: a row that is taken out of its array, or passed on, has two arrays to retain.
    let rows = next.traffic.span
    for index in rows.indices where rows[index].source >= 0 && rows[index].source < Self.capacity {
      take(rows, index)
    }
    take(next.vcpus.span)
    for kind in IPIKind.allCases {
      let place = Int(kind.rawValue)
      writer.add(injected: place, from: injected[place].total, to: next.operatorIPIs[kind])
      injected[place].advance(to: next.operatorIPIs[kind])
    }
    // What was sent before the first snapshot, nobody knows when; and so with a clock that ran back.
    let isReset = isFirst || now < time
    let isMark = !isReset && now - marks[2] >= Self.markNanoseconds
    if isReset {
      change({ $0.forgetRecent(source: $1) }, { $0.forgetRecent() })
      marks = [now, now, now]
    } else if isMark {
      change({ $0.rotate(source: $1) }, { $0.rotate() })
      marks = [marks[1], marks[2], now]
    }
    time = now
    steps.append(
      writer.step(timeNanoseconds: now, marks: marks, isMark: isMark, isReset: isReset))
  }

  /// What came since the last call.
  mutating func takeSteps() -> [IPITrafficStep] {
    defer { steps.removeAll() }
    return steps
  }

  private mutating func take(_ rows: Swift.Span<IPITrafficRow>, _ index: Int) {
    let source = rows[index].source
    while sources.count <= source { sources.append(IPITrafficSource()) }
    writer.beginRow(
      source, broadcasts: rows[index].broadcasts &- sources[source].broadcasts.total)
    sources[source].broadcasts.advance(to: rows[index].broadcasts)
    sources[source].take(
      source, rows[index].pairs.span, rows[index].vectors.span, limit: Self.capacity, &writer
    ) { destination, step in
      while received.count <= destination { received.append(WindowedCount()) }
      received[destination].add(step)
    }
  }

  private mutating func take(_ vcpus: Swift.Span<VCPUSnapshot>) {
    let modes = IPIKind.allCases.count
    let rows = min(vcpus.count, Self.capacity)
    while kinds.count < rows * modes { kinds.append(WindowedCount()) }
    Self.take(vcpus.extracting(first: rows), modes, &kinds, &writer)
  }

  /// Takes `modes` counts of each row; there are so many `kinds`.
  private static func take(
    _ vcpus: Swift.Span<VCPUSnapshot>, _ modes: Int, _ kinds: inout [WindowedCount],
    _ writer: inout IPITrafficStep.Writer
  ) {
    var counts = kinds.mutableSpan
    var place = 0
    for index in vcpus.indices {
      // Once: it is copied, whichever of it is read.
      let tally = vcpus[index].ipisSent
      for kind in 0..<modes {
        let sent = tally[rawValue: kind]
        if sent != counts[place].total {
          writer.add(kind: place, from: counts[place].total, to: sent)
          counts[place].advance(to: sent)
        }
        place += 1
      }
    }
  }

  mutating func change(
    _ source: (inout IPITrafficSource, Int) -> Void, _ count: (inout WindowedCount) -> Void
  ) {
    for index in sources.indices { source(&sources[index], index) }
    for index in received.indices { count(&received[index]) }
    for index in kinds.indices { count(&kinds[index]) }
    for index in injected.indices { count(&injected[index]) }
  }
}
