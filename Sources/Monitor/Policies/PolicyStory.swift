import Rendezvous

/// What a design is, what review D37390 said of it, and what it costs, in our own words. What came of a design
/// later has its own number.
struct PolicyStory: Sendable, Equatable {
  /// In a line of at most 60 columns.
  let gist: String
  /// A paragraph each.
  let said: [String]
  /// A paragraph each.
  let cost: [String]

  /// The story of a preset; of any other design the words that its dimensions have.
  init(_ policy: RendezvousPolicy) {
    let isPreset = RendezvousPolicy.preset(named: policy.preset) == policy
    self =
      isPreset
      ? Self.presets[policy.preset] ?? Self.unsafePresets[policy.preset]
        ?? PolicyStory(composed: policy) : PolicyStory(composed: policy)
  }

  private init(composed policy: RendezvousPolicy) {
    gist = policy.meanings[0]
    said = ReviewWords.paragraphs(policy)
    cost = []
  }

  init(_ gist: String, said: [String], cost: [String]) {
    self.gist = gist
    self.said = said
    self.cost = cost
  }

  static let stall =
    "A bystander that leaves the guest while somebody else's rendezvous lasts sleeps until the last "
    + "member has come: microseconds where that one is in the guest, a millisecond where it is "
    + "parked. Where every vcpu is a member there is no bystander, and no check helps."

  static let presets: [String: PolicyStory] = [
    "baseline": PolicyStory(
      "bhyve before D37390, with the assertion gone (D37417)",
      said: [
        "A vcpu about to enter the guest looks whether any rendezvous has a function, and comes out "
          + "even if it is no member. Two reviewers of D37390 took that for rare enough and wanted "
          + "only the assertion at the exit relaxed, which became D37417: an exit that finds "
          + "nothing to do any more does no harm.",
        "In 2025 freebsd-src PR #1838 reported about 70 % of core time in the rendezvous handler, "
          + "under Windows guests that rewrite redirection entries in storms. Not rare, then; but "
          + "in those storms every vcpu is a member, so that only fewer rendezvous help.",
      ],
      cost: [stall, "HLT asks the same question: who halts meanwhile comes out and waits as well."]),
    "strict": PolicyStory(
      "bhyve before D37390, where an early end is a panic",
      said: [
        "The same look as baseline, and at the exit the assertion that a rendezvous is in progress. "
          + "One that names only some vcpus, as for an INIT, can be over between a bystander's look "
          + "and its exit. Then the assertion fires; a kernel with INVARIANTS panics, the host and "
          + "every guest with it. That race is what D37390 set out to mend."
      ],
      cost: [
        stall,
        "And the panic. Here it is recorded and survived; --stop-on-assertion stops the guest at it.",
      ]),
    "mutex": PolicyStory(
      "the own bit, read under the rendezvous lock",
      said: [
        "The first version of D37390. It is exact: no bystander comes out, no member too early. But "
          + "the lock may sleep, and the look stands where nothing may sleep any more: the kernel's "
          + "lock checker panics, as a trace in the review shows. A reviewer also called a lock at "
          + "each entry a bottleneck where there are many vcpus.",
        "The same mistake came once more in the ICR write of x2APIC; D37452 moved that out of the "
          + "region.",
      ],
      cost: [
        "The lock at every entry into the guest, and a wait for it while members run their parts: "
          + "the lock wait of the vCPU view."
      ]),
    "atomic": PolicyStory(
      "the own bit; members stored first; the assertion kept",
      said: [
        "The second version of D37390: bits set by atomic operations, then the function. A member "
          + "can see its bit while the function is not there yet, and the assertion, which still "
          + "stands, fires. A reviewer called the order of the two stores wrong.",
        "Another asked what an atomic operation on a set of several words would write: see "
          + "first-word-set.",
      ],
      cost: [
        "Bystanders stay in the guest. An early member only waits at the lock for the function; with "
          + "the assertion it would take the host down."
      ]),
    "barrier": PolicyStory(
      "function first, then the own bit: the assertion cannot fire",
      said: [
        "The third version of D37390: the function, a barrier, then the members, taken back in the "
          + "other order. Who sees its bit finds the function, so that there is neither an early "
          + "exit nor a failed assertion. Without barriers, on a host that reorders stores, it is "
          + "the second version again.",
        "Whether barriers were needed was argued over. One reviewer preferred the members first: a "
          + "vcpu about to enter then sees them sooner and needs no kick.",
      ],
      cost: ["Nothing for bystanders; a few more members have to be kicked out of the guest."]),
    "empty": PolicyStory(
      "asks whether anybody is wanted at all",
      said: [
        "A suggestion in D37390: come out if the set of members is not empty. The author's answer: "
          + "that asks whether anybody is wanted, not whether this vcpu is, and has to read every "
          + "word of the set."
      ],
      cost: [
        stall,
        "The assertion is kept here and can fire, for a bystander whose rendezvous has ended and for "
          + "anybody who sees the members before the function.",
      ]),
    "double": PolicyStory(
      "function, then the own bit; members stored first",
      said: [
        "A suggestion in D37390: look at the function first, and at the own bit only if there is "
          + "one, which saves looks at the set. Two others found it too complicated.",
        "With the assertion kept it can fire: the function of one rendezvous is seen, that one ends, "
          + "the members of the next are stored, the bit is seen, and its function is not there "
          + "yet. Here the assertion is relaxed, as by D37417.",
      ],
      cost: ["A second load at the entry, only while a rendezvous is in progress."]),
    "double-function-first": PolicyStory(
      "function, then the own bit; function stored first",
      said: [
        "The two questions of that suggestion in D37390 with the stores of its third version: where "
          + "the function comes first, the assertion is kept and cannot fire."
      ],
      cost: ["As double; members are seen a little later, so a few more have to be kicked."]),
    "landed": PolicyStory(
      "what D37390 landed: the own bit, without a lock",
      said: [
        "D37390 landed as 892feec2211d in February 2023: a vcpu looks at its own bit alone, without lock or "
          + "barrier, and the set is emptied at completion. The argument of the review: a bit that "
          + "is not seen yet is made up for by the kick that follows it, a stale one by the "
          + "handler, which looks again under the lock. The assertion went with D37417.",
        "HLT was left as it was. So was the wait for every member, with what came of it later: "
          + "D52968 mended a deadlock with threads that want all vcpus held, and said that the "
          + "mechanism needs a rethink.",
      ],
      cost: [
        "One load at each entry. Bystanders stay in the guest. One that halts meanwhile spins, as "
          + "HLT still asks for any rendezvous (SPINS).",
        "Where every vcpu is a member, as for redirection entries, it costs what baseline does: PR "
          + "#1838 is about just that.",
      ]),
    "illumos": PolicyStory(
      "no meeting at all: each target applies it to itself",
      said: [
        "Not in D37390. illumos took the rendezvous out of the same code: the trigger mode of a "
          + "vector is taken over when it is delivered, and INIT and SIPI are a run state that the "
          + "target applies to itself before it enters the guest.",
        "That was not free of mistakes either: a wrong SIPI (13275, 13645), a panic for an INIT to "
          + "all but self (13253), a timer damaged by the reset (16183).",
      ],
      cost: [
        "Nobody waits, so nobody is held up. The initiator goes on while a target may still be in "
          + "the guest as it was, until its kick arrives."
      ]),
    "tryst": PolicyStory(
      "the best we know; sleepers are served on their behalf",
      said: [
        "Not in D37390, but made of its parts: the own bit, as landed; the function stored first, as "
          + "in the third version, so that who sees the bit finds the function. HLT asks for the "
          + "own bit, too. Entries that stay edge-triggered cause no rendezvous, which is what PR "
          + "#1838's storms are made of. And the initiator runs the part of whoever sleeps, under "
          + "the lock: nobody is woken for it."
      ],
      cost: [
        "Only members that are in the guest are disturbed. What sleepers would do in parallel the "
          + "initiator does one after the other."
      ]),
  ]

