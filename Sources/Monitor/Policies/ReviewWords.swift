import Rendezvous

/// What review D37390 of FreeBSD said of each design, in our own words; what came of it later has its
/// own number. A paragraph each.
enum ReviewWords {
  static func paragraphs(_ policy: RendezvousPolicy) -> [String] {
    var paragraphs = [check(policy)]
    switch policy.check {
    case .anyFunction, .notEmpty: paragraphs.append(stall)
    case .member, .lockedMember, .functionAndMember, .memberAndFunction: break
    case .firstWord: break
    }
    if policy.publishOrder == .functionThenRequest {
      paragraphs.append(
        "Function first, then the members (D37390, a version with barriers): who sees its bit finds "
          + "the function too, so there is neither an early exit nor a failed assertion. A reviewer "
          + "held against it that members named earlier are seen by those about to enter anyway, "
          + "which saves kicks.")
    }
    if policy.check != .anyFunction && !policy.clearsRequest {
      paragraphs.append(
        "The set is not emptied at completion: D37390 added just that. Without it a member finds "
          + "its old bit again before each entry and never returns to the guest.")
    }
    if policy.assertion == .kept {
      paragraphs.append(
        "The assertion stands. In bhyve it brought the host down; D37417 removed it. Here a failure "
          + "is recorded and survived.")
    }
    if policy.setWidth == .firstWord {
      paragraphs.append(
        "Only one word of the set is written. A reviewer of D37390 found that an atomic set "
          + "operation would do that: vcpus from 64 on are left out, and nobody notices.")
    }
    paragraphs.append(halt(policy))
    if policy.triggerModeFilter == .levelOnly {
      paragraphs.append(
        "Only a level entry can change a trigger mode, so a rewrite from edge to edge needs no "
          + "meeting. The review did not discuss it; freebsd-src pull request 1838 (2025) is about "
          + "such storms.")
    }
    return paragraphs
  }

  private static let stall =
    "What it costs: not the exit, but the sleep. A bystander in the handler waits until the "
    + "last member has come, as long as that takes. With all vcpus as members there are no "
    + "bystanders, and no check helps."

  private static func check(_ policy: RendezvousPolicy) -> String {
    switch policy.check {
    case .anyFunction:
      "bhyve before D37390: a vcpu about to enter looks whether any rendezvous has a function, and "
        + "comes out even if it is no member. If that rendezvous ends in between, the exit finds "
        + "nothing to do, and an assertion fires. Two reviewers took spurious exits for rare and "
        + "wanted only the assertion relaxed, which became D37417. In 2025 freebsd-src pull "
        + "request 1838 reported about 70 % of core time in the rendezvous handler, under guests "
        + "that rewrite redirection entries: not rare, but there every vcpu is a member."
    case .lockedMember:
      "The first version of D37390: ask for the own bit under the rendezvous lock. Exact, but that "
        + "lock may sleep and the check runs where nothing may: the kernel's lock checker panics. "
        + "A reviewer also called a lock at every entry a bottleneck with many vcpus."
    case .member: member(policy)
    case .notEmpty:
      "A suggestion in D37390: come out if the set is not empty. The author's answer: that asks "
        + "whether anybody is wanted, not whether this vcpu is, and reads every word of the set."
    case .firstWord:
      "What a read of one word would mean now that the set has several, the reason for a question "
        + "in D37390: vcpus from 64 on never see that they are wanted and the rendezvous hangs; "
        + "the others come out for anybody among 0-63."
    case .functionAndMember:
      "A suggestion in D37390: look at the function first and at the own bit only if there is one, "
        + "which saves looks at the set. Two others found it too complicated. With the assertion "
        + "kept it can fire: the function of one rendezvous, the bit of the next."
    case .memberAndFunction:
      "A suggestion in D37390, read the other way round: the own bit first, then the function. Two "
        + "others found the double look too complicated."
    }
  }

  private static func member(_ policy: RendezvousPolicy) -> String {
    if policy.publishOrder == .functionThenRequest {
      return "A version of D37390 with barriers: a vcpu looks at its own bit alone."
    }
    if policy.assertion == .kept {
      return "A version of D37390: a vcpu looks at its own bit. Members are stored before the "
        + "function, so a member can see its bit when the function is not there yet, and the "
        + "assertion fires. A reviewer called the order wrong."
    }
    let what =
      policy.clearsRequest
      ? "What D37390 landed, as 892feec2211d" : "What D37390 landed, but for the emptied set"
    return what
      + ": a vcpu looks at its own bit alone, without lock or barrier. The argument of the "
      + "review: a bit not seen yet is made up for by the kick that follows it, a stale one by the "
      + "handler, which looks again under the lock. Bystanders stay in the guest."
  }

  private static func halt(_ policy: RendezvousPolicy) -> String {
    switch policy.haltTest {
    case .anyFunction:
      policy.check == .anyFunction
        ? "HLT asks the same question: a vcpu that halts during somebody's rendezvous comes out "
          + "once and waits with the rest."
        : "D37390 left HLT as it was: it still asks for any rendezvous, so a bystander that halts "
          + "neither sleeps nor waits: it spins until the end (SPINS)."
    case .member: "HLT asks for the own bit, which bhyve does not: bystanders go on sleeping."
    case .none:
      "HLT does not look at all: a halted member is found only by the time-out of the wait."
    }
  }
}
