/// Where and when a bench ran.
public struct BenchmarkHost: Sendable, Equatable {
  /// KVM's flavour: "kvm_intel", "kvm_amd", "kvm_pvm" or "kvm".
  public var kvm = ""
  /// The kernel's release.
  public var kernel = ""
  /// CPUs that are online.
  public var cpus = 0
  /// What was built, where the caller says so.
  public var commit = ""
  /// UTC, as 2026-01-31T12:00:00Z.
  public var date = ""
  /// Whether the compiler optimized: figures of a debug build say nothing.
  public var isOptimized = true

  /// Nothing known.
  public init() {}
}

/// A bench as far as it has come.
public struct BenchmarkState: Sendable, Equatable {
  /// What is measured.
  public let plan: BenchmarkPlan
  /// Where.
  public var host = BenchmarkHost()
  /// What was found, in order.
  public private(set) var results: [BenchmarkResult] = []
  /// What was not, and why.
  public private(set) var omissions: [BenchmarkOmission] = []
  /// What runs now, in a few words.
  public var progress = ""
  /// How long it has run, nanoseconds.
  public var elapsedNanoseconds: UInt64 = 0
  /// Why it could not go on; one line.
  public var problem: String?
  /// Whether it was ended before its time.
  public var isCut = false
  /// Whether it has ended.
  public var isFinished = false

  /// Nothing measured yet.
  public init(_ plan: BenchmarkPlan) { self.plan = plan }

  /// Takes a figure.
  public mutating func add(_ result: BenchmarkResult) { results.append(result) }

  /// Notes that there is none.
  public mutating func add(_ omission: BenchmarkOmission) { omissions.append(omission) }

  /// Whether everything was measured.
  public var isComplete: Bool { isFinished && !isCut && problem == nil }

  /// What was found in `section`.
  public func results(_ section: BenchmarkSection) -> [BenchmarkResult] {
    results.filter { $0.section == section }
  }
}
