/// What is made to go wrong in a coordinator, for experiments and tests: nothing at first.
public struct RendezvousFaults: Sendable, Equatable {
  var spins = [UInt64](repeating: 0, count: FaultPoint.allCases.count)
  /// Random delays besides the fixed ones, or nil.
  public var schedule: FaultSchedule?
  /// How many of the next notifications are lost.
  public var droppedKicks = 0
  /// How many of the next waits end at once as if their time were up.
  public var earlyTimeouts = 0

  /// No faults.
  public init() {}

  /// How long each arrival at `point` spins, nanoseconds; at most a second.
  public subscript(spinNanoseconds point: FaultPoint) -> UInt64 {
    get { spins[Int(point.rawValue)] }
    set { spins[Int(point.rawValue)] = min(newValue, 1_000_000_000) }
  }

  /// Whether a look before guest entry is held up, so that it must take the long way.
  var delaysLook: Bool { self[spinNanoseconds: .afterCheck] != 0 || schedule != nil }
}

extension RendezvousCoordinator {
  /// Makes `faults` happen from now on, instead of those before. Takes the lock: not for vcpus.
  ///
  /// Without faults this costs vcpus nothing: the two usual looks before guest entry have no fault point in
  /// them. Only while a fault point after the look is in use does every look take the way of the rare ones.
  public func setFaults(_ faults: RendezvousFaults) {
    locked { state in
      gate.adopt(faults)
      request.adopt(state.policy)
    }
  }
}
