/// The words of the help screen and what they mean: at most 60 columns each.
enum HelpWords {
  /// What a filter of the log is made of.
  static let filter = [
    ("rdv,inj,set,msg", "of these kinds, or lost"),
    ("init rte bare", "rendezvous of that cause"),
    ("spur", "rendezvous that cost a bystander something"),
    ("lag>100 lag<20", "rendezvous that took more or less microseconds"),
    ("vcpu:0,2-3", "that one of these asked for, or is a target of"),
    ("#18842", "the rendezvous or injection of that number"),
    ("!word", "all that the word does not hold for"),
    ("anything else", "lines that contain it"),
  ]
  /// The beginnings of a filter's words, for completion.
  static let filterStarts = [
    ("rdv", "rendezvous"), ("inj", "injections"), ("set", "policy and scenario"),
    ("msg", "messages"), ("lost", "entries that were lost"), ("init", "rendezvous for an INIT"),
    ("rte", "rendezvous for a redirection entry"), ("bare", "rendezvous of the operator"),
    ("spur", "rendezvous that cost a bystander something"),
    ("lag>", "slower than so many microseconds"), ("lag<", "faster"),
    ("vcpu:", "asked for by one of these, or a target: 0,2-3"),
    ("#", "the rendezvous or injection of that number"), ("!", "all but what the word holds for"),
  ]
  /// The overview.
  static let overview = [
    ("rendezvous", "members leave the guest and meet; none goes on before all came"),
    ("member", "a vcpu that a rendezvous names"),
    ("initiator", "who asked for it: a vcpu or the operator"),
    ("bystander", "no member, but stopped by it until the end"),
    ("void", "came out for a rendezvous that was over"),
    ("spurious", "bystander and void together: the cost D37390 is about"),
    ("early", "a member that saw its bit before the function was there"),
    ("kick", "tells a member: signalled, woken, or elided (was out already)"),
    ("RTE", "redirection table entry of the I/O APIC"),
    ("MOST", "the commonest reason for exits"),
    ("STALLµs", "time lost as a bystander, in microseconds"),
    ("SAW", "interrupts that the guest's own handlers counted"),
    ("*, op", "some of them were injected by the operator"),
  ]
  /// A rendezvous explained.
  static let page = [
    ("told", "when and how the initiator told it, where it had to"),
    ("left", "when it left the guest, if it was in it"),
    ("came, ran", "at the handler; it had run its part"),
    ("on", "when it went on; waited: from came to on"),
    ("on behalf", "another thread ran the part of a vcpu that slept"),
  ]
  /// The vCPU view.
  static let vcpu = [
    ("IRR ISR TMR", "requested, in service, level-triggered"),
    ("a cell", "8 vectors: 4 dots down, then 4; else how many are set"),
    ("0 to f", "classes of 16 vectors, two cells each"),
    ("waits", "every reason, from the operator to the processor"),
    ("share, total", "exits since the start; /s is over the last second or two"),
    ("ours", "time in our code after an exit, until guest or sleep"),
    ("stall", "time lost as a bystander of rendezvous"),
    ("halt spins", "HLTs kept awake by a rendezvous that was not its own"),
    ("assertion", "times that bhyve's assertion would have fired"),
    ("lock wait", "time at the rendezvous lock in the pending check"),
    ("ODITSZAPC", "flags OF DF IF TF SF ZF AF PF CF, a dot where 0"),
  ]
  /// The fields of the inject dialog.
  static let values = [
    ("targets", "0,2-3 or all, others, self (the selected vcpu)"),
    ("numbers", "decimal, or hexadecimal as 0x40"),
    ("vector", "16-255 for FIXED and lowest, 0-255 for SIPI (the start page)"),
    ("pin", "0-23"),
    ("repeat, every", "1-100000 times; 10 µs to an hour apart: 500, 20ms, 2s"),
    ("dry run", "yes: Enter tells what would happen and injects nothing"),
    ("destination", "an APIC id, or a mask of logical ids in logical mode"),
  ]
}
