public import Rendezvous

extension RendezvousPolicy {
  /// What it can do to a guest, as in "it can hang the guest"; nil where it is safe. A way of holding all
  /// vcpus that can deadlock with a rendezvous counts too, though it takes an operator to do it.
  public var danger: String? {
    switch hazard {
    case .hang: "hang the guest"
    case .livelock: "keep vcpus out of the guest for ever"
    case .missingMembers: "complete a rendezvous without some of its members"
    case nil: lockAll == .plain ? "hang the guest" : nil
    }
  }

  /// Why it is refused where unsafe policies are not allowed, one line; nil where it is safe.
  public var refusal: String? {
    danger.map { "policy \(preset) is unsafe (it can \($0)); add --unsafe-policies" }
  }
}
