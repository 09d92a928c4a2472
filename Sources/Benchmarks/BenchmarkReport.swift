public import Telemetry

/// The bench as JSON. The shape is a contract (schema 1): keys are only ever added; every figure has its unit; what was
/// not measured is in `omitted`, with the reason.
public enum BenchmarkReport {
  /// All of it.
  public static func value(_ state: BenchmarkState) -> ReportValue {
    let host = state.host
    return .object([
      .init("schema", .number(1)), .init("tryst", .text(Version.current)),
      .init("commit", .text(host.commit)), .init("date", .text(host.date)),
      .init("optimized", .flag(host.isOptimized)),
      .init(
        "host",
        .object([
          .init("kvm", .text(host.kvm)), .init("kernel", .text(host.kernel)),
          .init("cpus", .number(UInt64(clamping: host.cpus))),
        ])),
      .init(
        "method",
        .object([
          .init("interleaved", .flag(true)), .init("ratio", .text("median of the turns")),
          .init("short", .flag(state.plan.isShort)),
          .init("cpusUpTo", .number(UInt64(clamping: state.plan.cpusUpTo))),
          .init("nanoseconds", .number(state.plan.nanoseconds)),
        ])),
      .init("sections", .list(state.plan.sections.map { .text($0.rawValue) })),
      .init("complete", .flag(state.isComplete)), .init("problem", .text(state.problem ?? "")),
      .init("elapsedNanoseconds", .number(state.elapsedNanoseconds)),
      .init("figures", .list(state.results.map(figure))),
      .init("omitted", .list(state.omissions.map(omission))),
    ])
  }

  private static func figure(_ result: BenchmarkResult) -> ReportValue {
    var members: [ReportValue.Member] = [
      .init("section", .text(result.section.rawValue)), .init("name", .text(result.name)),
      .init("unit", .text(result.unit.rawValue)),
      .init("vcpus", .number(UInt64(clamping: result.vcpus))),
      .init("latency", .flag(result.isLatency)), .init("ours", spread(result.ours)),
    ]
    if !result.floor.values.isEmpty {
      members += [
        .init("floor", spread(result.floor)), .init("floorName", .text(result.floorName)),
      ]
    }
    if let ratio = result.ratio {
      members += [
        .init("ratio", decimal(ratio)),
        .init("turns", .number(UInt64(clamping: result.ratios.values.count))),
      ]
    }
    if let ratio = result.ratioOfMinima { members.append(.init("ratioOfMinima", decimal(ratio))) }
    members.append(
      .init("counts", .object(result.counts.map { .init($0.name, .number($0.value)) })))
    return .object(members)
  }

  private static func spread(_ samples: BenchmarkSamples) -> ReportValue {
    var members: [ReportValue.Member] = [
      .init("samples", .number(UInt64(clamping: samples.values.count)))
    ]
    if let median = samples.median {
      members.append(.init("p50", decimal(median)))
      for (name, percent) in [("min", 0.0), ("p99", 99), ("max", 100)] {
        members.append(.init(name, decimal(samples.percentile(percent) ?? median)))
      }
    }
    return .object(members)
  }

  private static func omission(_ omission: BenchmarkOmission) -> ReportValue {
    .object([
      .init("section", .text(omission.section.rawValue)), .init("name", .text(omission.name)),
      .init("reason", .text(omission.reason)),
    ])
  }

  /// To four decimals.
  private static func decimal(_ value: Double) -> ReportValue {
    .decimal(value.isFinite ? (value * 10_000).rounded() / 10_000 : 0)
  }
}
