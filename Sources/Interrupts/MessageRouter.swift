public import Rendezvous

/// From a destination to the vcpus that it names. Pure functions: the caller hands in how to read the
/// routing of a vcpu, and is told nothing that was not in those values.
public enum MessageRouter {
  /// The vcpus of `0 ..< count` that a destination names: O(count). A globally disabled APIC is never
  /// named, by no shorthand either; a sender is never one.
  ///
  /// - Parameters:
  ///   - destination: the destination, 8-bit ones widened (``DestinationMatch/widened(_:mode:)``); means
  ///     nothing with a shorthand.
  ///   - mode: how it is compared.
  ///   - shorthand: the targets, where they are not those of the destination.
  ///   - sender: the sending vcpu, or nil for a device or the operator, to whom `selfOnly` names
  ///     nobody and `allExcludingSelf` everybody.
  ///   - count: the number of vcpus; taken as the nearest of 0 to ``CPUSet/capacity``.
  ///   - routing: the routing of a vcpu of `0 ..< count`.
  @inlinable public static func targets(
    of destination: UInt32, mode: DestinationMode, shorthand: DestinationShorthand, sender: Int?,
    count: Int, routing: (Int) -> LocalAPICRouting
  ) -> CPUSet {
    let count = min(max(count, 0), CPUSet.capacity)
    var result = CPUSet()
    switch shorthand {
    case .none:
      for vcpu in 0..<count
      where DestinationMatch.matches(destination: destination, mode: mode, routing: routing(vcpu)) {
        result.insert(vcpu)
      }
    case .selfOnly:
      if let sender, sender >= 0 && sender < count { result.insert(sender) }
    case .allIncludingSelf, .allExcludingSelf:
      for vcpu in 0..<count where routing(vcpu).mode != .disabled { result.insert(vcpu) }
      if shorthand == .allExcludingSelf, let sender { result.remove(sender) }
    }
    return result
  }

  /// The one vcpu of `set` that a lowest-priority interrupt goes to: of the software-enabled ones that
  /// with the lowest priority class; nil where none is enabled.
  ///
  /// - Parameters:
  ///   - set: the vcpus that the destination names.
  ///   - rotation: a number that the caller counts up; among equals it picks the
  ///     `rotation mod (number of equals)`th, so that they take turns.
  ///   - routing: the routing of a vcpu; asked twice, and where the second answers leave nobody the
  ///     first lowest one of the first pass is taken.
  @inlinable public static func arbitrate(
    _ set: CPUSet, rotation: UInt64, routing: (Int) -> LocalAPICRouting
  ) -> Int? {
    var lowest: UInt8 = 16
    var first: Int?
    var equals: UInt64 = 0
    var next = set.first
    while let vcpu = next {
      next = set.next(atOrAfter: vcpu + 1)
      let candidate = routing(vcpu)
      guard candidate.isSoftwareEnabled else { continue }
      if candidate.priorityClass < lowest {
        lowest = candidate.priorityClass
        first = vcpu
        equals = 1
      } else if candidate.priorityClass == lowest {
        equals += 1
      }
    }
    guard equals > 0 else { return nil }
    var left = rotation % equals
    next = set.first
    while let vcpu = next {
      let candidate = routing(vcpu)
      if candidate.isSoftwareEnabled && candidate.priorityClass == lowest {
        if left == 0 { return vcpu }
        left -= 1
      }
      next = set.next(atOrAfter: vcpu + 1)
    }
    return first
  }
}
