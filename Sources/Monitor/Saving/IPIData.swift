import Telemetry

/// What `w` saves of the IPI view: the matrix without its zeros, a row a source, with its IPIs by mode and by
/// vector. `recent` is the count of the last `windowSeconds`.
enum IPIData {
  /// Pairs and vectors that are saved at most, of all sources together: a full matrix of 1,024 vcpus has a
  /// million. How many were left out is said.
  static let limit = 65_536

  static func members(_ model: MonitorModel) -> [ReportValue.Member] {
    let history = model.shown.traffic
    var rows: [ReportValue] = []
    var (room, leftOut) = (limit, 0)
    for source in 0..<model.ipiCount {
      let traffic = history.source(source)
      let modes = IPIKind.allCases.filter { history.count($0, of: source).total > 0 }
      if traffic.pairs.isEmpty && traffic.broadcasts.total == 0 && modes.isEmpty { continue }
      let pairs = traffic.pairs.prefix(room)
      room -= pairs.count
      let vectors = traffic.vectors.prefix(room)
      room -= vectors.count
      leftOut += traffic.pairs.count - pairs.count + traffic.vectors.count - vectors.count
      rows.append(
        .object([
          .init("vcpu", .count(source)),
          .init(
            "modes",
            .object(modes.map { .init("\($0)", .object(counts(history.count($0, of: source)))) })),
          .init("toAll", .object(counts(traffic.broadcasts))),
          .init(
            "pairs",
            .list(
              pairs.map {
                .object(
                  [.init("to", .number(UInt64($0.destination)))] + counts($0.count)
                    + [.init("lastVector", .number(UInt64($0.lastVector)))])
              })),
          .init(
            "vectors",
            .list(
              vectors.map {
                .object([.init("vector", .number(UInt64($0.vector)))] + counts($0.count))
              })),
        ]))
    }
    return [
      .init("windowSeconds", .decimal(history.seconds)), .init("sources", .list(rows)),
      .init("leftOut", .count(leftOut)),
      .init("operator", .tally(model.shown.snapshot.operatorIPIs)),
    ]
  }

  private static func counts(_ count: WindowedCount) -> [ReportValue.Member] {
    [.init("total", .number(count.total)), .init("recent", .number(count.recent))]
  }
}
