public import Commands
public import Rendezvous

/// What a vcpu is doing, as one letter and one word.
public enum VCPUState: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// No thread runs it (not started, or ended).
  case idle = 0
  /// In our code, on the way to or from the guest.
  case vmm
  /// In the guest.
  case running
  /// In the guest, told to come out.
  case kicked
  /// In HLT.
  case halted
  /// In a rendezvous, waiting for its end.
  case waiting
  /// Reset by INIT, waiting for a SIPI.
  case waitForSIPI
  /// Stopped by the operator.
  case stopped
  /// Ended by a triple fault.
  case shutdown
  /// Ended by an error that KVM reported.
  case fault

  /// The name in JSON.
  public var name: String {
    switch self {
    case .vmm: "vmm"
    case .waitForSIPI: "waitForSIPI"
    default: "\(self)"
    }
  }
  /// The letter on the screen.
  public var letter: Character {
    switch self {
    case .idle: "-"
    case .vmm: "V"
    case .running: "R"
    case .kicked: "K"
    case .halted: "H"
    case .waiting: "W"
    case .waitForSIPI: "I"
    case .stopped: "S"
    case .shutdown: "X"
    case .fault: "!"
    }
  }
}

/// Why a vcpu came out of the guest. The names are KVM's, in lower camel case.
public enum ExitReason: UInt8, Sendable, CaseIterable {
  case io, mmio, hlt, interrupted, irqWindow, setTPR, rdmsr, wrmsr, shutdown, failEntry,
    internalError, other
}

/// The kinds of IPI, as counted: each IPI is counted once.
public enum IPIKind: UInt8, Sendable, CaseIterable {
  /// FIXED to others (or to a set that is not only the sender by shorthand).
  case fixed
  case lowestPriority
  case nmi
  /// INIT, level assert.
  case initIPI
  /// Startup (SIPI).
  case startup
  /// FIXED by the self shorthand.
  case selfIPI
}

/// One value for each case of an enumeration whose raw values count up from 0, sixteen cases at most.
///
/// In place, without a heap's array: a snapshot of 1,024 vcpus has four thousand of them, ten times a second.
/// Inlinable, as those who read them are in other rooms and would call a generic function for each value.
public struct Tally<Key: CaseIterable & RawRepresentable & Sendable>: Sendable, Equatable,
  BitwiseCopyable
where Key.RawValue == UInt8 {
  @usableFromInline var values: InlineArray<16, UInt64>
  /// All zero.
  @inlinable public init() { values = InlineArray(repeating: 0) }
  /// The value of `key`.
  @inlinable public subscript(key: Key) -> UInt64 {
    get { values.span[Int(key.rawValue)] }
    set { values[Int(key.rawValue)] = newValue }
  }
  /// The value of the case with that raw value; 0 ..< 16.
  @inlinable public subscript(rawValue place: Int) -> UInt64 {
    get { values.span[place] }
    set { values[place] = newValue }
  }
  /// The sum of all.
  @inlinable public var total: UInt64 {
    // Through a span, here and below: an element is else read from a copy of all.
    let values = self.values.span
    var sum: UInt64 = 0
    for index in values.indices { sum &+= values[index] }
    return sum
  }
  /// Adds `other`, case by case.
  @inlinable public mutating func add(_ other: Tally<Key>) {
    let theirs = other.values.span
    var values = self.values.mutableSpan
    for index in values.indices { values[index] &+= theirs[index] }
  }
  /// Whether all values agree.
  @inlinable public static func == (one: Tally<Key>, other: Tally<Key>) -> Bool {
    let (ours, theirs) = (one.values.span, other.values.span)
    for index in ours.indices where ours[index] != theirs[index] { return false }
    return true
  }
}

