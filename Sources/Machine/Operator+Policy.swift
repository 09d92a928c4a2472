import Commands
import Rendezvous
import Telemetry
import Threads

/// Policies and what they are about. The operator's thread.
extension Operator {
  /// Changes the policy as soon as no rendezvous is in progress; refuses one that can hang the guest where
  /// such are not allowed.
  func setPolicy(_ policy: RendezvousPolicy) {
    if !allowsUnsafePolicies, let refusal = policy.refusal {
      platform.log(.message(refusal))
      return
    }
    let fabric = platform.fabric
    fabric.coordinator.setPolicy(policy)
    let before = policyNow.withLock { now in
      defer { now = policy }
      return now
    }
    // The entries that changed without a rendezvous are told of now.
    if before.triggerModeFilter == .atDelivery && policy.triggerModeFilter != .atDelivery {
      for cell in platform.cells { fabric.members.recomputeTriggerModes(of: cell) }
    }
    platform.log(.policyChanged(policy.preset))
  }
}
