import Telemetry

/// The numbers of the IPI view in the measure that the operator chose.
struct IPIReading {
  /// One line of the list of top talkers.
  struct Talker: Equatable {
    let source: Int
    /// Nil: those to all.
    let destination: Int?
    let count: WindowedCount
    /// Nil for those to all: no count says it.
    let lastVector: UInt8?
  }

  let history: IPITrafficHistory
  let measure: IPIMeasure
  let includesSelf: Bool
  let vcpus: Int

  // MARK: Values: counts, of the window where rates are shown

  /// What `source` sent: pairs, and those to all once each.
  func sent(_ source: Int) -> UInt64 {
    let row = history.source(source)
    let own = includesSelf ? measure.value(row.toSelf) : 0
    return measure.value(row.toOthers) &+ measure.value(row.broadcasts) &+ own
  }

  /// What `vcpu` was sent by name.
  func received(_ vcpu: Int) -> UInt64 {
    let own = includesSelf ? measure.value(history.source(vcpu).toSelf) : 0
    return measure.value(history.received(vcpu)) &+ own
  }

  /// The largest pair, or those to all, of `source`.
  func peak(_ source: Int) -> UInt64 {
    let row = history.source(source)
    let own = includesSelf ? measure.value(row.toSelf) : 0
    return max(measure.value(row.peak), measure.value(row.broadcasts), own)
  }

  /// The IPIs of `source`, each once however many targets it has.
  func ipis(_ source: Int) -> UInt64 {
    IPIKind.allCases.reduce(0) { sum, kind in
      kind == .selfIPI && !includesSelf
        ? sum : sum &+ measure.value(history.count(kind, of: source))
    }
  }

  /// The sources, by number or those with the most IPIs first.
  func sources(busiestFirst: Bool) -> [Int] {
    guard busiestFirst else { return Array(0..<vcpus) }
    let values = (0..<vcpus).map(ipis)
    return (0..<vcpus).sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }
  }

  /// Everything that was sent, each pair and those to all: what shares are shares of.
  var everything: UInt64 { (0..<vcpus).reduce(0) { $0 &+ sent($1) } }

  // MARK: The busiest

  /// The `limit` busiest pairs of `region` (nil: of the machine) and (`toAll`) those to all, busiest first. A row
  /// whose own largest would not come in is not looked through.
  func talkers(_ limit: Int, in region: IPIRegion? = nil, toAll: Bool = true) -> [Talker] {
    guard limit > 0 else { return [] }
    let region = region ?? IPIRegion(vcpus: vcpus)
    var best: [Talker] = []
    func offer(_ talker: Talker) {
      let value = measure.value(talker.count)
      if value == 0 { return }
      if best.count == limit {
        guard let last = best.last, measure.value(last.count) < value else { return }
        best.removeLast()
      }
      var place = best.count
      while place > 0 && measure.value(best[place - 1].count) < value { place -= 1 }
      best.insert(talker, at: place)
    }
    var rows: [(source: Int, peak: UInt64)] = []
    for source in region.sources {
      let peak = peak(source)
      if peak > 0 { rows.append((source, peak)) }
    }
    rows.sort { one, other in
      one.peak != other.peak ? one.peak > other.peak : one.source < other.source
    }
    for (source, peak) in rows {
      if best.count == limit, let last = best.last, measure.value(last.count) >= peak { break }
      let row = history.source(source)
      if toAll {
        offer(Talker(source: source, destination: nil, count: row.broadcasts, lastVector: nil))
      }
      for pair in row.pairs[row.place(of: region.destinations.lowerBound)...] {
        let destination = Int(pair.destination)
        if destination >= region.destinations.upperBound { break }
        if destination == source && !includesSelf { continue }
        offer(
          Talker(
            source: source, destination: destination, count: pair.count,
            lastVector: pair.lastVector))
      }
    }
    return best
  }

  /// The pair from `source`, or its count of those to all.
  func talker(_ source: Int, _ destination: Int?) -> Talker {
    let row = history.source(source)
    guard let destination else {
      return Talker(source: source, destination: nil, count: row.broadcasts, lastVector: nil)
    }
    let pair = row.pair(destination)
    return Talker(
      source: source, destination: destination, count: pair?.count ?? WindowedCount(),
      lastVector: pair?.lastVector)
  }

  /// The busiest pair of a block, or of those to all where `destinations` is nil.
  func busiest(_ sources: Range<Int>, _ destinations: Range<Int>?) -> Talker? {
    guard let destinations else {
      let talkers = sources.map { talker($0, nil) }
      let best = talkers.max { measure.value($0.count) < measure.value($1.count) }
      return best.flatMap { measure.value($0.count) > 0 ? $0 : nil }
    }
    let block = IPIRegion(sources: sources, destinations: destinations)
    return talkers(1, in: block, toAll: false).first
  }

  /// The vectors that `source` sent, the most first.
  func vectors(_ source: Int) -> [IPITrafficSource.Vector] {
    history.source(source).vectors.sorted {
      let (one, other) = (measure.value($0.count), measure.value($1.count))
      if one != other { return one > other }
      return ($1.count.total, $0.vector) < ($0.count.total, $1.vector)
    }
  }

  /// The same in another measure.
  func with(_ measure: IPIMeasure) -> IPIReading {
    IPIReading(history: history, measure: measure, includesSelf: includesSelf, vcpus: vcpus)
  }

  // MARK: Numbers as text

  /// What `value` is to be compared with: per second, or as it is.
  func scaled(_ value: UInt64) -> Double {
    guard measure == .rate else { return Double(value) }
    let seconds = history.seconds
    return seconds > 0 ? Double(value) / seconds : 0
  }

  /// At most 7 columns, `1.23k/s` or `341k`.
  func words(_ value: UInt64) -> String {
    measure == .rate ? Quantity.rate(scaled(value)) + "/s" : Quantity.count(value)
  }

  /// At most 4 columns.
  func short(_ value: UInt64) -> String {
    guard measure == .rate else { return Quantity.shortCount(value) }
    let rate = scaled(value)
    if rate < 9.95 { return Quantity.rate(rate) }
    return Quantity.shortCount(UInt64(min(rate.rounded(), 1e18)))
  }
}