/// One vcpu at one moment. Counters count from the start of the machine.
public struct VCPUSnapshot: Sendable, Equatable, BitwiseCopyable {
  /// The vcpu's number.
  public var id = 0
  /// What it is doing.
  public var state = VCPUState.idle
  /// The instruction pointer at its last exit.
  public var rip: UInt64 = 0
  /// Exits by reason.
  public var exits = Tally<ExitReason>()
  /// Time in our code after exits of each reason, until the guest or a sleep, nanoseconds.
  public var handlerNanoseconds = Tally<ExitReason>()
  /// IPIs that it sent, by kind.
  public var ipisSent = Tally<IPIKind>()
  /// IPIs that were sent to it.
  public var ipisReceived: UInt64 = 0
  /// Interrupts that the guest's own handlers counted.
  public var guestSaw: UInt64 = 0
  /// Rounds of its scenario's work that the demo guest counted.
  public var guestWork: UInt64 = 0
  /// Rendezvous exits by class.
  public var rendezvousExits = Tally<RendezvousExitClass>()
  /// Time spent as a bystander of rendezvous, nanoseconds.
  public var stallNanoseconds: UInt64 = 0
  /// Rendezvous that this vcpu's own code took part in by any path (exit, wait, initiator).
  public var rendezvousTaken: UInt64 = 0
  /// Times that HLT did not sleep because of a rendezvous the vcpu was no member of.
  public var haltSpins: UInt64 = 0
  /// Times that bhyve's assertion would have fired.
  public var assertionWouldFire: UInt64 = 0
  /// Time spent waiting for the rendezvous lock in the pending check, nanoseconds.
  public var checkLockWaitNanoseconds: UInt64 = 0
  /// Time halted, nanoseconds.
  public var haltedNanoseconds: UInt64 = 0
  /// Time in the guest, nanoseconds.
  public var guestNanoseconds: UInt64 = 0
  /// Vectors put into the guest.
  public var interruptsInjected: UInt64 = 0
  /// NMIs put into the guest.
  public var nmisInjected: UInt64 = 0
  /// EOIs that the guest wrote.
  public var eois: UInt64 = 0
  /// Accesses to MSRs that are not there, answered with #GP.
  public var unknownMSRs: UInt64 = 0
  /// Instructions that KVM could not emulate and that were repaired.
  public var repairs: UInt64 = 0
  /// Instructions stepped through to find an interrupt window.
  public var singleSteps: UInt64 = 0
  /// Resets by INIT.
  public var initResets: UInt64 = 0
  /// Starts by SIPI.
  public var startups: UInt64 = 0
  /// The class of its task priority, bits 7:4 of TPR or CR8, 0 to 15: vectors of this class and below wait (SDM
  /// vol. 3, "Task Priority Register").
  public var taskPriorityClass: UInt8 = 0
  /// A fresh one.
  public init() {}
  /// Bystander and void exits: the vcpu entered a rendezvous that was not for it.
  public var spurious: UInt64 { rendezvousExits[.bystander] &+ rendezvousExits[.void] }
}

/// A latency distribution, nanoseconds.
public struct LatencySummary: Sendable, Equatable {
  /// How many were recorded.
  public var count: UInt64 = 0
  /// Median.
  public var p50: UInt64 = 0
  /// 90th percentile.
  public var p90: UInt64 = 0
  /// 99th percentile.
  public var p99: UInt64 = 0
  /// The largest, exact.
  public var max: UInt64 = 0
  /// All zero.
  public init() {}
}

/// The coordinator's counters at one moment.
public struct RendezvousSnapshot: Sendable, Equatable {
  /// Published.
  public var requested: UInt64 = 0
  /// Completed; never more than `requested` in the same snapshot.
  public var completed: UInt64 = 0
  /// Published, by cause; the sum is `requested`.
  public var byCause = Tally<RendezvousCause>()
  /// Members that had not run the action at completion: 0 unless a policy is broken.
  public var missingMembers: UInt64 = 0
  /// Waits that the time-out ended though the condition was already true: 0 unless wake-ups get lost.
  public var timeoutRescues: UInt64 = 0
  /// Times that the assertion of `RendezvousPolicy.LockAll.helping` failed.
  public var lockAllAssertionFailures: UInt64 = 0
  /// Latency of completed ones.
  public var latency = LatencySummary()
  /// How members were told.
  public var kicks = Tally<Kick>()
  /// All zero.
  public init() {}
}

