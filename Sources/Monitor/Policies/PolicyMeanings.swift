import Rendezvous

extension RendezvousPolicy {
  /// What the value of each of ``dimensions`` means, in their order.
  var meanings: [String] {
    [
      checkMeaning,
      publishOrder == .requestThenFunction
        ? "members are named first, then the function" : "the function first, then its members",
      assertion == .relaxed
        ? "an exit without a rendezvous is counted (D37417)"
        : "an exit without a rendezvous is a failure",
      clearsRequest ? "the set is emptied at completion" : "the set stays after completion",
      haltMeaning,
      injectionOrder == .injectThenCheck
        ? "interrupts first, then the check (Intel)" : "the check first, then interrupts (AMD)",
      filterMeaning,
      setWidth == .full ? "every vcpu can be named" : "only vcpus 0-63 are named: a mutation",
      service == .ownThread
        ? "who sleeps is woken for its part" : "the initiator runs the part of who sleeps",
      waiting == .everybody
        ? "initiator, members and bystanders wait" : "nobody waits: each applies it to itself",
      kickLatch == .latched
        ? "a kick before the entry ends it at once" : "a kick before the entry is lost: a mutation",
      lockAllMeaning,
    ]
  }

  private var checkMeaning: String {
    switch check {
    case .anyFunction: "asks: is any rendezvous in progress?"
    case .lockedMember: "asks for the own bit, under the rendezvous lock"
    case .member: "asks for the own bit, without a lock"
    case .notEmpty: "asks: has the request set any member?"
    case .firstWord: "asks: has the first word of the set a bit?"
    case .functionAndMember: "reads the function, then the own bit"
    case .memberAndFunction: "reads the own bit, then the function"
    }
  }

  private var haltMeaning: String {
    switch haltTest {
    case .anyFunction: "HLT does not sleep while any is in progress"
    case .member: "HLT does not sleep while a member"
    case .none: "HLT sleeps all the same: a mutation"
    }
  }

  private var filterMeaning: String {
    switch triggerModeFilter {
    case .everyChange: "every changed entry makes all vcpus meet"
    case .levelOnly: "only where a level entry is or was"
    case .atDelivery: "never: the mode is taken at delivery"
    }
  }

  private var lockAllMeaning: String {
    switch lockAll {
    case .plain: "who holds all vcpus waits, and may deadlock"
    case .helping: "who holds all vcpus runs their parts (D52968)"
    case .helpingGuarded: "the same, and looks whether one still is"
    }
  }

  /// The name, with a mark that is no colour where the policy has a hazard.
  var marked: String { hazard == nil ? preset : "!" + preset }
}