  static let unsafePresets: [String: PolicyStory] = [
    "first-word": PolicyStory(
      "broken: looks at the first 64 vcpus' word alone",
      said: [
        "The reason for the question behind empty in D37390: the old code read one word, a pointer. "
          + "The same read of a set of several words sees vcpus 0-63 only. Those from 64 on never "
          + "learn that they are wanted."
      ],
      cost: ["As baseline for vcpus 0-63, any of which comes out for any other of them."]),
    "first-word-set": PolicyStory(
      "broken: stores the first 64 vcpus' word alone",
      said: [
        "A reviewer of D37390 found that an atomic operation on the set would write one word of it. "
          + "As a copy of the whole set that drops every member from vcpu 64 on."
      ],
      cost: ["As landed, and it looks right on every guest of up to 64 vcpus."]),
    "no-clear": PolicyStory(
      "broken: landed without the set being emptied",
      said: [
        "D37390 also empties the set at completion, one line that is easily taken for tidiness. "
          + "Without it a member finds its old bit again before each entry."
      ],
      cost: ["All of the time of every vcpu that was a member once."]),
    "deaf-halt": PolicyStory(
      "broken: HLT sleeps through requests",
      said: [
        "Not in D37390: a mutation. bhyve's HLT looks for a rendezvous under the vcpu's lock, which "
          + "the initiator takes to wake it after it has published. Without that look a member "
          + "that is about to sleep sleeps through the request.",
        "In bhyve the sleep ends after a second in any case, which would hide the mistake.",
      ],
      cost: ["Up to the end of the sleep, for everybody who waits for the halted member."]),
    "unlatched-kick": PolicyStory(
      "broken: a kick between look and entry is lost",
      said: [
        "Not a version of D37390, but what its argument rests on: a no that is out of date is made up "
          + "for by the kick, since from the look to the entry interrupts are off and a kick makes "
          + "the entry return at once. Here one that comes in between is lost."
      ],
      cost: ["Until the guest leaves by itself, for everybody who waits for that member."]),
  ]
}
