import Telemetry

@testable import Monitor

extension Fixture {
  /// What `source` of `count` vcpus has sent after `step` steps: much to its neighbours, a little to some
  /// others, a few to all; vcpu 1 sends to itself, and vcpu 9 has one hot destination far away.
  static func traffic(_ source: Int, of count: Int, step: UInt64) -> IPITrafficRow {
    var row = IPITrafficRow(source: source)
    var counts: [Int: UInt64] = [:]
    let pace = UInt64(source * 7 % 5 + 1)
    for distance in 1...3 {
      counts[(source + distance) % count] = (step + 1) * pace * UInt64(40 >> (distance * 2 - 1))
    }
    for other in 0..<6 where (source + other) % 3 == 0 {
      counts[(source * 13 + other * 29 + 5) % count] = step / 5 + 1
    }
    if source == 1 { counts[1] = 5 * (step + 1) }
    if source == 9 && count > 9 { counts[count * 3 / 5] = 190 * (step + 1) }
    if source != 1 { counts[source] = nil }
    row.pairs = counts.sorted { $0.key < $1.key }.map {
      IPITrafficRow.Pair(
        destination: $0.key, count: $0.value, lastVector: $0.key % 4 == 0 ? 0x40 : 0xfd)
    }
    if source % 4 == 0 && count > 1 { row.broadcasts = (step + 1) * (source == 0 ? 3 : 1) }
    let sum = row.pairs.reduce(row.broadcasts) { $0 + $1.count }
    row.vectors = [
      IPITrafficRow.VectorCount(vector: 2, count: nmis(step)),
      IPITrafficRow.VectorCount(vector: 0x40, count: sum / 5 + 1),
      IPITrafficRow.VectorCount(vector: 0xfd, count: sum - sum / 5),
    ]
    return row
  }

  private static func nmis(_ step: UInt64) -> UInt64 { 1 + step / 30 }

  /// The same by mode, as the vcpu counts it.
  static func ipisSent(_ row: IPITrafficRow, step: UInt64) -> Tally<IPIKind> {
    var tally = Tally<IPIKind>()
    tally[.nmi] = nmis(step)
    tally[.selfIPI] = row.pairs.first { $0.destination == row.source }?.count ?? 0
    let others = row.pairs.reduce(row.broadcasts) { $0 + $1.count } - tally[.selfIPI]
    tally[.fixed] = others - min(others, tally[.nmi])
    if row.source == 0 {
      tally[.initIPI] = 100 + step
      tally[.startup] = 200 + step * 2
    }
    if row.source % 5 == 3 { tally[.lowestPriority] = step * 2 }
    return tally
  }

  /// A monitor with the IPI view on the screen, after 16 steps of 100 ms; every third vcpu is quiet.
  static func ipiModel(vcpus count: Int, width: Int = 80, height: Int = 24) -> MonitorModel {
    var model = MonitorModel()
    model.resize(width: width, height: height)
    for step in 24..<40 as Range<UInt64> {
      var next = snapshot(vcpus: count, step: step)
      for source in 0..<count where source % 3 != 2 || step == 24 {
        next.traffic.append(traffic(source, of: count, step: step))
      }
      for source in 0..<count {
        let moment = source % 3 != 2 ? step : 24
        let row = traffic(source, of: count, step: moment)
        next.vcpus[source].ipisSent = ipisSent(row, step: moment)
      }
      next.operatorIPIs[.fixed] = 3 + step / 8
      next.operatorIPIs[.nmi] = 1
      model.absorb(next)
    }
    _ = model.handle(.character("3"))
    return model
  }
}