/// One line's worth of news.
public enum LogEvent: Sendable, Equatable {
  case rendezvous(RendezvousRecord)
  case injection(InjectionReport)
  /// The policy is now this.
  case policyChanged(String)
  /// The scenario is now this.
  case scenarioChanged(String)
  /// bhyve would have panicked here.
  case assertionFailed(AssertionFailure)
  /// The watchdog ended a rendezvous that would never have.
  case rendezvousBroken(BrokenRendezvous)
  /// Something else worth a line: a guest's end, a refused access. One line, no control characters.
  case message(String)
  /// So many records were lost because nobody read them in time.
  case dropped(UInt64)
}

/// An event with its time.
public struct LogEntry: Sendable, Equatable {
  /// Nanoseconds since the machine started.
  public var timeNanoseconds: UInt64
  /// What happened.
  public var event: LogEvent
  /// An entry.
  public init(timeNanoseconds: UInt64, event: LogEvent) {
    self.timeNanoseconds = timeNanoseconds
    self.event = event
  }
}

/// Everything a screen or a report is made from, taken without a lock that a vcpu waits for.
/// Every total is the sum of the rows in the same value.
public struct Snapshot: Sendable, Equatable {
  /// Nanoseconds since the machine started.
  public var timeNanoseconds: UInt64 = 0
  /// KVM's flavour: "kvm_intel", "kvm_amd", "kvm_pvm" or "kvm".
  public var hostKVM = ""
  /// CPUs of the host.
  public var hostCPUs = 0
  /// The guest's name.
  public var guestName = ""
  /// Whether the operator stopped the guest.
  public var isStopped = false
  /// How the guest ended, or nil while it lives. One line.
  public var guestEnded: String?
  /// Whether that end is a failure; powering off is none.
  public var guestFailed = false
  /// Resets of the whole machine that the guest asked for.
  public var guestResets: UInt64 = 0
  /// What the demo guest does.
  public var scenario = Scenario.mixed
  /// The policy in force.
  public var policy = RendezvousPolicy.landed
  /// Whether policies that can hang the guest may be chosen (`--unsafe-policies`).
  public var allowsUnsafePolicies = false
  /// Every vcpu, in order of id.
  public var vcpus: [VCPUSnapshot] = []
  /// The coordinator.
  public var rendezvous = RendezvousSnapshot()
  /// IPIs that the operator injected, by kind (not part of any vcpu's row).
  public var operatorIPIs = Tally<IPIKind>()
  /// Message-signalled interrupts delivered.
  public var messages: UInt64 = 0
  /// Interrupts that I/O APIC pins delivered.
  public var pins: UInt64 = 0
  /// Records lost because nobody read them in time.
  public var droppedEvents: UInt64 = 0
  /// What happened since the last snapshot, oldest first.
  public var events: [LogEntry] = []
  /// What the guest wrote to its serial port since the last snapshot, raw: hostile bytes.
  public var console: [UInt8] = []
  /// Lanes of rendezvous that ended since the last snapshot, in no order. In a storm they are those of the
  /// first ones only; the rest are in `droppedLanes`.
  public var lanes: [RendezvousLane] = []
  /// Lanes that were lost because nobody took them in time.
  public var droppedLanes: UInt64 = 0
  /// The rows of the IPI matrix that changed since the last snapshot.
  public var traffic: [IPITrafficRow] = []
  /// The board's interrupt controllers.
  public var controllers = InterruptControllers()
  /// The vcpu that is looked at closely, if one is.
  public var detail: VCPUDetail?
  /// A fresh one.
  public init() {}

  /// Rendezvous exits by class, all vcpus.
  public var rendezvousExits: Tally<RendezvousExitClass> {
    vcpus.reduce(into: Tally()) { $0.add($1.rendezvousExits) }
  }
  /// IPIs that vcpus sent, by kind.
  public var ipis: Tally<IPIKind> { vcpus.reduce(into: Tally()) { $0.add($1.ipisSent) } }
  /// Exits by reason, all vcpus.
  public var exits: Tally<ExitReason> { vcpus.reduce(into: Tally()) { $0.add($1.exits) } }
  /// The sum of one counter over all vcpus.
  @inlinable public func sum(_ counter: (VCPUSnapshot) -> UInt64) -> UInt64 {
    var sum: UInt64 = 0
    for index in vcpus.indices { sum &+= counter(vcpus[index]) }
    return sum
  }
}
