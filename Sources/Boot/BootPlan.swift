/// All that is needed to boot an image: what goes where in memory, and how vcpu 0 starts. Memory is zero
/// before the segments are written; their order does not matter.
public struct BootPlan: Sendable, Equatable {
  /// What the file is.
  public let kind: BootKind
  /// What goes into memory. No two overlap, and all lie in RAM.
  public let segments: [BootSegment]
  /// How vcpu 0 starts.
  public let entry: BootEntry
}
