public import Rendezvous

/// What is measured, and how long.
public struct BenchmarkPlan: Sendable, Equatable {
  /// The sections, in order.
  public var sections: [BenchmarkSection]
  /// The most vcpus.
  public var cpusUpTo: Int
  /// The policies whose rendezvous are measured.
  public var policies: [RendezvousPolicy]
  /// For all sections together, about; nanoseconds.
  public var nanoseconds: UInt64
  /// Whether each figure is taken once, to see that it can be.
  public var isShort: Bool
  /// The KVM device.
  public var device: String

  /// Time where none is given, nanoseconds.
  public static let usualNanoseconds: UInt64 = 120_000_000_000
  /// The most vcpus where none is given.
  public static let usualCPUs = 1024
  /// The most vcpus of a short run.
  public static let shortCPUs = 4

  /// A plan.
  public init(
    sections: [BenchmarkSection] = BenchmarkSection.allCases,
    cpusUpTo: Int = BenchmarkPlan.usualCPUs,
    policies: [RendezvousPolicy] = [.landed, .tryst],
    nanoseconds: UInt64 = BenchmarkPlan.usualNanoseconds, isShort: Bool = false,
    device: String = "/dev/kvm"
  ) {
    self.sections = BenchmarkSection.allCases.filter(sections.contains)
    self.cpusUpTo = cpusUpTo
    self.policies = policies
    self.nanoseconds = nanoseconds
    self.isShort = isShort
    self.device = device
  }

  /// The time of `section`, nanoseconds; none in a short run.
  public func nanoseconds(_ section: BenchmarkSection) -> UInt64 {
    if isShort { return 0 }
    let all = sections.reduce(0) { $0 + $1.weight }
    return all == 0 ? 0 : UInt64(Double(nanoseconds) * section.weight / all)
  }

  /// Numbers of vcpus, from 1, each four times the one before, as far as the plan and `limit` go.
  public func sizes(from first: Int = 1, limit: Int) -> [Int] {
    var sizes: [Int] = []
    var size = first
    while size <= min(cpusUpTo, limit) {
      sizes.append(size)
      size *= 4
    }
    return sizes
  }
}
